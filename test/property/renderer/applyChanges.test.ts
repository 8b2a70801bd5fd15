import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { applyChange, applyChanges, type EditedFrame } from '../../../renderer/state/editor/applyChange.ts';
import { withJudged } from '../../../renderer/state/editor/withJudged.ts';
import { importFrames, memoryStore, stagedFrame } from '../../helpers/memoryStore.ts';

const frame = 1 as FrameId;
const box = (id: number): Annotation => ({
  id: id as BoxId,
  frame,
  category: 0 as CategoryId,
  bbox: [id, id, 10, 10],
  angle: 0,
  flags: [],
  attributes: {},
  track: null,
  origin: 'model',
  provenance: null,
});

const id = fc.integer({ min: 1, max: 6 }).map((n) => n as BoxId);
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      box: id,
      category: fc.integer({ min: 0, max: 3 }).map((n) => n as CategoryId),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('set' as const), box: id, z: fc.integer({ min: -3, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      box: id,
      attributes: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', null)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), box: id }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('state' as const),
      frame: fc.constant(frame),
      state: fc.constantFrom('approved' as const, 'labeled' as const),
    }),
  },
);

test('many changes at once are the same as one after the other', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 30 }),
      fc.constantFrom('unlabeled' as const, 'labeled' as const, 'approved' as const),
      (changes, state) => {
        let next = 100;
        // Boxes are added under ids of their own, and may be changed later in the same transaction.
        const all = changes.flatMap((one): Change[] =>
          one.op === 'delete' ? [one, { op: 'add', frame, box: next++ as BoxId, category: 2 as CategoryId, bbox: [0, 0, 5, 5] }] : [one],
        );
        const start: EditedFrame = { frame, state, annotations: [1, 2, 3, 4].map(box) };
        expect(applyChanges(start, all)).toEqual(all.reduce(applyChange, start));
      },
    ),
    { numRuns: 500 },
  );
});

/** As the page sends them: names an approval by the boxes that it shows after them. */
function edits(picks: readonly (readonly [number, number])[], boxes: readonly Annotation[], frame: FrameId): readonly Change[] {
  const left = new Set(boxes.map(({ id }) => id));
  return picks.flatMap(([pick, value]): Change[] => {
    const ids = [...left];
    const id = ids[pick % Math.max(ids.length, 1)];
    if (id === undefined) return [];
    switch (value % 7) {
      case 0:
        left.delete(id);
        return [{ op: 'delete', box: id }];
      case 1:
        return [{ op: 'set', box: id, bbox: [value / 3, -0, 7.1, value + 0.1], angle: value % 2 ? -0 : value / 7 }];
      case 2:
        return [{ op: 'set', box: id, category: (value % 2) as CategoryId, track: value % 3 ? value : null }];
      case 3:
        return [{ op: 'set', box: id, flags: value % 2 ? ['ignore', 'occluded'] : [] }];
      case 4:
        return [{ op: 'set', box: id, attributes: { b: value % 2 ? -0 : null, a: `${value}`, ['__proto__']: 'x' } }];
      case 5:
        return [{ op: 'set', box: id, z: value }];
      default:
        return [{ op: 'state', frame, state: 'labeled' }];
    }
  });
}

test('an approval of what the page shows after any edits is an approval of what the host has', () => {
  const base = memoryStore('ab'.repeat(16));
  importFrames(base, [
    stagedFrame('a.jpg', [
      [0, 1.5, 2, 3, 4],
      [1, 5, 6, 7.25, 8],
    ]),
  ]);
  const [frame = 0] = base.read('annotations.columns', {}).frameIds;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(9), fc.nat(60)), { maxLength: 12 }), (picks) => {
      const store = base.clone('cd'.repeat(16));
      const { first } = store.write('annotations.reserveIds', { count: 1 });
      const { state, annotations } = store.read('annotations.load', { frame, author: 'mara' });
      const born: Change = {
        op: 'add',
        frame: frame as FrameId,
        box: first,
        category: 1 as CategoryId,
        bbox: [-0, 1, 2, 3.3],
        attributes: { n: -0 },
      };
      const sent = [born, ...edits(picks, [...annotations, { ...box(first), frame: frame as FrameId }], frame as FrameId)];
      const shown = applyChanges({ frame: frame as FrameId, state, annotations }, sent).annotations;
      store.write('annotations.apply', { author: 'mara', changes: sent });
      const verdict = withJudged({ op: 'state', frame: frame as FrameId, state: 'approved' }, shown);
      store.write('annotations.apply', { author: 'mara', changes: [verdict] });
      expect(store.read('annotations.load', { frame, author: 'mara' }).state).toBe('approved');
      store.close();
    }),
    { numRuns: 100 },
  );
  base.close();
});
