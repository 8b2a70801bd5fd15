import { expect, test } from 'vitest';
import { rebuild, stateDigest } from '../../../electron/db/log/rebuild.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

const author = 'mara';

function storeWithBoxes(): MemoryStore {
  const store = memoryStore('01'.repeat(16));
  const boxes = Array.from({ length: 10 }, (_, i) => [i % 2, 10 * i, 10, 8, 8] as const);
  importFrames(store, [stagedFrame('a.jpg', boxes, { state: 'labeled' }), stagedFrame('b.jpg', boxes, { state: 'labeled' })]);
  return store;
}

const categoriesOf = (store: MemoryStore): readonly number[] =>
  store.c
    .prepare<{ category: number }>('select category from box order by id')
    .all()
    .map((row) => row.category);

function rebuilt(store: MemoryStore): string {
  store.c.log.mark();
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  return stateDigest(store.c);
}

test('a merge that is broken off on the way is taken back whole; one that ends is one step, and a rebuild gives the same', () => {
  const store = storeWithBoxes();
  const before = categoriesOf(store);
  const part = (after: number, step: number) => store.write('ontology.mergeNext', { author, from: 1, into: 0, after, limit: 4, step });
  let last = part(-1, 0);
  const { step } = last;
  last = part(last.after, step);
  expect(categoriesOf(store).filter((category) => category === 1)).toHaveLength(2);
  // Somebody works in between.
  const [frame] = store.read('annotations.columns', {}).frameIds;
  store.write('annotations.setFrames', { author: 'jun', frames: Float64Array.of(frame!), set: { field: 'split', value: 'val' } });
  store.write('ontology.mergeBack', { author, step });
  expect(categoriesOf(store)).toEqual(before);

  last = part(-1, 0);
  while (!last.done) last = part(last.after, last.step);
  expect(new Set(categoriesOf(store))).toEqual(new Set([0]));
  expect(store.read('categories.list', {}).map(({ archived, mergedInto, boxes }) => [archived, mergedInto, boxes])).toEqual([
    [false, null, 20],
    [true, 0, 0],
  ]);
  expect(stateDigest(store.c)).toBe(rebuilt(store));
  // A frame's own undo does not reach it.
  expect(() => store.write('annotations.undo', { author, direction: 'undo', frame: frame! })).toThrow('nothing to undo');
  expect(store.write('ontology.undo', { author, direction: 'undo' }).kind).toBe('merge categories');
  expect(categoriesOf(store)).toEqual(before);
  expect(store.c.prepare<{ origin: number }>('select distinct origin from box').all()).toEqual([{ origin: 2 }]);
  expect(stateDigest(store.c)).toBe(rebuilt(store));
  store.close();
});

test('an approval ends with a merge, because it was given for other boxes, and holds again when the merge is taken back', () => {
  const store = storeWithBoxes();
  const [frame] = store.read('annotations.columns', {}).frameIds;
  store.write('annotations.setFrames', { author, frames: Float64Array.of(frame!), set: { field: 'state', value: 'approved' } });
  expect(store.read('categories.usage', { category: 1 })).toMatchObject({ boxes: 10, frames: 2, approvedFrames: 1 });
  const state = () => store.read('annotations.load', { frame: frame!, author }).state;
  let last = store.write('ontology.mergeNext', { author, from: 1, into: 0, after: -1, limit: 100, step: 0 });
  while (!last.done) last = store.write('ontology.mergeNext', { author, from: 1, into: 0, after: last.after, limit: 100, step: last.step });
  expect(state()).toBe('labeled');
  store.write('ontology.undo', { author, direction: 'undo' });
  expect(state()).toBe('approved');
  store.close();
});
