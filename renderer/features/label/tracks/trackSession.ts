import { createStore, type StoreApi } from 'zustand/vanilla';
import type { HardcaseClient } from '../../../../shared/contract/index.ts';
import type { TrackEdit, TrackList } from '../../../../shared/contract/tracks.ts';
import type { BoxId, FrameId } from '../../../../shared/domain/ids.ts';
import { frameOrder, placeInOrder } from '../../../state/frameOrder.ts';
import type { LabelSession } from '../labelSession.ts';
import { boxOfTrack, type TrackAt, trackRows } from './trackRows.ts';

export interface TrackState {
  /** Null until the recording of the open frame was asked for, and where it belongs to none. */
  readonly list: TrackList | null;
  readonly rows: readonly TrackAt[];
  /** Place of the open frame in the recording, or -1. */
  readonly place: number;
  /** The track that commands act on: that of the selected box, else the last one. */
  readonly active: number | null;
}

/** The recording around the open frame, and edits of its tracks. */
export interface TrackSession {
  readonly store: StoreApi<TrackState>;
  /** Edits as one step of undo, after what is on its way has been saved. Gives the tracks that were made or changed. */
  edit(edits: readonly TrackEdit[]): Promise<readonly number[]>;
  /** Opens a frame of the recording. */
  goTo(place: number): void;
  setActive(track: number | null): void;
  /** Opens a frame and selects the box of a track on it. */
  show(track: number, place: number): void;
  /** Saves what is on its way; before the host changes boxes itself. */
  flush(): Promise<void>;
  /** After the host changed boxes itself. */
  refresh(): Promise<void>;
  /** Begins to follow the session; gives how to stop. */
  start(): () => void;
}

const empty: TrackState = { list: null, rows: [], place: -1, active: null };
/** Changes come in bursts while a box is dragged by keys; the list is asked for once they pause. */
const listAfterMs = 150;

export function createTrackSession(session: LabelSession, api: HardcaseClient): TrackSession {
  const store = createStore<TrackState>(() => empty);
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let selectAfter: { readonly frame: number; readonly track: number } | null = null;

  const openFrame = (): FrameId | null => session.store.getState().row?.id ?? null;

  async function ask(): Promise<void> {
    const frame = openFrame();
    if (frame === null) return;
    const mine = ++turn;
    const list = await api.tracks.list({ dataset: session.dataset, frame }).catch(() => null);
    if (mine !== turn || list === null) return;
    store.setState({ list: list.sequence === null ? null : list, rows: trackRows(list) });
    follow();
  }

  function follow(): void {
    const { list } = store.getState();
    const frame = openFrame();
    store.setState({ place: list === null || frame === null ? -1 : list.frames.indexOf(frame) });
    activate();
  }

  /** The selected box says which track is meant; with nothing selected the last one stays. */
  function activate(): void {
    const { annotations, selected, frame } = session.editor.store.getState();
    if (selectAfter !== null && frame?.id === selectAfter.frame) {
      const box = annotations.find((one) => one.track === selectAfter?.track);
      if (box !== undefined) {
        selectAfter = null;
        session.editor.select([box.id]);
        return;
      }
    }
    const chosen = annotations.find((box) => selected.has(box.id) && box.track !== null);
    const { active, rows } = store.getState();
    if (chosen !== undefined) store.setState({ active: chosen.track });
    else if (active !== null && rows.length > 0 && !rows.some((row) => row.number === active)) store.setState({ active: null });
  }

  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), listAfterMs);
  };
  function goTo(place: number): void {
    const id = store.getState().list?.frames[place];
    if (id === undefined || id === openFrame()) return;
    const at = placeInOrder(frameOrder.getState(), id);
    if (at >= 0) session.goToPlace(at);
    else void api.frames.rows({ dataset: session.dataset, ids: Float64Array.of(id) }).then(([row]) => row && session.openByName(row.name));
  }

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    await Promise.all([session.editor.reload(), ask()]);
  }

  return {
    store,
    goTo,
    refresh,
    flush: () => session.editor.saving.flush(),
    setActive: (active) => store.setState({ active }),
    show(track, place) {
      store.setState({ active: track });
      const { rows, list } = store.getState();
      const box = boxOfTrack(rows, track, place);
      const frame = list?.frames[place];
      if (box !== null && frame !== undefined) {
        if (frame === openFrame()) session.editor.select([box as BoxId]);
        else selectAfter = { frame, track };
      }
      goTo(place);
    },
    async edit(edits) {
      const frame = openFrame();
      if (frame === null) return [];
      await session.editor.saving.flush();
      const { tracks } = await api.tracks.edit({ dataset: session.dataset, frame, edits: [...edits] });
      await refresh();
      return tracks;
    },
    start() {
      const stops = [
        session.store.subscribe((now, before) => {
          if (now.row?.id === before.row?.id) return;
          const { list } = store.getState();
          if (now.row !== null && list !== null && list.frames.includes(now.row.id)) follow();
          else {
            store.setState(empty);
            void ask();
          }
        }),
        session.editor.store.subscribe((now, before) => {
          if (now.selected !== before.selected || now.annotations !== before.annotations) activate();
        }),
        api.frames.changed((event) => {
          if (event.dataset !== session.dataset) return;
          const { list } = store.getState();
          if (list === null || event.frames === null || event.frames.some((id) => list.frames.includes(id))) soon();
        }),
      ];
      void ask();
      return () => {
        turn++;
        clearTimeout(timer);
        for (const stop of stops) stop();
      };
    },
  };
}
