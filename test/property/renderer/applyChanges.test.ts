import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { applyChange, applyChanges, type EditedFrame } from '../../../renderer/state/editor/applyChange.ts';

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
