import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rebuild, stateDigest } from '../../../electron/db/log/rebuild.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { isAppError } from '../../../shared/errors.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';
import type { MemoryStore } from '../../helpers/memoryStore.ts';

/** Random walks of edits, undo and redo against the plainest model: whole pictures of a frame before and after each step. */

type Walk =
  | { readonly kind: 'edit'; readonly frame: number; readonly what: number; readonly pick: number; readonly value: number }
  | { readonly kind: 'undo' | 'redo'; readonly frame: number | null };

const frameChoice = fc.option(fc.nat(1), { freq: 2 });
const walk: fc.Arbitrary<Walk> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('edit' as const), frame: fc.nat(1), what: fc.nat(8), pick: fc.nat(20), value: fc.nat(5) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('undo' as const), frame: frameChoice }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('redo' as const), frame: frameChoice }) },
);

interface Step {
  readonly frame: number;
  readonly before: string;
  readonly after: string;
  status: 'done' | 'undone' | 'gone';
  at: number;
}

function picture(store: MemoryStore, frame: number): string {
  const { annotations, comments, state } = store.read('annotations.load', { frame, author: 'mara' });
  const [row] = store.read('frames.rows', { ids: Float64Array.of(frame) });
  return JSON.stringify({ state, annotations, comments, counts: [row?.comments, row?.openComments] });
}

function edit(store: MemoryStore, frame: number, { what, pick, value }: Extract<Walk, { kind: 'edit' }>): readonly unknown[] {
  const { annotations: boxes, comments } = store.read('annotations.load', { frame, author: 'mara' });
  const comment = comments[pick % Math.max(comments.length, 1)];
  const box = boxes[pick % Math.max(boxes.length, 1)]?.id;
  const category = store.read('categories.list', {})[value % 2]?.id;
  const states = ['unlabeled', 'draft', 'labeled', 'needs_fix', 'approved', 'locked'];
  if (what === 0) return [{ op: 'state', frame, state: states[value] }];
  if (what === 1) {
    if (comment === undefined || value < 2) return [{ op: 'comment', frame, text: `c${value}` }];
    // A reply to what is resolved also opens it.
    if (value < 5) return [{ op: 'comment', frame, parent: comment.id, text: `r${value}` }];
    return comment.removed || pick % 2 === 0
      ? [{ op: 'editComment', comment: comment.id, resolved: true }]
      : [{ op: 'deleteComment', comment: comment.id }];
  }
  if (what === 2 || box === undefined)
    return [{ op: 'add', frame, category, bbox: [value, pick, 5, 5], flags: ['truncated'], attributes: { v: value } }];
  if (what === 3) return [{ op: 'delete', box }];
  if (what === 4) return [{ op: 'set', box, bbox: [value, 1, 2, pick], angle: value }];
  if (what === 5) return [{ op: 'set', box, category, flags: value % 2 ? ['crowd', 'ignore'] : [], track: value % 3 ? value : null }];
  if (what === 6) return [{ op: 'set', box, attributes: { v: value % 2 ? value : null, __proto__x: 'y' } }];
  // One transaction of several changes, of the same box, too.
  return [
    { op: 'set', box, bbox: [value, value, value, value] },
    { op: 'set', box, bbox: [9, value, 9, 9], category },
    { op: 'add', frame, category, bbox: [1, 1, value, 1] },
    ...(what === 8 ? [{ op: 'delete', box }] : []),
  ];
}

function check(commands: readonly Walk[]): void {
  const store = memoryStore('ab'.repeat(16));
  importFrames(store, [stagedFrame('a.jpg', [[0, 1, 2, 3, 4]]), stagedFrame('b.jpg', [], { state: 'labeled' })]);
  const frames = Array.from(store.read('annotations.columns', {}).frameIds);
  const steps: Step[] = [];
  let clock = 0;
  for (const command of commands) {
    clock += 1;
    if (command.kind === 'edit') {
      const frame = frames[command.frame] ?? 0;
      const before = picture(store, frame);
      store.write('annotations.apply', { author: 'mara', changes: edit(store, frame, command) as readonly Change[] });
      for (const step of steps) if (step.status === 'undone') step.status = 'gone';
      steps.push({ frame, before, after: picture(store, frame), status: 'done', at: clock });
      continue;
    }
    const frame = command.frame === null ? undefined : (frames[command.frame] ?? 0);
    const wanted = command.kind === 'undo' ? 'done' : 'undone';
    const step = steps.filter((s) => s.status === wanted && (frame === undefined || s.frame === frame)).sort((a, b) => b.at - a.at)[0];
    const others = frames.filter((f) => f !== step?.frame).map((f) => picture(store, f));
    try {
      const undone = store.write('annotations.undo', {
        author: 'mara',
        direction: command.kind,
        ...(frame === undefined ? {} : { frame }),
      });
      expect(undone.frames).toEqual([step?.frame]);
    } catch (error) {
      expect(isAppError(error, command.kind === 'undo' ? 'nothing_to_undo' : 'nothing_to_redo'), String(error)).toBe(true);
      expect(step).toBeUndefined();
      continue;
    }
    if (step === undefined) throw new Error('the model has nothing to undo');
    expect(picture(store, step.frame)).toBe(command.kind === 'undo' ? step.before : step.after);
    expect(frames.filter((f) => f !== step.frame).map((f) => picture(store, f))).toEqual(others);
    step.status = command.kind === 'undo' ? 'undone' : 'done';
    step.at = clock;
  }
  const before = stateDigest(store.c);
  store.c.log.mark();
  store.c.db.transaction(() => rebuild(store.c, store.c.log))();
  expect(stateDigest(store.c)).toBe(before);
  store.close();
}

test('undo and redo give back whole pictures of a frame, through any walk, and the state can be made again', () => {
  fc.assert(fc.property(fc.array(walk, { minLength: 5, maxLength: 50, size: 'max' }), check), {
    numRuns: Number(process.env.HARDCASE_RUNS ?? 100),
  });
}, 120_000);
