import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HardcaseClient } from '../../../shared/contract/index.ts';
import { type OpenQueue, type QueueProgress, queueStatus } from '../../../shared/contract/queues.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { AppError } from '../../../shared/errors.ts';
import { isAppError } from '../../../shared/errors.ts';
import { medianOf } from '../../../shared/review/median.ts';
import { parseQueueId, queueWork, type QueueDefinition } from '../../../shared/review/queueId.ts';
import { createActiveClock } from '../../lib/activeClock.ts';
import { witnessesOf } from '../../lib/witnesses.ts';
import { emptyOrder, frameOrder, type FrameOrder, setFrameOrder } from '../../state/frameOrder.ts';
import type { LabelSession } from './labelSession.ts';

export interface QueueState {
  /** Null outside queues. */
  readonly id: string | null;
  readonly definition: QueueDefinition | null;
  readonly loading: boolean;
  /** Frames in it; 0 of a queue that asks for nothing that is there. */
  readonly total: number;
  /** A byte a place, see `queueStatus`. */
  readonly status: Uint8Array;
  readonly left: number;
  /** Median time at work on a frame, pauses left out; null before there are two. */
  readonly medianMs: number | null;
  /** Everything in it was finished while one was here. */
  readonly finished: boolean;
  readonly error: AppError | null;
}

export interface QueueSession {
  readonly store: StoreApi<QueueState>;
  /** Begins or goes on with a queue, at a frame of it or where one was. */
  open(id: string, frame: string | null): Promise<void>;
  leave(): void;
  /** Makes its list anew. */
  renew(): Promise<void>;
  /** The next frame that is not finished, from this place on and round the end; -1 where all are. */
  nextOpen(from: number): number;
  /** Closes the word that all is done; the frames stay. */
  look(): void;
  /** Follows the canvas and the person until the function it gives is called. */
  start(): () => void;
}

const outside: QueueState = {
  id: null,
  definition: null,
  loading: false,
  total: 0,
  status: new Uint8Array(),
  left: 0,
  medianMs: null,
  finished: false,
  error: null,
};
const shownTimes = 200;
/** Passing by is no work. */
const shortestVisitMs = 300;

interface Left {
  readonly frame: OpenFrameId;
  readonly place: number;
  readonly ms: number;
  readonly done: boolean;
}

/** Where one is in a queue, what of it is done, and how long the frames take. Outside queues only the time is kept. */
export function createQueueSession(dataset: DatasetId, api: HardcaseClient, session: LabelSession): QueueSession {
  const store = createStore<QueueState>(() => outside);
  const clock = createActiveClock(performance.now());
  let times: readonly number[] = [];
  let turn = 0;

  const touch = (): void => clock.touch(performance.now());
  const see = (): void => clock.see(document.visibilityState === 'visible', performance.now());
  const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel'] as const;
  const follow = (): readonly (() => void)[] => [
    session.store.subscribe((state, before) => {
      const finished = state.accepted !== before.accepted;
      const moved = state.row?.id !== before.row?.id || state.place !== before.place;
      if (!finished && !moved) return;
      const row = before.row;
      if (row === null) {
        clock.take(performance.now());
        if (moved) void visit(state.place, null);
        return;
      }
      const ms = clock.take(performance.now());
      if (finished && ms > 0) times = [...times, ms].slice(-shownTimes);
      const queue = store.getState();
      if (queue.id === null) store.setState({ medianMs: medianOf(times) });
      else if (finished) markDone(before.place);
      void visit(state.place, { frame: row.id, place: before.place, ms, done: finished });
    }),
    api.frames.changed((event) => {
      if (event.dataset === dataset && store.getState().id !== null) void refresh();
    }),
  ];

  /** At once, so that the next frame is chosen by it; the host's answer follows. */
  function markDone(place: number): void {
    const { status, left, finished } = store.getState();
    if (place < 0 || status[place] !== queueStatus.open) return;
    const marked = status.slice();
    marked[place] = queueStatus.done;
    store.setState({ status: marked, left: left - 1, finished: finished || left === 1 });
  }

  async function visit(place: number, left: Left | null): Promise<void> {
    const { id } = store.getState();
    const isWorth = left !== null && (left.done || left.ms >= shortestVisitMs);
    if (!isWorth && (id === null || place < 0)) return;
    try {
      const progress = await api.queues.visit({
        dataset,
        queue: id,
        ...(place >= 0 && id !== null ? { place } : {}),
        ...(isWorth ? { left } : {}),
      });
      if (progress !== null && store.getState().id === id) show(progress);
    } catch {
      // Where one is is kept as a convenience; the next frame says it again.
    }
  }

  let asking = false;
  let again = false;
  /** One question at a time, the last one always asked. */
  async function refresh(): Promise<void> {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    const { id } = store.getState();
    try {
      if (id !== null) {
        const progress = await api.queues.progress({ dataset, queue: id });
        if (store.getState().id === id) show(progress);
      }
    } catch {
      // What is shown stays.
    }
    asking = false;
    if (again) {
      again = false;
      void refresh();
    }
  }

  function show({ status, left, medianMs }: QueueProgress): void {
    const before = store.getState();
    store.setState({ status, left, medianMs, finished: before.finished || (before.left > 0 && left === 0) });
  }

  async function load(id: string, frame: string | null, renew: 'never' | 'finished' | 'always'): Promise<void> {
    const mine = ++turn;
    const definition = parseQueueId(id);
    store.setState({ ...outside, id, definition, loading: true }, true);
    try {
      const queue = await api.queues.open({ dataset, queue: id, renew });
      if (mine !== turn) return;
      const { status, left, medianMs } = queue;
      store.setState(
        {
          id,
          definition,
          loading: false,
          total: queue.ids.length,
          status,
          left,
          medianMs,
          finished: queue.ids.length > 0 && left === 0,
          error: null,
        },
        true,
      );
      if (definition === null || queue.ids.length === 0) return;
      setFrameOrder(orderOf(dataset, definition, queue));
      await goTo(queue, frame);
    } catch (error) {
      if (mine === turn) store.setState({ ...outside, id, definition, error: isAppError(error) ? error : null }, true);
    }
  }

  async function goTo(queue: OpenQueue, frame: string | null): Promise<void> {
    const row = frame === null ? null : await api.frames.byName({ dataset, name: frame }).catch(() => null);
    const at = row === null ? -1 : queue.ids[queue.place] === row.id ? queue.place : queue.ids.indexOf(row.id);
    if (at >= 0) return session.goToPlace(at);
    const open = queue.status[queue.place] === queueStatus.open ? queue.place : nextOpen(queue.place - 1);
    session.goToPlace(Math.max(open, 0));
  }

  function nextOpen(from: number): number {
    const { status } = store.getState();
    for (let step = 1; step <= status.length; step++) {
      const at = (from + step + status.length) % status.length;
      if (status[at] === queueStatus.open && at !== from) return at;
    }
    return -1;
  }

  return {
    store,
    async open(id, frame) {
      const before = store.getState();
      if (before.id === id && before.loading) return;
      const isHere = before.id === id && before.error === null && frameOrder.getState().queue === id;
      if (!isHere) return load(id, frame, frame === null ? 'finished' : 'never');
      if (frame !== null && before.total > 0) await session.openByName(frame);
    },
    leave() {
      if (store.getState().id === null) return;
      turn++;
      store.setState({ ...outside, medianMs: medianOf(times) }, true);
      // The list of the queue is not the list that one goes on in.
      if (frameOrder.getState().queue !== undefined) setFrameOrder(emptyOrder);
    },
    async renew() {
      const { id } = store.getState();
      if (id !== null) await load(id, null, 'always');
    },
    nextOpen,
    look: () => store.setState({ finished: false }),
    start() {
      for (const sign of signs) window.addEventListener(sign, touch, { capture: true, passive: true });
      document.addEventListener('visibilitychange', see);
      const stops = follow();
      return () => {
        turn++;
        for (const stop of stops) stop();
        for (const sign of signs) window.removeEventListener(sign, touch, { capture: true });
        document.removeEventListener('visibilitychange', see);
      };
    },
  };
}

type OpenFrameId = NonNullable<ReturnType<LabelSession['store']['getState']>['row']>['id'];

function orderOf(dataset: DatasetId, definition: QueueDefinition, queue: OpenQueue): FrameOrder {
  const { severities, hits } = queue;
  return {
    dataset,
    title: '',
    kind: hits !== null ? 'hits' : queueWork(definition) === 'review' ? 'review' : 'frames',
    address: null,
    ids: queue.ids,
    start: queue.place,
    sources: queue.sources,
    witness: witnessesOf(queue),
    queue: queue.id,
    ...(hits === null ? {} : { hits: { ...hits, severities } }),
  };
}
