import { describe, expect, test } from 'vitest';
import type { BoxThere } from '../../../../../../electron/db/queries/imports.ts';
import { freeName } from '../../../../../../electron/host/services/imports/importPlan.ts';
import { newBoxes } from '../../../../../../electron/host/services/imports/matchBoxes.ts';
import { settleFrame, type SettledBox } from '../../../../../../electron/host/services/imports/settleFrame.ts';
import { readImageHeader } from '../../../../../../shared/formats/images/imageHeader.ts';
import { BoxTable, indexByFrame, type LabelSet } from '../../../../../../shared/formats/labelSet.ts';
import { ReportCollector } from '../../../../../../shared/formats/reportCollector.ts';
import type { Box, Size } from '../../../../../../shared/geometry/box.ts';
import { jpegBytes } from '../../../../../helpers/imageBytes.ts';

const box = (bbox: Box, sourceId: number | null = null): SettledBox => ({
  category: 0,
  bbox,
  angle: 0,
  flags: [],
  attributes: {},
  track: null,
  interpolated: false,
  area: null,
  mask: null,
  sourceId,
});
const there = (geometry: Box, more: Partial<BoxThere> = {}): BoxThere => ({
  category: 'car',
  geometries: [geometry],
  earlierCategories: [],
  sourceId: null,
  ...more,
});

describe('which boxes are new', () => {
  const options = { nameOf: () => 'car', tolerance: 0.001 };
  const fresh = (boxes: readonly SettledBox[], known: readonly BoxThere[]): readonly (readonly number[])[] =>
    newBoxes(boxes, known, options).map((one) => one.bbox);

  test('those in no known place; each known box stands for one', () => {
    const twin = box([1, 1, 5, 5]);
    expect(fresh([twin, twin, box([9, 9, 5, 5])], [there([1.0005, 1, 5, 5])])).toEqual([
      [1, 1, 5, 5],
      [9, 9, 5, 5],
    ]);
  });

  test('not those that a person moved or relabelled', () => {
    expect(
      fresh(
        [box([1, 1, 5, 5])],
        [
          there([40, 40, 5, 5], {
            geometries: [
              [40, 40, 5, 5],
              [1, 1, 5, 5],
            ],
          }),
        ],
      ),
    ).toEqual([]);
    expect(fresh([box([1, 1, 5, 5])], [there([1, 1, 5, 5], { category: 'bus', earlierCategories: ['car'] })])).toEqual([]);
    expect(fresh([box([1, 1, 5, 5], 7)], [there([40, 40, 5, 5], { sourceId: 7 })])).toEqual([]);
  });

  test('those of another category, and those of another id in another place', () => {
    expect(fresh([box([1, 1, 5, 5])], [there([1, 1, 5, 5], { category: 'bus' })])).toHaveLength(1);
    expect(fresh([box([1, 1, 5, 5], 8)], [there([40, 40, 5, 5], { sourceId: 7 })])).toHaveLength(1);
  });
});

describe('boxes on an image that lies on its side', () => {
  const settle = (declared: Size | null, orientation: number): { boxes: readonly (readonly number[])[]; codes: readonly string[] } => {
    const boxes = new BoxTable('px');
    boxes.push({ frame: 0, category: 0, values: [10, 20, 30, 40] });
    const labels: LabelSet = {
      boxes,
      categories: [{ name: 'car', supercategory: null, sourceId: null }],
      frames: [{ path: 'a', name: 'a', sourceId: null, declared, split: null, sequence: null, index: null, time: null, labeled: true }],
    };
    const report = new ReportCollector();
    const image = readImageHeader(jpegBytes(640, 480, { orientation }));
    const settled = settleFrame(labels, indexByFrame(boxes, 1), 0, { image, report });
    return { boxes: settled.boxes.map((one) => one.bbox), codes: report.entries().map((entry) => entry.code) };
  };

  test('are turned with it where the labels say the size of the stored pixels', () => {
    expect(settle({ width: 640, height: 480 }, 6)).toEqual({ boxes: [[480 - 20 - 40, 10, 40, 30]], codes: ['boxes_turned'] });
    expect(settle({ width: 640, height: 480 }, 8)).toEqual({ boxes: [[20, 640 - 10 - 30, 40, 30]], codes: ['boxes_turned'] });
  });

  test('stay where the labels say the size of the upright image, or none', () => {
    expect(settle({ width: 480, height: 640 }, 6)).toEqual({ boxes: [[10, 20, 30, 40]], codes: [] });
    expect(settle(null, 6)).toEqual({ boxes: [[10, 20, 30, 40]], codes: [] });
    expect(settle({ width: 1280, height: 960 }, 1)).toEqual({ boxes: [[10, 20, 30, 40]], codes: ['size_differs'] });
  });
});

test('a free name keeps its ending and its folder', () => {
  const taken = new Set(['a/b.jpg', 'a/b (2).jpg', 'c', '.x']);
  const free = (name: string): string => freeName(name, (candidate) => taken.has(candidate));
  expect([free('a/b.jpg'), free('c'), free('.x'), free('new.jpg')]).toEqual(['a/b (3).jpg', 'c (2)', '.x (2)', 'new.jpg']);
});
