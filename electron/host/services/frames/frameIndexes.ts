import type { OpenDataset } from '../openDataset.ts';
import { createFrameIndexCache, type FrameIndex, type FrameIndexCache } from './frameIndex.ts';

/** The frame index of every open dataset; it goes when the dataset is closed. */
export interface FrameIndexes {
  of(dataset: OpenDataset): Promise<FrameIndex>;
  /** See `FrameIndexCache.noteStatistics`. */
  noteStatistics(dataset: OpenDataset, frames: Float64Array, values: Float64Array): void;
}

export function createFrameIndexes(): FrameIndexes {
  const caches = new WeakMap<OpenDataset['db'], FrameIndexCache>();
  const cacheOf = ({ db, readOnly }: OpenDataset): FrameIndexCache => {
    const cache = caches.get(db) ?? createFrameIndexCache(db, !readOnly);
    caches.set(db, cache);
    return cache;
  };
  return {
    of: (dataset) => cacheOf(dataset).current(),
    noteStatistics: (dataset, frames, values) => cacheOf(dataset).noteStatistics(frames, values),
  };
}
