import { createStore } from 'zustand/vanilla';
import type { ErrorCode } from '../../shared/errors.ts';

/** Whether everything a person did is durable. "Saved" is set only from an answer that came after COMMIT. */
export interface SaveState {
  readonly state: 'saved' | 'saving' | 'failed';
  /** ms since 1970, of the last COMMIT this window saw. */
  readonly at: number | null;
  readonly reason: string | null;
  /** Set while edits wait in memory for something to be mended: the code of what went wrong, and how many transactions. */
  readonly code: ErrorCode | null;
  readonly waiting: number;
}

const initial: SaveState = { state: 'saved', at: null, reason: null, code: null, waiting: 0 };
export const saveStore = createStore<SaveState>(() => initial);

let open = 0;

/** Wraps every write: the status reads "Saving" until the last of them has answered. A failed write keeps "Not saved" until the next one succeeds. */
export async function saving<T>(work: () => Promise<T>): Promise<T> {
  open += 1;
  saveStore.setState({ state: 'saving', reason: null });
  try {
    const result = await work();
    open -= 1;
    if (open === 0 && saveStore.getState().state !== 'failed') saveStore.setState({ state: 'saved', at: Date.now(), reason: null });
    return result;
  } catch (error) {
    open -= 1;
    saveStore.setState({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
