import type { OpenDataset } from '../openDataset.ts';
import { createFrameIndexCache, type FrameIndex, type FrameIndexCache } from './frameIndex.ts';

/** The frame index of every open dataset; it goes when the dataset is closed. */
export interface FrameIndexes {
  of(dataset: OpenDataset): Promise<FrameIndex>;
}

export function createFrameIndexes(): FrameIndexes {
  const caches = new WeakMap<OpenDataset['db'], FrameIndexCache>();
  return {
    of({ db }) {
      let cache = caches.get(db);
      if (!cache) {
        cache = createFrameIndexCache(db);
        caches.set(db, cache);
      }
      return cache.current();
    },
  };
}
