import { expect, test } from 'vitest';
import { mergeCategories } from '../../../electron/host/services/categories/mergeCategories.ts';
import { undoInParts } from '../../../electron/host/services/undoInParts.ts';
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

test('a merge is taken back part by part: others save in between, a second undo waits, and redo merges again', async () => {
  const { dataset } = await makeDataset();
  const { db } = dataset;
  await importInto(db, frames);
  const content = () => db.read('annotations.list', { limit: 10_000 });
  const before = await content();
  const signal = new AbortController().signal;
  await db.write('categories.add', { author: 'mara', name: 'tram' });
  await mergeCategories({ from, into }, { dataset, author: 'mara', signal, progress: () => undefined });
  const merged = await content();

  const travel = (direction: 'undo' | 'redo', between?: () => Promise<unknown>) =>
    undoInParts(dataset.id, signal, async (going) => {
      if (going !== undefined) await between?.();
      return db.write('ontology.undo', { author: 'mara', direction, ...(going === undefined ? {} : { going }) });
    });
  // While it is taken back, Joon says what one of the boxes is: that stands.
  const [first] = before;
  if (first === undefined) throw new Error('no box');
  let edits = 0;
  const joon = async (): Promise<void> => {
    edits += 1;
    await db.write('annotations.apply', { author: 'joon', changes: [{ op: 'set', box: first.id, bbox: [edits, 2, 3, 4] }] });
  };
  const both = await Promise.all([travel('undo', joon), travel('undo')]);
  expect(both.map((parts) => parts.map(({ kind }) => kind))).toEqual([Array(3).fill('merge categories'), ['category']]);
  expect(edits).toBe(2);
  const [moved, ...others] = await content();
  expect(moved).toMatchObject({ id: first.id, category: from, bbox: [2, 2, 3, 4] });
  expect(others).toEqual(before.slice(1));
  expect((await db.read('categories.list', {})).map(({ name, boxes, archived }) => [name, boxes, archived])).toEqual([
    ['car', 0, false],
    ['bicycle', 2_500, false],
  ]);

  await travel('redo');
  await travel('redo');
  expect((await content()).slice(1)).toEqual(merged.slice(1));
  expect((await db.read('categories.list', {})).map(({ boxes, archived }) => [boxes, archived])).toEqual([
    [2_500, false],
    [0, true],
    [0, false],
  ]);
});
