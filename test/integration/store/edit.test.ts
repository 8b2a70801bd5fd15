import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rebuild, stateDigest } from '../../../electron/db/log/rebuild.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { isAppError } from '../../../shared/errors.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';
import { importInto, defaultFrames, storeOnDisk } from '../../helpers/storeOnDisk.ts';

/** What an edit does, on the real schema and log. */
let store: MemoryStore;
let frames: readonly number[];
beforeEach(() => {
  store = memoryStore('ab'.repeat(16));
  importFrames(store, defaultFrames());
  frames = Array.from(store.read('annotations.columns', {}).frameIds);
});
afterEach(() => store.close());

function apply(author: string, ...changes: readonly object[]): ReturnType<typeof store.write<'annotations.apply'>> {
  return store.write('annotations.apply', { author, changes: changes as readonly Change[] });
}
function load(frame: number, author = 'mara'): ReturnType<typeof store.read<'annotations.load'>> {
  return store.read('annotations.load', { frame, author });
}
function undo(author: string, direction: 'undo' | 'redo' = 'undo', frame?: number): ReturnType<typeof store.write<'annotations.undo'>> {
  return store.write('annotations.undo', { author, direction, ...(frame === undefined ? {} : { frame }) });
}
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
  return 'no error';
};

test('an edit turns unlabeled into draft and approved or locked into labeled, as a part of the same operation', () => {
  const [, b = 0] = frames;
  expect(load(b).state).toBe('unlabeled');
  const first = apply('mara', { op: 'add', frame: b, category: 0, bbox: [1, 2, 3, 4] });
  expect(first.frameStates).toEqual([{ frame: b, state: 'draft' }]);
  const box = first.results[0]?.box ?? 0;
  for (const reviewed of ['approved', 'locked']) {
    apply('lead', { op: 'state', frame: b, state: reviewed });
    expect(apply('lead', { op: 'comment', frame: b, text: 'fine' }).frameStates).toEqual([{ frame: b, state: reviewed }]);
    expect(apply('mara', { op: 'set', box, bbox: [1, 2, 3, 5] }).frameStates).toEqual([{ frame: b, state: 'labeled' }]);
    undo('mara');
    expect(load(b).state).toBe(reviewed);
    undo('mara', 'redo');
  }
  const before = store.c.log.seq;
  apply('mara', { op: 'delete', box });
  expect(store.c.log.seq).toBe(before + 1);
  expect(load(b).state).toBe('labeled');
});

test('an imported box is a person’s once it was touched, and the import’s again when that is undone', () => {
  const [a = 0] = frames;
  const [box] = load(a).annotations;
  apply('mara', { op: 'set', box: box?.id, flags: ['occluded', 'crowd'], attributes: { colour: 'red', speed: 3 }, track: 7 });
  expect(load(a).annotations[0]).toMatchObject({
    origin: 'human',
    flags: ['occluded', 'crowd'],
    attributes: { colour: 'red', speed: 3 },
    track: 7,
  });
  apply('mara', { op: 'set', box: box?.id, flags: ['crowd'], attributes: { colour: null, ['__proto__']: 'x', constructor: 1 } });
  expect(load(a).annotations[0]?.flags).toEqual(['crowd']);
  expect(Object.entries(load(a).annotations[0]?.attributes ?? {})).toEqual([
    ['__proto__', 'x'],
    ['constructor', 1],
    ['speed', 3],
  ]);
  undo('mara');
  undo('mara');
  expect(load(a).annotations[0]).toEqual(box);
});

test('history shows who changed what: whole boxes for add and delete, changed fields for the rest', () => {
  const [, b = 0] = frames;
  const box = apply('mara', { op: 'add', frame: b, category: 0, bbox: [1, 2, 3, 4], flags: ['truncated'] }).results[0]?.box ?? 0;
  apply('joon', { op: 'set', box, bbox: [2, 2, 3, 4], category: 1 });
  apply('joon', { op: 'set', box, flags: ['truncated', 'ignore'] });
  undo('joon');
  apply('mara', { op: 'comment', frame: b, box, text: 'look' });
  apply('mara', { op: 'state', frame: b, state: 'labeled' });
  apply('mara', { op: 'delete', box });
  const entries = store.read('annotations.history', { frame: b });
  expect(entries.map((e) => [e.author, e.actor, e.kind])).toEqual([
    ['lead', 'import', 'import'],
    ['mara', 'human', 'add'],
    ['joon', 'human', 'set'],
    ['joon', 'human', 'set'],
    ['joon', 'human', 'undo'],
    ['mara', 'human', 'comment'],
    ['mara', 'human', 'state'],
    ['mara', 'human', 'delete'],
  ]);
  const whole = { category: 'car', bbox: [1, 2, 3, 4], angle: 0, flags: ['truncated'], attributes: {}, track: null };
  expect(entries[1]).toMatchObject({ before: null, after: whole, box });
  expect(entries[2]).toMatchObject({ before: { bbox: [1, 2, 3, 4], category: 'car' }, after: { bbox: [2, 2, 3, 4], category: 'bicycle' } });
  expect(entries[3]?.before).toEqual({ flags: ['truncated'] });
  expect(entries[3]?.after).toEqual({ flags: ['truncated', 'ignore'] });
  expect(entries[4]?.after).toEqual({ flags: ['truncated'] });
  expect(entries[6]).toMatchObject({ before: { state: 'draft' }, after: { state: 'labeled' } });
  expect(entries[7]).toMatchObject({ before: { ...whole, bbox: [2, 2, 3, 4], category: 'bicycle' }, after: null });
  expect(entries.every((e, i) => i === 0 || e.seq > (entries[i - 1]?.seq ?? 0))).toBe(true);
  expect(store.read('annotations.history', { frame: b, box }).map((e) => e.kind)).toEqual(['add', 'set', 'set', 'undo', 'delete']);
});

test('undo takes back one’s own changes only, and leaves alone what somebody else changed since', () => {
  const [a = 0] = frames;
  const box = load(a).annotations[0]?.id ?? 0;
  apply('mara', { op: 'set', box, bbox: [1, 1, 1, 1] });
  apply('mara', { op: 'set', box, track: 4 });
  apply('joon', { op: 'set', box, bbox: [2, 2, 2, 2] });
  expect(undo('mara').kind).toBe('set');
  expect(load(a).annotations[0]).toMatchObject({ bbox: [2, 2, 2, 2], track: null });
  expect(code(() => undo('mara'))).toBe('nothing_to_undo');
  undo('joon');
  expect(load(a).annotations[0]?.bbox).toEqual([1, 1, 1, 1]);
  undo('mara');
  expect(load(a).annotations[0]?.bbox).toEqual([10, 10, 20, 20]);
  expect(code(() => undo('lead', 'redo'))).toBe('nothing_to_redo');
});

test('a transaction is all or nothing, and one step', () => {
  const [a = 0] = frames;
  const box = load(a).annotations[0]?.id ?? 0;
  const before = stateDigest(store.c);
  const seq = store.c.log.seq;
  expect(code(() => apply('mara', { op: 'delete', box }, { op: 'set', box, track: 1 }))).toBe('not_found');
  expect(stateDigest(store.c)).toBe(before);
  apply('mara', { op: 'delete', box }, { op: 'add', frame: a, category: 1, bbox: [0, 0, 1, 1] });
  expect(store.c.log.seq).toBe(seq + 2);
  undo('mara');
  expect(load(a).annotations.map((b) => b.bbox[0])).toEqual([10, 50.5]);
});

test('what is not there, not reserved, taken or not a number is refused', () => {
  const [a = 0] = frames;
  expect(code(() => apply('mara', { op: 'add', frame: 5, category: 0, bbox: [0, 0, 1, 1] }))).toBe('not_found');
  expect(code(() => apply('mara', { op: 'add', frame: a, category: 99, bbox: [0, 0, 1, 1] }))).toBe('not_found');
  expect(code(() => apply('mara', { op: 'add', frame: a, category: 0, bbox: [0, NaN, 1, 1] }))).toBe('invalid_request');
  expect(code(() => apply('mara', { op: 'add', frame: a, category: 0, bbox: [0, 0, 1, 1], box: 2 ** 40 }))).toBe('invalid_request');
  const { first } = store.write('annotations.reserveIds', { count: 10 });
  expect(apply('mara', { op: 'add', frame: a, category: 0, bbox: [0, 0, 1, 1], box: first + 3 }).results[0]?.box).toBe(first + 3);
  expect(code(() => apply('mara', { op: 'add', frame: a, category: 0, bbox: [0, 0, 1, 1], box: first + 3 }))).toBe('already_exists');
  expect(store.write('annotations.reserveIds', { count: 1 }).first).toBe(first + 10);
  expect(code(() => apply('mara', { op: 'set', box: first + 3 }))).toBe('invalid_request');
});

test('many frames at once are one step: states, splits, tags', () => {
  const all = Float64Array.from(frames);
  const set = (value: object): { changed: number } =>
    store.write('annotations.setFrames', { author: 'lead', frames: all, set: value as never });
  expect(set({ field: 'state', value: 'labeled' }).changed).toBe(1);
  expect(set({ field: 'split', value: 'train' }).changed).toBe(3);
  expect(set({ field: 'tag', value: 'night', on: true }).changed).toBe(3);
  expect(set({ field: 'tag', value: 'night', on: true }).changed).toBe(0);
  expect(set({ field: 'state', value: 'approved' }).changed).toBe(3);
  undo('lead');
  expect(frames.map((f) => load(f).state)).toEqual(['labeled', 'labeled', 'labeled']);
  expect(undo('lead').frames).toHaveLength(3);
  expect(store.c.db.prepare('select count(*) n from frame_tag').get()).toEqual({ n: 0 });
  undo('lead');
  undo('lead');
  expect(frames.map((f) => load(f).state)).toEqual(['labeled', 'unlabeled', 'labeled']);
});

test('the same import again changes nothing; a box that was deleted does not come back by another import', () => {
  const before = stateDigest(store.c);
  const seq = store.c.log.seq;
  expect(importFrames(store, defaultFrames(), 'somebody else')).toBeNull();
  expect(stateDigest(store.c)).toBe(before);
  expect(store.c.log.seq).toBe(seq);
  const [a = 0] = frames;
  apply('mara', { op: 'delete', box: load(a).annotations[0]?.id });
  // A larger file with the same frame in it.
  const [first] = defaultFrames();
  importFrames(store, [first as never, stagedFrame('z.jpg', [[0, 1, 1, 1, 1]])]);
  expect(load(a).annotations.map((box) => box.bbox[0])).toEqual([50.5]);
  expect(store.read('dataset.counts', {})).toMatchObject({ frames: 4, annotations: 3 });
  expect(code(() => importFrames(store, [{ ...(first as ReturnType<typeof stagedFrame>), sha256: new Uint8Array(32) }]))).toBe('conflict');
});

test('the journal, the chain, the imports and the state are verified, and damage is named', async () => {
  const { folder, dataset, db } = await storeOnDisk();
  try {
    const columns = await db.read('annotations.columns', {});
    for (let i = 0; i < 20; i++)
      await db.write('annotations.apply', {
        author: 'mara',
        changes: [{ op: 'set', box: columns.ids[i % 3], bbox: [i, i, i, i] }] as unknown as readonly Change[],
      });
    expect(await importInto(db, defaultFrames())).toBeNull();
    expect(await db.read('verify.chain', { dataset })).toEqual({ checked: 21, problems: [] });
    expect(await db.read('verify.journal', { folder })).toEqual({ checked: 21, problems: [] });
    expect(await db.read('verify.packs', {})).toEqual({ checked: 1, problems: [] });
    expect(await db.read('verify.state', { dataset, scratch: folder })).toEqual({ checked: 21, problems: [] });
    const digest = await db.read('verify.stateDigest', {});
    expect(await db.write('verify.rebuild', {})).toEqual({ operations: 21 });
    expect(await db.read('verify.stateDigest', {})).toBe(digest);
    const changed = await db.read('annotations.changedSince', { revision: columns.revision });
    expect(changed.frames.length).toBe(3);
  } finally {
    await db.close();
    await rm(folder, { recursive: true });
  }
});

test('boxes are loaded in the order somebody laid them in; undo, history and the rebuild know it, and a model box stays one', () => {
  const [a = 0] = frames;
  const ids = load(a).annotations.map((box) => box.id);
  const origins = load(a).annotations.map((box) => box.origin);
  expect(ids.length).toBeGreaterThanOrEqual(2);
  const [first = 0, ...rest] = ids;
  apply('mara', { op: 'set', box: first, z: 1 });
  expect(load(a).annotations.map((box) => box.id)).toEqual([...rest, first]);
  expect(load(a).annotations.at(-1)?.z).toBe(1);
  expect(load(a).annotations.at(-1)?.origin).toBe(origins[0]);
  const before = stateDigest(store.c);
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  expect(stateDigest(store.c)).toBe(before);
  undo('mara');
  expect(load(a).annotations.map((box) => box.id)).toEqual(ids);
  expect(load(a).annotations.every((box) => box.z === undefined)).toBe(true);
});
