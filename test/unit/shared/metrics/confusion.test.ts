import { describe, expect, test } from 'vitest';
import { confusionMatrix } from '../../../../shared/metrics/confusion.ts';
import { toInput } from '../../../fixtures/metrics/cocoColumns.ts';
import type { CocoRow } from '../../../fixtures/metrics/cocoColumns.ts';

const gt = (category: number, bbox: readonly number[], more: Partial<CocoRow> = {}): CocoRow => ({ image: 1, category, bbox, ...more });
const dt = (category: number, bbox: readonly number[], score: number): CocoRow => ({ image: 1, category, bbox, score });
const counts = (labels: readonly CocoRow[], found: readonly CocoRow[], options = {}) =>
  confusionMatrix(toInput([1], [3, 7], labels, found), options).counts;

describe('confusion matrix', () => {
  test('rows are what was predicted, columns what was labelled, the last is the background', () => {
    const labels = [gt(3, [0, 0, 10, 10]), gt(7, [50, 0, 10, 10]), gt(7, [90, 0, 10, 10])];
    const found = [dt(3, [0, 0, 10, 10], 0.9), dt(3, [50, 0, 10, 10], 0.9), dt(7, [200, 0, 10, 10], 0.9)];
    expect(counts(labels, found)).toEqual([
      [1, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });

  test('the best overlap pairs first, whatever the category; each box is in one pair', () => {
    const found = [dt(3, [0, 0, 10, 6], 0.99), dt(7, [0, 0, 10, 9], 0.3)];
    expect(counts([gt(3, [0, 0, 10, 10])], found)).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('thresholds: a score or an IoU exactly at them counts', () => {
    const label = [gt(3, [0, 0, 10, 10])];
    expect(counts(label, [dt(3, [0, 0, 10, 5], 0.25)])[0]).toEqual([1, 0, 0]);
    expect(counts(label, [dt(3, [0, 0, 10, 5], 0.249)])[2]).toEqual([1, 0, 0]);
    expect(counts(label, [dt(3, [0, 0, 10, 5], 0.25)], { iou: 0.51 })[0]).toEqual([0, 0, 1]);
    expect(counts(label, [dt(3, [0, 0, 10, 5], 0.25)], { score: 0.3 })[2]).toEqual([1, 0, 0]);
  });

  test('crowds and ignored labels are never missed and excuse what lies on them', () => {
    const regions = [gt(3, [0, 0, 100, 100], { crowd: true }), gt(7, [300, 0, 10, 10], { ignore: true })];
    const found = [dt(7, [10, 10, 5, 5], 0.9), dt(3, [300, 0, 10, 10], 0.9)];
    expect(
      counts(regions, found)
        .flat()
        .every((count) => count === 0),
    ).toBe(true);
    expect(counts(regions, [dt(3, [200, 0, 10, 10], 0.9)])[0]).toEqual([0, 0, 1]);
  });
});
