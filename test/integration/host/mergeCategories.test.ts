import { expect, test } from 'vitest';
import { mergeCategories } from '../../../electron/host/services/categories/mergeCategories.ts';
import type { Progress } from '../../../shared/contract/common.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { makeDataset } from '../../helpers/makeDataset.ts';
import { stagedFrame } from '../../helpers/memoryStore.ts';
import { importInto } from '../../helpers/storeOnDisk.ts';

const from = 1 as CategoryId;
const into = 0 as CategoryId;

/** Two and a half pages of boxes. */
const frames = Array.from({ length: 25 }, (_, i) =>
  stagedFrame(
    `${String(i).padStart(3, '0')}.jpg`,
    Array.from({ length: 100 }, (_, j) => [1, j, i, 5, 5] as const),
  ),
);

test('a merge stopped on its way leaves everything as it was; let go on, it counts to its end', async () => {
  const { dataset } = await makeDataset();
  await importInto(dataset.db, frames);
  const boxes = async () => (await dataset.db.read('categories.list', {})).map((category) => [category.boxes, category.archived]);
  const before = await dataset.db.read('annotations.list', { limit: 10_000 });
  const stop = new AbortController();
  const seen: Progress[] = [];
  const stopped = mergeCategories(
    { from, into },
    {
      dataset,
      author: 'mara',
      signal: stop.signal,
      progress: (value) => {
        seen.push(value);
        stop.abort();
      },
    },
  );
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen).toEqual([{ phase: 'Merging', done: 1_000, total: 2_500, unit: 'boxes' }]);
  expect(await boxes()).toEqual([
    [0, false],
    [2_500, false],
  ]);
  expect(await dataset.db.read('annotations.list', { limit: 10_000 })).toEqual(before);

  const done: number[] = [];
  const merged = await mergeCategories(
    { from, into },
    { dataset, author: 'mara', signal: new AbortController().signal, progress: (value) => done.push(value.done) },
  );
  expect(merged).toEqual({ boxes: 2_500, frames: 25 });
  expect(done).toEqual([1_000, 2_000, 2_500]);
  expect(await boxes()).toEqual([
    [2_500, false],
    [0, true],
  ]);
});
