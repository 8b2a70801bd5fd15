import { afterEach, beforeEach, expect, test } from 'vitest';
import { stateDigest, rebuild } from '../../../electron/db/log/rebuild.ts';
import type { BoxConflict, Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import { isAppError } from '../../../shared/errors.ts';
import { importFrames, memoryStore } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';
import { defaultFrames } from '../../helpers/storeOnDisk.ts';

let store: MemoryStore;
let frame = 0;
let box: Annotation;
beforeEach(() => {
  store = memoryStore('01'.repeat(16));
  importFrames(store, defaultFrames());
  frame = store.read('annotations.columns', {}).frameIds[0] ?? 0;
  box = load().annotations[0] as Annotation;
});
afterEach(() => store.close());

const load = () => store.read('annotations.load', { frame, author: 'mara' });
const apply = (author: string, ...changes: readonly object[]) =>
  store.write('annotations.apply', { author, changes: changes as readonly Change[] });
const moved = (to: number, from: number): object => ({
  op: 'set',
  box: box.id,
  bbox: [to, 10, 20, 20],
  seen: { bbox: [from, 10, 20, 20], angle: 0 },
});
const now = (): Annotation | undefined => load().annotations.find((other) => other.id === box.id);
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
  return 'no error';
};
const rows = (): object[] =>
  store.c.prepare<object>('select hex(id) id, e, frame, kind, hard, fld, opened_h from conflict order by id').all();
const only = (): BoxConflict => {
  const { conflicts } = load();
  expect(conflicts).toHaveLength(1);
  return conflicts[0] as BoxConflict;
};

test('an edit of what its author saw is no conflict, and neither is the same edit twice or another field', () => {
  expect(apply('mara', moved(100, 10)).conflicts).toEqual([]);
  expect(apply('joon', moved(200, 100)).conflicts).toEqual([]);
  // Joon and Mara do the same from the same start.
  expect(apply('mara', moved(200, 100)).conflicts).toEqual([]);
  // Mara still sees an old place, and changes the category and a flag only.
  expect(apply('mara', { op: 'set', box: box.id, category: 1, seen: { category: 0 } }).conflicts).toEqual([]);
  expect(apply('mara', { op: 'set', box: box.id, flags: ['occluded'], seen: { flags: [] } }).conflicts).toEqual([]);
  expect(apply('joon', { op: 'set', box: box.id, flags: ['truncated'], seen: { flags: [] } }).conflicts).toEqual([]);
  expect(now()).toMatchObject({ bbox: [200, 10, 20, 20], category: 1, flags: ['occluded', 'truncated'] });
  expect(rows()).toEqual([]);
});

test('a conflict began where both sides began, however often a side is moved again', () => {
  apply('mara', moved(100, 10));
  apply('joon', moved(300, 10));
  // Mara goes on from her own place, so that Joon's is the older one now.
  apply('mara', moved(150, 100));
  const began = { bbox: [10, 10, 20, 20] };
  expect(only()).toMatchObject({ ancestor: began, alternatives: [{ author: 'joon' }, { author: 'mara' }] });
  apply('joon', moved(350, 300));
  apply('joon', moved(360, 350));
  apply('mara', moved(170, 150));
  expect(only()).toMatchObject({
    ancestor: began,
    alternatives: [{ value: { bbox: [360, 10, 20, 20] } }, { value: { bbox: [170, 10, 20, 20] } }],
  });
});

test('two people move one box from the same place: both values are kept, named and settled by one operation that undo takes back', () => {
  apply('mara', moved(100, 10));
  expect(apply('joon', moved(300, 10)).conflicts).toEqual([box.id]);
  expect(only()).toMatchObject({
    box: box.id,
    field: 'geometry',
    alike: false,
    ancestor: { bbox: [10, 10, 20, 20] },
    alternatives: [
      { author: 'mara', shown: false, value: { bbox: [100, 10, 20, 20], angle: 0 } },
      { author: 'joon', shown: true, value: { bbox: [300, 10, 20, 20], angle: 0 } },
    ],
    ghost: null,
  });
  // Mara goes on from her own value without having seen Joon's.
  apply('mara', moved(120, 100));
  expect(only().alternatives.map(({ author, value }) => [author, value.bbox?.[0]])).toEqual([
    ['joon', 300],
    ['mara', 120],
  ]);
  const kept = rows();
  const before = only();
  const digest = stateDigest(store.c);
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  expect(stateDigest(store.c)).toBe(digest);
  expect(rows()).toEqual(kept);

  apply('lead', { op: 'resolve', box: box.id, bbox: [300, 10, 20, 20], angle: 0 });
  expect(load().conflicts).toEqual([]);
  expect(now()?.bbox).toEqual([300, 10, 20, 20]);
  // Undo opens it again: both values, whose they were, and since when.
  const settled = rows();
  store.write('annotations.undo', { author: 'lead', direction: 'undo' });
  expect(now()?.bbox).toEqual([120, 10, 20, 20]);
  expect(only()).toEqual(before);
  store.write('annotations.undo', { author: 'lead', direction: 'redo' });
  expect(now()?.bbox).toEqual([300, 10, 20, 20]);
  expect(rows()).toEqual(settled);
  store.write('annotations.undo', { author: 'lead', direction: 'undo' });
  expect(only()).toEqual(before);
  const reopened = stateDigest(store.c);
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  expect(stateDigest(store.c)).toBe(reopened);
  // Somebody else settles it: that is the last word, and the lead has nothing to give back.
  apply('mara', { op: 'resolve', box: box.id, bbox: [200, 10, 20, 20], angle: 0 });
  expect(codeOf(() => store.write('annotations.undo', { author: 'lead', direction: 'redo' }))).toBe('nothing_to_redo');
  expect(now()?.bbox).toEqual([200, 10, 20, 20]);
});

test('undo of a settled conflict keeps what somebody wrote meanwhile, and another computer sees the same conflict', () => {
  apply('mara', moved(100, 10));
  apply('joon', moved(300, 10));
  apply('lead', { op: 'resolve', box: box.id, bbox: [300, 10, 20, 20], angle: 0 });
  const far = store.clone('02'.repeat(16));
  // On the other computer Ada moves what the lead had settled; here the lead takes it back.
  far.write('annotations.apply', { author: 'ada', changes: [moved(500, 300)] as readonly Change[] });
  store.write('annotations.undo', { author: 'lead', direction: 'undo' });
  for (const [from, to] of [
    [store, far],
    [far, store],
  ] as const) {
    const bodies = from.c
      .prepare<{ body: Buffer }>('select body from op where r = ? order by s')
      .all(from.c.log.replicaNo)
      .map(({ body }) => body);
    to.c.log.mark();
    to.c.db.transaction(() => {
      to.c.log.receive(from.c.log.replicaId, bodies);
      to.c.log.flush();
    })();
    to.c.log.collect();
  }
  const here = only();
  expect(here.alternatives.map(({ author, value }) => [author, value.bbox?.[0]]).sort()).toEqual([
    ['ada', 500],
    ['joon', 300],
    ['mara', 100],
  ]);
  const there = far.read('annotations.load', { frame, author: 'mara' });
  expect(there.conflicts).toEqual([here]);
  expect(there.annotations.find(({ id }) => id === box.id)?.bbox).toEqual(now()?.bbox);
  far.close();
});

test('taking back the later of two concurrent edits leaves the other one, without a conflict', () => {
  apply('mara', moved(100, 10));
  apply('joon', moved(300, 10));
  store.write('annotations.undo', { author: 'joon', direction: 'undo' });
  expect(now()?.bbox).toEqual([100, 10, 20, 20]);
  expect(load().conflicts).toEqual([]);
});

test('values that are nearly the same do not ask anybody; categories and attributes always do', () => {
  apply('mara', moved(100, 10));
  apply('joon', moved(100.5, 10));
  expect(only().alike).toBe(true);
  store.write('annotations.undo', { author: 'joon', direction: 'undo' });
  apply('mara', { op: 'set', box: box.id, attributes: { colour: 'red' }, seen: { attributes: { colour: null } } });
  apply('joon', { op: 'set', box: box.id, attributes: { colour: 'blue' }, seen: { attributes: { colour: null } } });
  expect(only()).toMatchObject({
    field: 'attribute',
    alternatives: [{ value: { attributes: { colour: 'red' } } }, { value: { attributes: { colour: 'blue' } } }],
  });
  apply('lead', { op: 'resolve', box: box.id, attributes: { colour: 'red' } });
  expect(load().conflicts).toEqual([]);
  expect(now()?.attributes).toEqual({ colour: 'red' });
});

const whole = { category: 0, bbox: [10, 10, 20, 20], angle: 0, flags: [], attributes: {}, track: null };

test.each(['edit first', 'delete first'])('one deletes what another edits (%s): hidden, kept as a ghost, brought back or left', (order) => {
  const edit = (): unknown => apply('mara', moved(100, 10));
  const remove = (): unknown => apply('joon', { op: 'delete', box: box.id, seen: whole });
  for (const step of order === 'edit first' ? [edit, remove] : [remove, edit]) step();
  expect(now()).toBeUndefined();
  expect(only()).toMatchObject({
    field: 'deleted',
    alternatives: [
      { author: 'mara', shown: false, value: { bbox: [100, 10, 20, 20], deleted: false } },
      { author: 'joon', shown: true, value: { deleted: true } },
    ],
    ghost: { id: box.id, bbox: [100, 10, 20, 20] },
  });
  const kept = rows();
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  expect(rows()).toEqual(kept);
  if (order === 'edit first') {
    apply('lead', { op: 'resolve', box: box.id, deleted: true });
    expect(now()).toBeUndefined();
  } else {
    apply('lead', { op: 'resolve', box: box.id, deleted: false, bbox: [100, 10, 20, 20], angle: 0 });
    expect(now()?.bbox).toEqual([100, 10, 20, 20]);
  }
  expect(load().conflicts).toEqual([]);

  const settled = now();
  for (let turn = 0; turn < 2; turn++) {
    store.write('annotations.undo', { author: 'lead', direction: 'undo' });
    expect(now()).toBeUndefined();
    expect(only()).toMatchObject({
      field: 'deleted',
      alternatives: [
        { author: 'mara', shown: false, value: { bbox: [100, 10, 20, 20], deleted: false } },
        { author: 'joon', shown: true, value: { deleted: true } },
      ],
      ghost: { id: box.id, bbox: [100, 10, 20, 20] },
    });
    expect(Object.keys(only().alternatives[0]?.value ?? {}).sort()).toEqual(['angle', 'bbox', 'deleted']);
    store.write('annotations.undo', { author: 'lead', direction: 'redo' });
    expect(now()).toEqual(settled);
    expect(load().conflicts).toEqual([]);
  }
});

test('a delete of what its author saw, and a second delete, are no conflict', () => {
  apply('mara', moved(100, 10));
  expect(apply('joon', { op: 'delete', box: box.id, seen: { ...whole, bbox: [100, 10, 20, 20] } }).conflicts).toEqual([]);
  expect(apply('mara', { op: 'delete', box: box.id, seen: { ...whole, bbox: [100, 10, 20, 20] } }).conflicts).toEqual([]);
  expect(rows()).toEqual([]);
  // Without a word about what was seen, the old rule holds.
  try {
    apply('mara', { op: 'delete', box: box.id });
    expect.unreachable();
  } catch (error) {
    expect(isAppError(error, 'not_found')).toBe(true);
  }
});

test('a request that is asked again is done once', () => {
  const once = { author: 'mara', key: 'k1', changes: [{ op: 'comment', frame, text: 'twice?' }, moved(50, 10)] as readonly Change[] };
  const first = store.write('annotations.apply', once);
  const seq = store.c.log.seq;
  const again = store.write('annotations.apply', once);
  expect(store.c.log.seq).toBe(seq);
  expect(again.results).toEqual(first.results);
  expect(again.frameStates).toEqual(first.frameStates);
  expect(load().comments).toHaveLength(1);
  store.write('annotations.apply', { ...once, key: 'k2' });
  expect(load().comments).toHaveLength(2);
});
