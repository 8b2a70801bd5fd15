import type { DatasetId } from '../../shared/domain/ids.ts';
import { api } from '../api/api.ts';
import { hostState } from '../api/hostState.ts';
import { createSaveQueue, type SaveQueue, type SaveState } from '../state/editor/saveQueue.ts';
import { saveStore } from '../state/saveStore.ts';
import { holdWindow, takeOverUnsaved, unsavedOf } from './unsavedDb.ts';

/** One queue a dataset, for the life of the window: edits that wait are kept and tried whatever view is open. */
const queues = new Map<string, SaveQueue>();

export function saveQueueOf(dataset: DatasetId): SaveQueue {
  const known = queues.get(dataset);
  if (known) return known;
  const queue = createSaveQueue({
    apply: (changes, key) => api.annotations.apply({ dataset, changes: [...changes], key }),
    // Without the browser's database edits still wait in memory; closing the window warns either way.
    unsaved: unsavedOf(dataset),
  });
  queue.state.subscribe((state) => saveStore.setState(statusOf(state)));
  queues.set(dataset, queue);
  return queue;
}

/** Goes on with the edits that an earlier window could not save. Gives how many there were. */
export async function adoptUnsaved(dataset: DatasetId): Promise<number> {
  const left = await takeOverUnsaved(dataset);
  if (left.length > 0) saveQueueOf(dataset).adopt(left);
  return left.length;
}

/** Tries again now what waits, everywhere: Ctrl+S, and the button of the banner. */
export function retrySaving(): void {
  for (const queue of queues.values()) queue.retry();
}

const unfinished = (queue: SaveQueue): boolean => ['saving', 'waiting'].includes(queue.state.getState().kind);

/** Once, at the start: tries when the line is back, and does not let the window close without a word while edits wait. */
export function followSaving(): void {
  holdWindow();
  hostState.subscribe(({ connection }, before) => {
    if (connection === 'connected' && before.connection !== 'connected') retrySaving();
  });
  window.addEventListener('beforeunload', (event) => {
    if ([...queues.values()].some(unfinished)) event.preventDefault();
  });
}

function statusOf(now: SaveState): Partial<ReturnType<typeof saveStore.getState>> {
  switch (now.kind) {
    case 'saved':
      return { state: 'saved', reason: null, code: null, waiting: 0, ...(now.at === null ? {} : { at: Date.parse(now.at) }) };
    case 'saving':
      return { state: 'saving', reason: null, code: null, waiting: 0 };
    case 'waiting':
      return { state: 'failed', reason: now.reason, code: now.code, waiting: now.pending };
    case 'refused':
      return { state: 'failed', reason: now.reason, code: null, waiting: 0 };
  }
}
