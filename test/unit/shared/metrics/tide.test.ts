import { describe, expect, test } from 'vitest';
import { averagePrecision } from '../../../../shared/metrics/averagePrecision.ts';
import { evaluateCoco } from '../../../../shared/metrics/coco/evaluateCoco.ts';
import { evaluationSteps, tideNumbers } from '../../../../shared/metrics/evaluate.ts';
import { tide } from '../../../../shared/metrics/tide.ts';
import { toInput } from '../../../fixtures/metrics/cocoColumns.ts';
import type { CocoRow } from '../../../fixtures/metrics/cocoColumns.ts';

const gt = (category: number, bbox: readonly number[], more: Partial<CocoRow> = {}): CocoRow => ({ image: 1, category, bbox, ...more });
const dt = (category: number, bbox: readonly number[], score: number): CocoRow => ({ image: 1, category, bbox, score });
const left = [0, 0, 10, 10];
const right = [100, 0, 10, 10];

function run(labels: readonly CocoRow[], found: readonly CocoRow[]) {
  return tide(toInput([1], [1, 2], labels, found));
}

describe('TIDE error types', () => {
  test('a hit is no error and costs nothing', () => {
    const result = run([gt(1, left)], [dt(1, left, 0.9)]);
    expect(result.ap50).toBe(1);
    expect(result.errors).toEqual([]);
    expect(Object.values(result.gain)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('localisation: right category, IoU between 0.1 and 0.5, both included; it saves its label from being a miss', () => {
    const result = run([gt(1, left)], [dt(1, [0, 0, 10, 4], 0.9)]);
    expect(result.errors).toEqual([{ error: 'loc', detection: 0, groundTruth: 0 }]);
    expect(result.gain.loc).toBe(1);
    expect(run([gt(1, left)], [dt(1, [0, 0, 10, 1], 0.9)]).counts.loc).toBe(1);
    expect(run([gt(1, left)], [dt(1, [0, 0, 10, 0.9], 0.9)]).counts).toMatchObject({ loc: 0, bkg: 1, miss: 1 });
  });

  test('classification: another category at IoU of at least 0.5', () => {
    const result = run([gt(2, left)], [dt(1, [0, 0, 10, 5], 0.9)]);
    expect(result.errors).toEqual([{ error: 'cls', detection: 0, groundTruth: 0 }]);
    expect(result.gain.cls).toBe(1);
  });

  test('duplicate: the label is taken by a better-scored detection', () => {
    const result = run([gt(1, left), gt(1, right)], [dt(1, left, 0.9), dt(1, left, 0.8), dt(1, right, 0.7)]);
    expect(result.errors).toEqual([{ error: 'dupe', detection: 1, groundTruth: 0 }]);
    expect(result.gain.dupe).toBeCloseTo(1 - result.ap50, 12);
    expect(result.gain.falsePositive).toBeCloseTo(result.gain.dupe, 12);
  });

  test('background, miss, and both wrong', () => {
    const nothing = run([gt(1, left)], [dt(1, [50, 50, 5, 5], 0.9)]);
    expect(nothing.counts).toMatchObject({ bkg: 1, miss: 1 });
    expect(run([], [dt(1, left, 0.9)]).counts.bkg).toBe(1);
    const both = run([gt(2, left)], [dt(1, [0, 0, 10, 3], 0.9)]);
    expect(both.counts).toMatchObject({ both: 1, miss: 1 });
    const half = run([gt(1, left), gt(1, right)], [dt(1, left, 0.9)]);
    expect(half.gain.miss).toBeCloseTo(1 - half.ap50, 12);
    expect(half.gain.falseNegative).toBeCloseTo(1 - half.ap50, 12);
  });

  test('of two offenders on one label only the better-scored is fixed', () => {
    const result = run([gt(1, left)], [dt(1, [0, 0, 10, 3], 0.4), dt(1, [0, 0, 10, 4], 0.8)]);
    expect(result.counts.loc).toBe(2);
    expect(result.gain.loc).toBe(1);
    const taken = run([gt(1, left)], [dt(1, left, 0.9), dt(1, [0, 0, 10, 4], 0.95)]);
    expect(taken.ap50).toBe(0.5);
    expect(taken.gain.loc).toBe(0.5);
  });

  test('crowds and ignored labels excuse predictions of their category alone', () => {
    const crowd = gt(1, [0, 0, 100, 100], { crowd: true });
    expect(run([crowd], [dt(1, left, 0.9)]).errors).toEqual([]);
    expect(run([crowd], [dt(2, left, 0.9)]).counts.bkg).toBe(1);
    expect(run([gt(1, left, { ignore: true })], [dt(1, left, 0.9)]).errors).toEqual([]);
  });

  test('average precision is that of the COCO table', () => {
    expect(averagePrecision(Uint8Array.of(), 3)).toBe(0);
    expect(averagePrecision(Uint8Array.of(1), 0)).toBe(0);
    // recall 0.5 at precision 1 (51 points), then recall 1 at 2/3 (50 points)
    expect(averagePrecision(Uint8Array.of(1, 0, 1), 2)).toBeCloseTo((51 + (50 * 2) / 3) / 101, 12);
  });

  test('AP50 is that of the COCO table where both match alike', () => {
    const rows = [0, 20, 40, 60, 80, 100].map((x) => gt(x < 60 ? 1 : 2, [x, 0, 10, 10]));
    const found = [dt(1, [0, 0, 10, 10], 0.9), dt(2, [20, 0, 10, 10], 0.8), dt(1, [40, 0, 10, 8], 0.7), dt(2, [80, 0, 10, 9], 0.9)];
    const input = toInput([1], [1, 2], rows, found);
    expect(tide(input).ap50).toBeCloseTo(evaluateCoco(input).stats[1]!, 12);
  });

  test('the whole evaluation counts categories, no more than there are, and gives flat numbers', () => {
    const steps = evaluationSteps(toInput([1], [1, 2], [gt(1, left)], [dt(1, left, 0.9)]));
    const seen: unknown[] = [];
    let step = steps.next();
    while (step.done !== true) {
      seen.push(step.value);
      step = steps.next();
    }
    const [half, whole] = [1, 2].map((done) => ({ done, total: 2 }));
    expect(seen).toEqual([half, whole, whole, whole]);
    expect(step.value.stats[0]).toBeCloseTo(1, 12);
    expect(tideNumbers(step.value.tide)).toMatchObject({ ap50: 1, cls: 0, missCount: 0, falsePositive: 0 });
  });
});
