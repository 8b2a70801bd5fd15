import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suppress } from '../../../../electron/inference/nms.ts';
import type { Candidates } from '../../../../electron/inference/families/family.ts';

type Row = readonly [x: number, y: number, w: number, h: number, score: number, category: number];

function candidatesOf(rows: readonly Row[]): Candidates {
  return {
    count: rows.length,
    boxes: Float64Array.from(rows.flatMap(([x, y, w, h]) => [x, y, x + w, y + h])),
    scores: Float64Array.from(rows, (row) => row[4]),
    categories: Uint16Array.from(rows, (row) => row[5]),
  };
}

/** The definition, box against box: no order of data, no shortcuts. */
function bruteForce(rows: readonly Row[], threshold: number | null, limit: number): number[] {
  const iou = (a: Row, b: Row): number => {
    const w = Math.max(0, Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]));
    const h = Math.max(0, Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]));
    return (w * h) / (a[2] * a[3] + b[2] * b[3] - w * h);
  };
  const ranked = rows.map((row, i) => ({ row, i })).sort((a, b) => b.row[4] - a.row[4] || a.i - b.i);
  const kept: typeof ranked = [];
  for (const entry of ranked) {
    if (threshold !== null && kept.some((other) => other.row[5] === entry.row[5] && iou(other.row, entry.row) > threshold)) continue;
    kept.push(entry);
  }
  return kept.slice(0, limit).map((entry) => entry.i);
}

// Whole numbers and few scores: equal scores and IoU exactly at the threshold happen all the time.
const rows = fc.array(
  fc.tuple(
    fc.nat(12),
    fc.nat(12),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 6 }),
    fc.nat(2),
  ),
  { maxLength: 60 },
) as fc.Arbitrary<readonly Row[]>;

describe('suppression', () => {
  it('equals the definition on random boxes', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(null, 0, 0.3, 0.5, 0.65, 1), fc.integer({ min: 1, max: 70 }), (list, iou, limit) => {
        expect([...suppress(candidatesOf(list), iou, limit)]).toEqual(bruteForce(list, iou, limit));
      }),
      { numRuns: 2_000 },
    );
  });
  it('keeps boxes of different categories and boxes that only touch', () => {
    const list: Row[] = [
      [0, 0, 10, 10, 0.9, 0],
      [0, 0, 10, 10, 0.8, 1],
      [10, 0, 10, 10, 0.7, 0],
      [1, 0, 10, 10, 0.6, 0],
    ];
    expect([...suppress(candidatesOf(list), 0.5, 100)]).toEqual([0, 1, 2]);
  });
});
