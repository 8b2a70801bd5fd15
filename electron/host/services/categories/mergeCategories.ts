import type { Progress } from '../../../../shared/contract/common.ts';
import type { CategoryId } from '../../../../shared/domain/ids.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { OpenDataset } from '../openDataset.ts';

/** So many boxes a transaction: others can save in between, and a stop is heard soon. */
const pageBoxes = 1_000;

/**
 * Merges a category into another, page by page, as one step of undo. Stopped, or failed on the way, it takes back what it did.
 * Errors: cancelled, not_found, invalid_request, read_only.
 */
export async function mergeCategories(
  request: { readonly from: CategoryId; readonly into: CategoryId },
  context: {
    readonly dataset: OpenDataset;
    readonly author: string;
    readonly signal: AbortSignal;
    readonly progress: (value: Progress) => void;
  },
): Promise<{ readonly boxes: number; readonly frames: number }> {
  const { dataset, author, signal, progress } = context;
  const total = (await dataset.db.read('categories.list', {})).find(({ id }) => id === request.from)?.boxes ?? 0;
  const frames = new Set<number>();
  let boxes = 0;
  let step = 0;
  try {
    for (let after = -1, done = false; !done;) {
      if (signal.aborted) throw new AppError('cancelled', 'The merge was stopped; nothing has changed.');
      const part = await dataset.db.write('ontology.mergeNext', { ...request, author, after, limit: pageBoxes, step });
      ({ after, step, done } = part);
      boxes += part.moved;
      for (const frame of part.frames) frames.add(frame);
      progress({ phase: 'Merging', done: boxes, total: Math.max(total, boxes), unit: 'boxes' });
    }
  } catch (error) {
    if (step > 0)
      for (let going = await dataset.db.write('ontology.mergeBack', { author, step }); going !== null;)
        going = await dataset.db.write('ontology.mergeBack', { author, step, going });
    throw error;
  }
  return { boxes, frames: frames.size };
}
