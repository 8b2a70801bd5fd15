import { expect, test } from 'vitest';
import { stateDigest } from '../../../electron/db/log/rebuild.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

type RunBox = readonly [frame: number, category: number, score: number, x: number, y: number, w: number, h: number];

function apply(store: MemoryStore, run: string, frames: readonly number[], boxes: readonly RunBox[], step?: number) {
  const offsets = new Uint32Array(frames.length + 1);
  frames.forEach((_, f) => (offsets[f + 1] = boxes.filter((box) => box[0] <= f).length));
  const sorted = boxes.toSorted((a, b) => a[0] - b[0]);
  return store.write('annotations.applyRun', {
    author: 'lead',
    run,
    model: 'yolo',
    modelSha256: 'f'.repeat(64),
    frames: Float64Array.from(frames),
    offsets,
    categories: Uint16Array.from(sorted, (box) => box[1]),
    scores: Float64Array.from(sorted, (box) => box[2]),
    boxes: Float64Array.from(sorted.flatMap((box) => box.slice(3))),
    ...(step === undefined ? {} : { step }),
  });
}

test('a run becomes draft boxes; a person’s box is never changed, removed or doubled', () => {
  const store = memoryStore('cd'.repeat(16));
  importFrames(store, [stagedFrame('a.jpg', [[0, 100, 100, 20, 20]]), stagedFrame('b.jpg', []), stagedFrame('c.jpg', [])]);
  const frames = Array.from(store.read('annotations.columns', {}).frameIds);
  const [, b = 0, c = 0] = frames;
  const edit = (...changes: readonly object[]) =>
    store.write('annotations.apply', { author: 'mara', changes: changes as readonly Change[] });
  const boxesOf = (frame: number) => store.read('annotations.load', { frame, author: 'mara' }).annotations;
  edit({ op: 'state', frame: c, state: 'approved' });

  const run: readonly RunBox[] = [
    [0, 0, 0.9, 101, 101, 20, 20], // the imported car again
    [0, 1, 0.8, 101, 101, 20, 20], // another category
    [1, 0, 0.7, 10, 10, 10, 10],
    [1, 0, 0.6, 50, 50, 10, 10],
    [1, 1, 0.5, 80, 80, 10, 10],
    [2, 0, 0.9, 1, 1, 9, 9], // an approved frame
  ];
  const first = apply(store, 'run-1', frames, run);
  expect(first).toMatchObject({ frames: 2, framesLeftOut: 1, added: 4, replaced: 0, keptHuman: 1 });
  expect(store.read('annotations.load', { frame: b, author: 'mara' }).state).toBe('draft');
  expect(boxesOf(b)[0]).toMatchObject({ origin: 'model', provenance: { run: 'run-1', model: 'yolo', score: 0.7 } });
  expect(boxesOf(c)).toEqual([]);

  // Again: nothing to do.
  const before = stateDigest(store.c);
  expect(apply(store, 'run-1', frames, run)).toMatchObject({ added: 0, replaced: 0 });
  expect(stateDigest(store.c)).toBe(before);

  // A person moves one, deletes one, draws one.
  const [moved, deleted] = boxesOf(b);
  edit({ op: 'set', box: moved?.id, bbox: [12, 12, 10, 10] });
  edit({ op: 'delete', box: deleted?.id });
  edit({ op: 'add', frame: b, category: 1, bbox: [200, 200, 10, 10] });
  const second = apply(store, 'run-2', frames, [
    [1, 0, 0.9, 11, 11, 10, 10], // the moved one
    [1, 0, 0.9, 51, 51, 10, 10], // the deleted one
    [1, 1, 0.9, 201, 201, 10, 10], // the drawn one
    [1, 1, 0.9, 82, 82, 10, 10], // replaces the untouched one
    [1, 0, 0.9, 300, 300, 10, 10], // new
  ]);
  expect(second).toMatchObject({ added: 2, replaced: 2, keptHuman: 3 });
  expect(boxesOf(b).map((box) => [box.origin, box.bbox[0]])).toEqual([
    ['human', 12],
    ['human', 200],
    ['model', 82],
    ['model', 300],
  ]);
  expect(boxesOf(b)[0]?.provenance?.run).toBe('run-1');

  // One step, taken back whole; applying again after that works: it was no person's delete.
  const undone = store.write('annotations.undo', { author: 'lead', direction: 'undo' });
  expect(undone.kind).toBe('apply run');
  expect(boxesOf(b).map((box) => box.bbox[0])).toEqual([12, 80, 200]);
  expect(apply(store, 'run-2', frames, [[1, 1, 0.9, 82, 82, 10, 10]])).toMatchObject({ added: 1, replaced: 2 });
  store.close();
});

test('parts of one apply are one step', () => {
  const store = memoryStore('cd'.repeat(16));
  importFrames(store, [stagedFrame('a.jpg', []), stagedFrame('b.jpg', [])]);
  const [a = 0, b = 0] = Array.from(store.read('annotations.columns', {}).frameIds);
  const first = apply(store, 'run', [a], [[0, 0, 0.5, 1, 1, 5, 5]]);
  store.write('annotations.apply', {
    author: 'mara',
    changes: [{ op: 'comment', frame: a, text: 'in between' }] as unknown as readonly Change[],
  });
  apply(store, 'run', [b], [[0, 0, 0.5, 1, 1, 5, 5]], first.step);
  expect(store.write('annotations.undo', { author: 'lead', direction: 'undo' }).frames.toSorted()).toEqual([a, b]);
  expect(store.read('dataset.counts', {})).toMatchObject({ annotations: 0 });
  store.close();
});
