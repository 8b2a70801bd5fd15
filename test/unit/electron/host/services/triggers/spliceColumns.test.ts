import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spliceColumns } from '../../../../../../electron/host/services/triggers/spliceColumns.ts';
import type { BoxColumns } from '../../../../../../shared/domain/columns.ts';

/** Columns of frames given as lists of box keys; every other column follows from the key, so that a mixed-up row shows. */
function columnsOf(frames: readonly (readonly [frame: number, boxes: readonly number[]])[]): BoxColumns {
  const ids = frames.flatMap(([, boxes]) => boxes);
  const offsets = Uint32Array.from({ length: frames.length + 1 }, (_, f) =>
    frames.slice(0, f).reduce((sum, [, boxes]) => sum + boxes.length, 0),
  );
  return {
    frameIds: Float64Array.from(frames, ([frame]) => frame),
    offsets,
    ids: Float64Array.from(ids),
    categories: Uint16Array.from(ids, (id) => id % 60_000),
    scores: Float64Array.from(ids, (id) => id / 7),
    boxes: Float64Array.from(ids.flatMap((id) => [id, id + 0.25, id + 0.5, id + 0.75])),
    tracks: Int32Array.from(ids, (id) => -id),
    flags: Uint8Array.from(ids, (id) => id % 250),
    origins: Uint8Array.from(ids, (id) => id % 3),
  };
}

test('replacing frames equals building the columns anew', async () => {
  const boxes = fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(boxes, fc.option(boxes)), { maxLength: 12 }), async (frames) => {
      const before = frames.map(([old], i) => [i + 1, old] as const);
      const fresh = frames.flatMap(([, changed], i) => (changed === null ? [] : [[i + 1, changed] as const]));
      const after = frames.map(([old, changed], i) => [i + 1, changed ?? old] as const);
      // The fresh frames may come in any order.
      expect(await spliceColumns(columnsOf(before), columnsOf([...fresh].reverse()), 3)).toEqual(columnsOf(after));
    }),
  );
});
