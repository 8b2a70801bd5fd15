import type { Unsaved, UnsavedStore } from '../state/editor/saveQueue.ts';
import { inBrowserDb } from './browserDb.ts';

/**
 * Edits that could not be saved yet, in the browser's own database: they outlive a reload, a closed window and a host that is
 * started again. Every window holds a lock by its name; edits of a window that holds none any more are taken over.
 */
interface Row {
  readonly key: string;
  readonly dataset: string;
  readonly window: string;
  /** ms since 1970, then the order within it. */
  readonly at: number;
  readonly no: number;
  readonly changes: Unsaved['changes'];
}

const self = crypto.randomUUID();
const lockOf = (window: string): string => `hardcase-window-${window}`;
let no = 0;

/** Held for the life of this window, so that others know that its edits are looked after. */
export function holdWindow(): void {
  void navigator.locks?.request(lockOf(self), () => new Promise(() => undefined)).catch(() => undefined);
}

export function unsavedOf(dataset: string): UnsavedStore {
  // One after the other, so that a removal never overtakes the edit it removes.
  let last: Promise<unknown> = Promise.resolve();
  const then = (work: () => Promise<unknown>): void => {
    last = last.then(work).catch(() => undefined);
  };
  return {
    put({ key, changes }) {
      const row: Row = { key, dataset, window: self, at: Date.now(), no: ++no, changes };
      then(() => inBrowserDb('unsaved', 'readwrite', (store) => store.put(row)));
    },
    remove: (key) => then(() => inBrowserDb('unsaved', 'readwrite', (store) => store.delete(key))),
  };
}

/** Edits of this dataset that windows left behind which are no more, oldest first. They belong to this window from now on. */
export async function takeOverUnsaved(dataset: string): Promise<readonly Unsaved[]> {
  const rows = (await inBrowserDb('unsaved', 'readonly', (store) => store.index('dataset').getAll(dataset))) as Row[];
  const taken: Row[] = [];
  for (const window of new Set(rows.map((row) => row.window))) {
    if (window === self) continue;
    const own = rows.filter((row) => row.window === window);
    await navigator.locks.request(lockOf(window), { ifAvailable: true }, async (lock) => {
      if (lock === null) return;
      for (const row of own) await inBrowserDb('unsaved', 'readwrite', (store) => store.put({ ...row, window: self } satisfies Row));
      taken.push(...own);
    });
  }
  return taken.sort((a, b) => a.at - b.at || a.no - b.no).map(({ key, changes }) => ({ key, changes }));
}
