import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Applied, Change } from '../../../shared/contract/annotations.ts';
import { type AppError, isAppError } from '../../../shared/errors.ts';

export type SaveState =
  | { readonly kind: 'saved'; readonly at: string | null }
  | { readonly kind: 'saving'; readonly pending: number }
  /** Kept and tried again: the connection is lost or the disk is full. */
  | { readonly kind: 'waiting'; readonly pending: number; readonly reason: string }
  /** Refused for good: the edit was taken back on the screen, and this says why. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface SaveQueue {
  readonly state: StoreApi<SaveState>;
  /** One gesture: saved as one transaction, in the order of the calls. */
  push(changes: readonly Change[]): void;
  /** Resolves when nothing is pending; rejects when a change was refused. */
  flush(): Promise<void>;
  /** Try again now: the connection is back. */
  retry(): void;
}

export interface SavePort {
  apply(changes: readonly Change[]): Promise<Applied>;
  /** The host refused these changes for good. */
  onRefused(error: AppError, changes: readonly Change[]): void;
  onApplied(applied: Applied): void;
}

/** Failures that pass: the edit stays in memory until it can be saved. */
const passing = ['unavailable', 'disk_full', 'busy'] as const;
const retryAfterMs = 2_000;

/** Sends one transaction after the other. "Saved" is said only after the host has answered, and it answers after COMMIT. */
export function createSaveQueue(port: SavePort): SaveQueue {
  const state = createStore<SaveState>(() => ({ kind: 'saved', at: null }));
  const pending: (readonly Change[])[] = [];
  let waiters: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  let sending = false;
  let timer: unknown;

  async function pump(): Promise<void> {
    if (sending) return;
    sending = true;
    clearTimeout(timer as never);
    let at: string | null = null;
    while (pending[0]) {
      state.setState({ kind: 'saving', pending: pending.length }, true);
      try {
        const applied = await port.apply(pending[0]);
        pending.shift();
        at = applied.savedAt;
        port.onApplied(applied);
      } catch (error) {
        if (isAppError(error) && passing.some((code) => code === error.code)) {
          sending = false;
          state.setState({ kind: 'waiting', pending: pending.length, reason: error.message }, true);
          timer = setTimeout(() => void pump(), retryAfterMs);
          return;
        }
        sending = false;
        refuse(error);
        return;
      }
    }
    sending = false;
    state.setState({ kind: 'saved', at }, true);
    settle((waiter) => waiter.resolve());
  }

  /** What follows a refused change was made on top of it, so it goes, too; the frame is loaded again. */
  function refuse(error: unknown): void {
    const dropped = pending.splice(0).flat();
    const reason = error instanceof Error ? error.message : String(error);
    state.setState({ kind: 'refused', reason }, true);
    settle((waiter) => waiter.reject(error));
    if (isAppError(error)) port.onRefused(error, dropped);
    else throw error;
  }

  function settle(finish: (waiter: { resolve: () => void; reject: (error: unknown) => void }) => void): void {
    const settled = waiters;
    waiters = [];
    settled.forEach(finish);
  }

  return {
    state,
    push(changes) {
      if (changes.length === 0) return;
      pending.push(changes);
      void pump();
    },
    flush: () => (pending.length === 0 ? Promise.resolve() : new Promise((resolve, reject) => waiters.push({ resolve, reject }))),
    retry: () => void pump(),
  };
}
