import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Applied, Change } from '../../../shared/contract/annotations.ts';
import { type AppError, isAppError } from '../../../shared/errors.ts';

export type SaveState =
  | { readonly kind: 'saved'; readonly at: string | null }
  | { readonly kind: 'saving'; readonly pending: number }
  /** Kept and tried again: the connection is lost, the disk is full, the folder is gone. */
  | { readonly kind: 'waiting'; readonly pending: number; readonly code: AppError['code']; readonly reason: string }
  /** Refused for good: the edit was taken back on the screen, and this says why. */
  | { readonly kind: 'refused'; readonly reason: string };

/** One transaction on its way. `key` is its own for ever, so that asking again after a lost answer does it once. */
export interface Unsaved {
  readonly key: string;
  readonly changes: readonly Change[];
}

export interface SaveListener {
  /** The host refused these changes for good. */
  onRefused(error: AppError, changes: readonly Change[]): void;
  onApplied(applied: Applied, changes: readonly Change[]): void;
}

export interface SaveQueue {
  readonly state: StoreApi<SaveState>;
  /** One gesture: saved as one transaction, in the order of the calls. */
  push(changes: readonly Change[]): void;
  /** Resolves when nothing is pending; rejects when a change was refused. */
  flush(): Promise<void>;
  /** Try again now: the connection is back. */
  retry(): void;
  /** Changes that the host has not answered for, oldest first. */
  pending(): readonly Change[];
  /** How many transactions were answered so far: what was asked before the last of them may be older than it. */
  answered(): number;
  /** Takes the latest transaction back while it waits and was never seen by the host in this try. False where there is none. */
  takeBack(): boolean;
  /** Puts the transaction that was taken back last on its way again, until the next edit. False where there is none. */
  giveBack(): boolean;
  /** Transactions that an earlier window left unsaved come first. */
  adopt(left: readonly Unsaved[]): void;
  /** Who shows what becomes of the changes; one at a time. */
  listen(listener: SaveListener | null): void;
}

/** Where transactions outlive the page while they cannot be saved. */
export interface UnsavedStore {
  put(unsaved: Unsaved): void;
  remove(key: string): void;
}

export interface SavePort {
  apply(changes: readonly Change[], key: string): Promise<Applied>;
  readonly unsaved?: UnsavedStore;
}

/** Failures that pass: the edit stays in memory, and outside it, until it can be saved. */
const passing: readonly AppError['code'][] = ['unavailable', 'disk_full', 'busy', 'read_only', 'unreadable', 'folder_gone', 'corrupt'];
const retryAfterMs = 2_000;

/** Sends one transaction after the other. "Saved" is said only after the host has answered, and it answers after COMMIT. */
export function createSaveQueue(port: SavePort): SaveQueue {
  const state = createStore<SaveState>(() => ({ kind: 'saved', at: null }));
  const queue: Unsaved[] = [];
  let takenBack: Unsaved[] = [];
  let waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  let listener: SaveListener | null = null;
  let sending = false;
  let answered = 0;
  let timer: unknown;

  async function pump(): Promise<void> {
    if (sending) return;
    sending = true;
    clearTimeout(timer as never);
    let at: string | null = null;
    let refused: unknown = null;
    while (queue[0]) {
      const [first] = queue;
      // While it waits, it goes on waiting until the host has answered: a try is no news.
      if (state.getState().kind !== 'waiting') state.setState({ kind: 'saving', pending: queue.length }, true);
      try {
        const applied = await port.apply(first.changes, first.key);
        done(first);
        at = applied.savedAt;
        listener?.onApplied(applied, first.changes);
      } catch (error) {
        if (isAppError(error) && passing.includes(error.code)) {
          sending = false;
          return wait(error);
        }
        // Only this one goes: what follows may well stand without it, and is somebody's work.
        done(first);
        refused ??= error;
        if (isAppError(error)) listener?.onRefused(error, first.changes);
      }
    }
    sending = false;
    if (refused === null) {
      state.setState({ kind: 'saved', at }, true);
      return settle((waiter) => waiter.resolve());
    }
    state.setState({ kind: 'refused', reason: refused instanceof Error ? refused.message : 'The change was refused' }, true);
    settle((waiter) => waiter.reject(refused));
    if (!isAppError(refused)) throw refused;
  }

  function done(unsaved: Unsaved): void {
    queue.splice(queue.indexOf(unsaved), 1);
    answered += 1;
    port.unsaved?.remove(unsaved.key);
    if (queue.length > 0) state.setState({ kind: 'saving', pending: queue.length }, true);
  }

  function wait(error: AppError): void {
    if (state.getState().kind !== 'waiting') for (const unsaved of queue) port.unsaved?.put(unsaved);
    state.setState({ kind: 'waiting', pending: queue.length, code: error.code, reason: error.message }, true);
    timer = setTimeout(() => void pump(), retryAfterMs);
  }

  function settle(finish: (waiter: { resolve: () => void; reject: (error: unknown) => void }) => void): void {
    const settled = waiters;
    waiters = [];
    settled.forEach(finish);
  }

  function enqueue(unsaved: Unsaved): void {
    queue.push(unsaved);
    const now = state.getState();
    if (now.kind !== 'waiting') return void pump();
    port.unsaved?.put(unsaved);
    state.setState({ ...now, pending: queue.length }, true);
  }

  return {
    state,
    push(changes) {
      if (changes.length === 0) return;
      takenBack = [];
      enqueue({ key: crypto.randomUUID(), changes });
    },
    flush: () => (queue.length === 0 ? Promise.resolve() : new Promise((resolve, reject) => waiters.push({ resolve, reject }))),
    retry: () => void pump(),
    pending: () => queue.flatMap(({ changes }) => changes),
    answered: () => answered,
    takeBack() {
      const now = state.getState();
      // What was sent may have been done although its answer was lost: only what waits behind it is ours alone.
      if (now.kind !== 'waiting' || queue.length < (sending || now.code === 'unavailable' ? 2 : 1)) return false;
      const last = queue.pop();
      if (last === undefined) return false;
      takenBack.push(last);
      port.unsaved?.remove(last.key);
      if (queue.length === 0) {
        clearTimeout(timer as never);
        state.setState({ kind: 'saved', at: null }, true);
        settle((waiter) => waiter.resolve());
      } else state.setState({ ...now, pending: queue.length }, true);
      return true;
    },
    giveBack() {
      const last = takenBack.pop();
      if (last === undefined) return false;
      enqueue(last);
      return true;
    },
    adopt(left) {
      if (left.length === 0) return;
      queue.unshift(...left);
      void pump();
    },
    listen(next) {
      listener = next;
    },
  };
}
