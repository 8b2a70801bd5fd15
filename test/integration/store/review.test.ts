import { afterEach, beforeEach, expect, test } from 'vitest';
import { rebuild, stateDigest } from '../../../electron/db/log/rebuild.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { judgedBoxes } from '../../../shared/review/judgedBoxes.ts';
import { isAppError } from '../../../shared/errors.ts';
import { defaultFrames } from '../../helpers/storeOnDisk.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

/** Review on the real schema and log: verdicts, comments, corrections, restoring, queues, statistics. */
let store: MemoryStore;
let frames: readonly number[];
beforeEach(() => {
  store = memoryStore('ab'.repeat(16));
  let time = Date.UTC(2026, 10, 24, 9);
  // A clock that moves, so that every operation has a time of its own.
  store.c.log.now = () => (time += 1000);
  importFrames(store, defaultFrames());
  frames = Array.from(store.read('annotations.columns', {}).frameIds);
});
afterEach(() => store.close());

const apply = (author: string, ...changes: readonly object[]): ReturnType<typeof store.write<'annotations.apply'>> =>
  store.write('annotations.apply', { author, changes: changes as readonly Change[] });
const load = (frame: number): ReturnType<typeof store.read<'annotations.load'>> =>
  store.read('annotations.load', { frame, author: 'mara' });
const review = (frame: number, author = 'mara'): ReturnType<typeof store.read<'review.frame'>> =>
  store.read('review.frame', { frame, author });
const code = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return isAppError(error) ? error.code : String(error);
  }
  return 'no error';
};
function draw(author: string, frame: number, bbox: readonly number[], category = 0): number {
  return apply(author, { op: 'add', frame, category, bbox }).results[0]?.box ?? 0;
}

/** Dropping every table that follows from the log and making it again gives the same. */
function expectRebuildable(): void {
  const before = stateDigest(store.c);
  store.c.log.mark();
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  expect(stateDigest(store.c)).toBe(before);
}

test('an approval stands for what was judged: a later change makes it stale, says which boxes by whom, and undo makes it count again', () => {
  const [, frame = 0] = frames;
  const kept = draw('mara', frame, [10, 10, 20, 20]);
  const moved = draw('mara', frame, [50, 50, 20, 20]);
  apply('mara', { op: 'state', frame, state: 'labeled' });
  apply('lead', { op: 'state', frame, state: 'approved' });
  expect(review(frame)).toMatchObject({ verdict: { state: 'approved', author: 'lead' }, sinceApproval: null });
  apply('joon', { op: 'set', box: moved, bbox: [52, 50, 20, 20] });
  apply('mara', { op: 'set', box: moved, category: 1 });
  const added = draw('joon', frame, [1, 1, 5, 5]);
  apply('joon', { op: 'delete', box: kept });
  expect(load(frame).state).toBe('labeled');
  const { sinceApproval } = review(frame);
  expect(sinceApproval?.approval).toMatchObject({ state: 'approved', author: 'lead' });
  expect(sinceApproval?.changes.map(({ box, kinds, authors }) => [box, kinds, authors])).toEqual([
    [kept, ['removed'], ['joon']],
    [moved, ['moved', 'relabelled'], ['mara', 'joon']],
    [added, ['added'], ['joon']],
  ]);
  expect(sinceApproval?.changes[1]).toMatchObject({
    before: { category: 0, bbox: [50, 50, 20, 20] },
    after: { category: 1, bbox: [52, 50, 20, 20] },
  });
  expect(store.read('queues.counts', { author: 'lead' }).changed).toBe(1);
  expectRebuildable();
  for (let i = 0; i < 3; i++) store.write('annotations.undo', { author: 'joon', direction: 'undo', frame });
  store.write('annotations.undo', { author: 'mara', direction: 'undo', frame });
  expect(load(frame).state).toBe('approved');
  expect(review(frame).sinceApproval).toBeNull();
  expect(store.read('queues.counts', { author: 'lead' }).changed).toBe(0);
});

test('an approval is for the boxes that were on show: an edit that came in unseen makes it stale and is named, undo of it makes it count', () => {
  const [, frame = 0] = frames;
  const kept = draw('mara', frame, [10, 10, 20, 20]);
  const moved = draw('mara', frame, [50, 50, 20, 20]);
  const shown = judgedBoxes(load(frame).annotations);
  expect(apply('lead', { op: 'state', frame, state: 'approved', judged: shown }).frameStates).toEqual([{ frame, state: 'approved' }]);
  apply('lead', { op: 'state', frame, state: 'labeled' });

  // Joon's edits are saved while the lead still looks at what was there before.
  apply('joon', { op: 'set', box: moved, bbox: [52, 50, 20, 20], attributes: { colour: 'red' } });
  apply('joon', { op: 'delete', box: kept });
  expect(apply('lead', { op: 'state', frame, state: 'approved', judged: shown }).frameStates).toEqual([{ frame, state: 'labeled' }]);
  const { sinceApproval, verdict } = review(frame);
  expect(verdict).toMatchObject({ state: 'approved', author: 'lead' });
  expect(sinceApproval?.changes.map(({ box, kinds, authors }) => [box, kinds, authors])).toEqual([
    [kept, ['removed'], ['joon']],
    [moved, ['moved', 'changed'], ['joon']],
  ]);
  expect(store.read('queues.counts', { author: 'lead' }).changed).toBe(1);
  expectRebuildable();
  store.write('annotations.undo', { author: 'joon', direction: 'undo', frame });
  expect(load(frame).state).toBe('labeled');
  store.write('annotations.undo', { author: 'joon', direction: 'undo', frame });
  expect(load(frame).state).toBe('approved');
  expect(review(frame).sinceApproval).toBeNull();

  // Boxes that never were there: the approval counts for nothing, and the next one, of what is there, counts.
  apply('lead', { op: 'state', frame, state: 'locked', judged: judgedBoxes([]).replace(/^./, '0') });
  expect(load(frame).state).toBe('labeled');
  apply('lead', { op: 'state', frame, state: 'locked', judged: judgedBoxes(load(frame).annotations) });
  expect(load(frame).state).toBe('locked');
});

test('approving again, rejecting or taking the approval back ends "changed since approval"', () => {
  const [, frame = 0] = frames;
  const changed = (): number => store.read('queues.counts', { author: 'lead' }).changed;
  for (const state of ['approved', 'needs_fix', 'unlabeled']) {
    apply('lead', { op: 'state', frame, state: 'locked' });
    draw('mara', frame, [10, 10, 20, 20]);
    // V4: an edit on a locked frame is kept, and unlocks it.
    expect(load(frame).state).toBe('labeled');
    expect([state, changed()]).toEqual([state, 1]);
    apply('lead', { op: 'state', frame, state });
    expect([state, changed()]).toEqual([state, 0]);
  }
  expectRebuildable();
});

test('comments: pinned to a point, a box or the frame; resolved by anybody, reworded and deleted by who wrote them', () => {
  const [frame = 0] = frames;
  const [box] = load(frame).annotations;
  apply('lead', { op: 'comment', frame, text: 'all of it' });
  apply('lead', { op: 'comment', frame, box: box?.id, issue: 'wrong_category', text: '' });
  apply('lead', { op: 'comment', frame, point: [12.5, 7], issue: 'missing', text: 'a bicycle' });
  expect(load(frame).comments).toMatchObject([
    { text: 'all of it', box: null, point: null, issue: null, resolved: false },
    { text: '', box: box?.id, point: null, issue: 'wrong_category' },
    { text: 'a bicycle', box: null, point: [12.5, 7], issue: 'missing' },
  ]);
  const [first, second, third] = load(frame).comments;
  expect(store.read('queues.frames', { kind: 'comments', author: 'mara' })).toEqual(Float64Array.of(frame));
  expect(code(() => apply('mara', { op: 'editComment', comment: first?.id, text: 'mine now' }))).toBe('locked_by_rule');
  expect(code(() => apply('mara', { op: 'deleteComment', comment: first?.id }))).toBe('locked_by_rule');
  apply('mara', { op: 'editComment', comment: first?.id, resolved: true });
  apply('lead', { op: 'editComment', comment: first?.id, text: 'all of it, please' });
  apply('lead', { op: 'deleteComment', comment: second?.id });
  apply('mara', { op: 'editComment', comment: third?.id, resolved: true });
  expect(load(frame).comments).toMatchObject([
    { text: 'all of it, please', resolved: true },
    { text: 'a bicycle', resolved: true },
  ]);
  expect(store.read('queues.counts', { author: 'mara' }).comments).toBe(0);
  expect(store.read('frames.rows', { ids: Float64Array.of(frame) })[0]?.comments).toBe(2);
  expectRebuildable();
  // Each is one step of undo of its author.
  store.write('annotations.undo', { author: 'mara', direction: 'undo', frame });
  store.write('annotations.undo', { author: 'lead', direction: 'undo', frame });
  expect(load(frame).comments.map(({ text, resolved }) => [text, resolved])).toEqual([
    ['all of it, please', true],
    ['', false],
    ['a bicycle', false],
  ]);
  expect(store.read('queues.counts', { author: 'mara' }).comments).toBe(1);
  expectRebuildable();
  expect(code(() => apply('lead', { op: 'comment', frame, box: load(frames[2] ?? 0).annotations[0]?.id, text: 'no' }))).toBe(
    'invalid_request',
  );
});

test('replies: a thread below a comment, open and counted as one; who answers what was resolved opens it again, and undo takes both back', () => {
  const [frame = 0, other = 0] = frames;
  const [box] = load(frame).annotations;
  const thread = (): unknown[] => load(frame).comments.map(({ author, text, resolved, removed }) => [author, text, { resolved, removed }]);
  const counted = (): unknown[] => {
    const [row] = store.read('frames.rows', { ids: Float64Array.of(frame) });
    return [row?.comments, row?.openComments, store.read('queues.counts', { author: 'mara' }).comments];
  };
  const [open, resolved] = [
    { resolved: false, removed: false },
    { resolved: true, removed: false },
  ];
  apply('lead', { op: 'comment', frame, box: box?.id, text: 'too wide?' });
  const { id } = load(frame).comments[0] ?? { id: '' };
  apply('mara', { op: 'comment', frame, parent: id, text: 'no, the mirror' });
  // Whichever comment is answered, the reply belongs to the thread.
  apply('lead', { op: 'comment', frame, parent: load(frame).comments[1]?.id, text: 'ah' });
  expect(load(frame).comments.map(({ parent }) => parent)).toEqual([null, id, id]);
  expect(counted()).toEqual([1, 1, 1]);
  // Resolved is said of the thread, also by one of its replies.
  apply('mara', { op: 'editComment', comment: load(frame).comments[2]?.id, resolved: true });
  expect(thread()[0]).toEqual(['lead', 'too wide?', resolved]);
  expect(counted()).toEqual([1, 0, 0]);
  apply('joon', { op: 'comment', frame, parent: id, text: 'the mirror counts?' });
  expect(thread()).toEqual([
    ['lead', 'too wide?', open],
    ['mara', 'no, the mirror', open],
    ['lead', 'ah', open],
    ['joon', 'the mirror counts?', open],
  ]);
  expect(counted()).toEqual([1, 1, 1]);
  expectRebuildable();
  store.write('annotations.undo', { author: 'joon', direction: 'undo', frame });
  expect(load(frame).comments).toHaveLength(3);
  expect(counted()).toEqual([1, 0, 0]);
  store.write('annotations.undo', { author: 'joon', direction: 'redo', frame });
  expect(counted()).toEqual([1, 1, 1]);

  // The first comment goes, its words with it; what was answered stays, and where.
  expect(code(() => apply('mara', { op: 'deleteComment', comment: id }))).toBe('locked_by_rule');
  apply('lead', { op: 'deleteComment', comment: id });
  expect(load(frame).comments[0]).toMatchObject({ text: '', removed: true, box: box?.id, author: 'lead' });
  expect(counted()).toEqual([1, 1, 1]);
  apply('mara', { op: 'comment', frame, parent: id, text: 'still here' });
  apply('mara', { op: 'editComment', comment: id, resolved: true });
  expect(counted()).toEqual([1, 0, 0]);
  expectRebuildable();
  // A thread is gone with its last word.
  const left = load(frame).comments.filter(({ removed }) => !removed);
  for (const { author, id: one } of left) apply(author, { op: 'deleteComment', comment: one });
  expect([left.length, load(frame).comments, counted()]).toEqual([4, [], [0, 0, 0]]);
  expect(code(() => apply('mara', { op: 'comment', frame, parent: id, text: 'too late' }))).toBe('not_found');
  expectRebuildable();
  apply('lead', { op: 'comment', frame: other, text: 'elsewhere' });
  const elsewhere = load(other).comments[0]?.id;
  expect(code(() => apply('mara', { op: 'comment', frame, parent: elsewhere, text: 'no' }))).toBe('invalid_request');
  const said = store
    .read('annotations.history', { frame })
    .filter(({ kind }) => kind === 'comment')
    .map(({ id: entry, box: about, after }) => ({ entry, about, after }));
  // A reply names the entry of what it answers, and the box that it is about.
  expect(said[0]).toMatchObject({ about: box?.id, after: { text: 'too wide?' } });
  expect(said[1]).toMatchObject({ about: box?.id, after: { text: 'no, the mirror', replyTo: said[0]?.entry } });
  expect(said.filter(({ after }) => after === null)).toHaveLength(5);
});

test('threads of a frame that comes in after what was said about it are counted', () => {
  const other = store.clone('cd'.repeat(16));
  const pack = importFrames(store, [stagedFrame('late.jpg', [])]) ?? 0;
  const frame = store.read('frames.byName', { name: 'late.jpg' })?.id ?? 0;
  apply('lead', { op: 'comment', frame, text: 'too dark?' }, { op: 'comment', frame, text: 'and this' });
  const [first, second] = load(frame).comments;
  apply('mara', { op: 'comment', frame, parent: first?.id, text: 'no' }, { op: 'editComment', comment: second?.id, resolved: true });
  // The operations first, then the import's content part by part.
  const no = other.c.log.entities.originNo(store.c.log.entities.originId(pack), 'pack');
  for (const table of ['pack', 'pack_chunk'] as const) {
    const own = table === 'pack' ? 'no' : 'pack';
    for (const row of store.c.prepare<object>(`select * from ${table} where ${own} = ?`).all(pack)) {
      const copied: { readonly [column: string]: unknown } = {
        ...row,
        [own]: no,
        ...(table === 'pack' ? { r: null, s: null } : { local: null }),
      };
      const columns = Object.keys(copied).filter((column) => table === 'pack' || column !== 'id');
      other.c
        .prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`)
        .run(...columns.map((column) => copied[column]));
    }
  }
  const { log } = other.c;
  const bodies = store.c.prepare<{ body: Buffer }>('select body from op where r = ? order by s').all(store.c.log.replicaNo);
  log.mark();
  other.c.db.transaction(() => {
    log.receive(
      store.c.log.replicaId,
      bodies.map(({ body }) => body),
    );
    log.flush();
  })();
  log.collect();
  while (!other.write('packs.applyNext', { pack: no }).done);
  const there = other.read('frames.byName', { name: 'late.jpg' })?.id ?? 0;
  expect(other.read('frames.rows', { ids: Float64Array.of(there) })[0]).toMatchObject({ comments: 2, openComments: 1 });
  expect(other.read('annotations.load', { frame: there, author: 'joon' }).comments.map(({ text }) => text)).toEqual([
    'too dark?',
    'and this',
    'no',
  ]);
  other.close();
});

test('who took another name may change the words they wrote before, and what they did is no correction by somebody else', () => {
  const [, frame = 0] = frames;
  const mara = { author: 'Mara', formerly: ['mara'] };
  const as = (change: object): unknown => store.write('annotations.apply', { ...mara, changes: [change as Change] });
  const own = draw('mara', frame, [10, 10, 20, 20]);
  apply('mara', { op: 'comment', frame, text: 'mine' }, { op: 'state', frame, state: 'labeled' });
  const { id = '' } = load(frame).comments[0] ?? {};
  expect(code(() => apply('Mara', { op: 'editComment', comment: id, text: 'not mine' }))).toBe('locked_by_rule');
  as({ op: 'editComment', comment: id, text: 'mine still' });
  expect(load(frame).comments).toMatchObject([{ author: 'mara', text: 'mine still' }]);
  // Their own work under the new name corrects nobody.
  as({ op: 'set', box: own, bbox: [11, 10, 20, 20] });
  expect(store.read('review.frame', { ...mara, frame }).corrections).toBeNull();
  expect(store.read('queues.counts', mara).corrected).toBe(0);
  expect(store.read('people.statistics', { ...mara, since: 0, offsetMinutes: 0 })).toMatchObject({ frames: 1, boxes: 1, corrections: [] });
  // What others do to what was done under the old name does.
  apply('lead', { op: 'set', box: own, category: 1 });
  expect(store.read('review.frame', { ...mara, frame }).corrections?.changes).toMatchObject([{ kinds: ['relabelled'], authors: ['lead'] }]);
  expect([...store.read('queues.frames', { ...mara, kind: 'corrected' })]).toEqual([frame]);
  expect(store.read('people.statistics', { ...mara, since: 0, offsetMinutes: 0 }).correctedFrames).toBe(1);
  store.write('annotations.setFrames', { author: 'lead', frames: Float64Array.of(frame), set: { field: 'assignee', value: 'mara' } });
  apply('lead', { op: 'state', frame, state: 'needs_fix' });
  expect(store.read('queues.counts', mara).assigned).toBe(1);
  // To ask about a correction is not to have taken note of it; to judge the frame is.
  as({ op: 'comment', frame, text: 'why a bicycle?' });
  expect(store.read('review.frame', { ...mara, frame }).corrections?.changes).toHaveLength(1);
  as({ op: 'state', frame, state: 'labeled' });
  expect(store.read('review.frame', { ...mara, frame }).corrections).toBeNull();
  expect(store.read('queues.counts', mara).corrected).toBe(0);
  expectRebuildable();
});

test('a box goes back to any point of its history, deleted ones come back, and undo takes that back', () => {
  const [frame = 0] = frames;
  const [imported] = load(frame).annotations;
  const box = imported?.id ?? 0;
  apply('mara', { op: 'set', box, bbox: [1, 2, 3, 4], attributes: { colour: 'red' } });
  apply('joon', { op: 'set', box, category: 1, flags: ['occluded'] });
  apply('mara', { op: 'set', box, attributes: { colour: null, size: 3 }, track: 5 });
  apply('joon', { op: 'delete', box });
  const entries = store.read('annotations.history', { frame, box }).filter(({ kind }) => kind === 'set');
  expect(entries).toHaveLength(3);
  const restore = (index: number, author = 'mara'): unknown => apply(author, { op: 'restoreBox', box, at: entries[index]?.id });
  const now = (): unknown => {
    const found = load(frame).annotations.find((one) => one.id === box);
    return found && [found.category, found.bbox, found.flags, found.attributes, found.track];
  };
  const states = [
    [0, [1, 2, 3, 4], [], { colour: 'red' }, null],
    [1, [1, 2, 3, 4], ['occluded'], { colour: 'red' }, null],
    [1, [1, 2, 3, 4], ['occluded'], { size: 3 }, 5],
  ];
  for (const index of [1, 0, 2]) {
    restore(index);
    expect(now()).toEqual(states[index]);
  }
  expect(code(() => restore(2))).toBe('invalid_request');
  store.write('annotations.undo', { author: 'mara', direction: 'undo', frame });
  expect(now()).toEqual(states[0]);
  store.write('annotations.undo', { author: 'mara', direction: 'undo', frame });
  store.write('annotations.undo', { author: 'mara', direction: 'undo', frame });
  expect(now()).toBeUndefined();
  expect(code(() => apply('mara', { op: 'restoreBox', box, at: '1.999999' }))).toBe('not_found');
  expectRebuildable();
});

test('corrections of a reviewer are shown to the labeler until the labeler works on the frame again or finishes it', () => {
  const [, frame = 0] = frames;
  const own = draw('mara', frame, [10, 10, 20, 20]);
  apply('mara', { op: 'state', frame, state: 'labeled' });
  expect(review(frame).corrections).toBeNull();
  apply('lead', { op: 'set', box: own, category: 1 });
  draw('lead', frame, [60, 60, 9, 9]);
  expect(review(frame).corrections?.changes.map(({ kinds, authors }) => [kinds, authors])).toEqual([
    [['relabelled'], ['lead']],
    [['added'], ['lead']],
  ]);
  expect(review(frame, 'lead').corrections).toBeNull();
  expect(store.read('queues.frames', { kind: 'corrected', author: 'mara' })).toEqual(Float64Array.of(frame));
  // A reviewer who takes it all back leaves nothing to look at.
  for (let i = 0; i < 2; i++) store.write('annotations.undo', { author: 'lead', direction: 'undo', frame });
  expect(review(frame).corrections).toBeNull();
  for (let i = 0; i < 2; i++) store.write('annotations.undo', { author: 'lead', direction: 'redo', frame });
  expect(review(frame).corrections?.changes).toHaveLength(2);
  store.write('queues.visit', { author: 'mara', at: 1, queue: null, left: { frame, place: -1, ms: 900, done: true } });
  expect(review(frame).corrections).toBeNull();
  apply('lead', { op: 'delete', box: own });
  expect(review(frame).corrections?.changes[0]).toMatchObject({ kinds: ['removed'], after: null });
  apply('mara', { op: 'set', box: load(frame).annotations[0]?.id, bbox: [61, 60, 9, 9] });
  expect(review(frame).corrections).toBeNull();
});

test('assigning is an operation over many frames, and what is assigned and unfinished is a queue', () => {
  const set = (to: string | null): { readonly changed: number } =>
    store.write('annotations.setFrames', { author: 'lead', frames: Float64Array.from(frames), set: { field: 'assignee', value: to } });
  expect(set('mara').changed).toBe(3);
  expect(set('mara').changed).toBe(0);
  // The third came labeled with its import.
  const [first = 0] = frames;
  apply('mara', { op: 'state', frame: first, state: 'labeled' });
  expect([...store.read('queues.frames', { kind: 'assigned', author: 'mara' })]).toEqual([frames[1]]);
  expect(review(first).assignee).toBe('mara');
  expect(store.read('people.names', {})).toEqual(['lead', 'mara']);
  expectRebuildable();
  store.write('annotations.undo', { author: 'lead', direction: 'undo' });
  expect(store.read('queues.frames', { kind: 'assigned', author: 'mara' })).toHaveLength(0);
});

test('statistics count a person’s own standing work by day, and what others corrected by category', () => {
  const [a = 0, b = 0] = frames;
  const own = draw('mara', a, [10, 10, 20, 20]);
  draw('mara', b, [10, 10, 20, 20], 1);
  draw('mara', b, [30, 30, 20, 20]);
  store.write('annotations.undo', { author: 'mara', direction: 'undo', frame: b });
  for (const frame of [a, b]) apply('mara', { op: 'state', frame, state: 'labeled' });
  apply('lead', { op: 'set', box: own, category: 1 });
  apply('lead', { op: 'set', box: own, bbox: [11, 10, 20, 20] });
  apply('lead', { op: 'set', box: own, bbox: [12, 10, 20, 20] });
  draw('lead', b, [1, 1, 4, 4], 1);
  const at = Date.UTC(2026, 10, 24, 9, 1);
  for (const [frame, ms] of [
    [a, 3000],
    [b, 9000],
  ] as const)
    store.write('queues.visit', { author: 'mara', at, queue: null, left: { frame, place: -1, ms, done: true } });
  store.write('queues.visit', { author: 'mara', at, queue: null, left: { frame: a, place: -1, ms: 500, done: false } });
  const mine = store.read('people.statistics', { author: 'mara', since: 0, offsetMinutes: 0 });
  expect(mine).toMatchObject({ frames: 2, boxes: 2, medianMs: 6000, correctedFrames: 2 });
  expect(mine.days).toEqual([{ day: '2026-11-24', frames: 2, boxes: 2, medianMs: 6000, ms: 12_500 }]);
  // The box was a car when it was relabelled, and is a bicycle since.
  expect(mine.corrections).toEqual([
    { category: 'bicycle', kinds: { moved: 1, added: 1 } },
    { category: 'car', kinds: { relabelled: 1 } },
  ]);
  // Another day's sun: nine hours east, the same morning is still the 24th; fifteen hours east it is the 25th.
  expect(store.read('people.statistics', { author: 'mara', since: 0, offsetMinutes: 900 }).days[0]?.day).toBe('2026-11-25');
  expect(store.read('people.statistics', { author: 'lead', since: 0, offsetMinutes: 0 }).corrections).toEqual([]);
});
