import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { cocoEvaluationSteps, evaluateCoco } from '../../../../shared/metrics/coco/evaluateCoco.ts';
import { toInput } from '../../../fixtures/metrics/cocoColumns.ts';

interface GoldenCase {
  readonly name: string;
  readonly images: readonly number[];
  readonly categories: readonly number[];
  readonly gt: readonly (readonly number[])[];
  readonly dt: readonly (readonly number[])[];
  readonly stats: readonly number[];
  readonly perCategory: readonly (readonly number[])[];
  readonly precision: string;
  readonly recall: string;
}

const fixture = fileURLToPath(new URL('../../../fixtures/metrics/golden.json', import.meta.url));
const cases = JSON.parse(readFileSync(fixture, 'utf8')) as readonly GoldenCase[];

function inputOf(golden: GoldenCase) {
  return toInput(
    golden.images,
    golden.categories,
    golden.gt.map((r) => ({
      id: r[0]!,
      image: r[1]!,
      category: r[2]!,
      bbox: r.slice(3, 7),
      area: r[7]!,
      crowd: r[8] === 1,
      ignore: r[9] === 1,
    })),
    golden.dt.map((r) => ({ image: r[0]!, category: r[1]!, bbox: r.slice(2, 6), score: r[6]! })),
  );
}

function digest(values: Float64Array): string {
  return createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex');
}

describe('COCO evaluation against pycocotools', () => {
  test.each(cases)('$name: the numbers and the tables are equal to the last bit', (golden) => {
    const result = evaluateCoco(inputOf(golden));
    expect(result.stats).toEqual(golden.stats);
    const table = result.perCategory.map((c) => [
      ...[c.ap, c.ap50, c.ap75, c.apSmall, c.apMedium, c.apLarge],
      ...[c.ar1, c.ar10, c.ar100, c.arSmall, c.arMedium, c.arLarge],
    ]);
    expect(table).toEqual(golden.perCategory);
    expect(digest(result.tables.precision)).toBe(golden.precision);
    expect(digest(result.tables.recall)).toBe(golden.recall);
  });

  test('the golden cases hold every trap and numbers that differ', () => {
    expect(cases.length).toBeGreaterThan(140);
    expect(new Set(cases.map((c) => c.stats[0])).size).toBeGreaterThan(100);
    const named = (name: string) => cases.find((c) => c.name === name)!.stats;
    expect(named('annotation ids from 1')[0]).toBe(1);
    expect(named('annotation id 0')[0]).toBeLessThan(0.3);
    expect(named('ignore is overwritten by iscrowd')[8]).toBe(0.5);
  });

  test('a list of frames is the evaluation of these frames alone, in that order', () => {
    const golden = cases.find((c) => c.name === 'equal scores in three images')!;
    const input = inputOf(golden);
    const alone = evaluateCoco({ ...input, frames: [1] });
    const filtered = inputOf({ ...golden, images: [2], gt: golden.gt.filter((r) => r[1] === 2), dt: golden.dt.filter((r) => r[0] === 2) });
    expect(alone.stats).toEqual(evaluateCoco(filtered).stats);
    const forward = evaluateCoco({ ...input, frames: [0, 1, 2] }).stats;
    expect(forward).toEqual(golden.stats);
    expect(evaluateCoco({ ...input, frames: [2, 1, 0] }).stats).not.toEqual(forward);
  });

  test('ignored boxes are left out on demand, which pycocotools does not do', () => {
    const input = inputOf(cases.find((c) => c.name === 'ignore is overwritten by iscrowd')!);
    expect(evaluateCoco(input, { honourIgnore: true }).stats[8]).toBe(1);
  });

  test('the work is done in steps, so that it can be stopped', () => {
    const steps = cocoEvaluationSteps(inputOf(cases.find((c) => c.categories.length === 3)!));
    expect(steps.next()).toEqual({ done: false, value: { done: 1, total: 3 } });
    expect(steps.return(undefined as never).done).toBe(true);
  });

  test('columns that do not belong together are refused', () => {
    const input = inputOf(cases[0]!);
    const other = { ...input.detections, frameIds: Float64Array.of(99) };
    expect(() => evaluateCoco({ ...input, detections: other })).toThrow(AppError);
    const unscored = { ...input.detections, scores: Float64Array.of(NaN) };
    expect(() => evaluateCoco({ ...input, detections: unscored })).toThrow(/score/);
    expect(() => evaluateCoco({ ...input, areas: Float64Array.of(1, 2, 3) })).toThrow(AppError);
    expect(() => evaluateCoco({ ...input, frames: [5] })).toThrow(AppError);
    const many = Array.from({ length: 5_000 }, (_, i) => i);
    expect(() => evaluateCoco({ ...input, categories: many })).toThrow(expect.objectContaining({ code: 'too_large' }));
  });
});

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const reference = `${shared}reference/`;
const present = existsSync(reference);

describe('COCO evaluation on real detections', () => {
  beforeEach((context) => context.skip(!present, 'real data is not here: ../shared/data/reference'));
  // The tests below are made from the data; without it this one stands for them, skipped.
  if (!present) test('the 12 numbers and the table per category', () => expect.unreachable());

  interface CocoFile {
    readonly images: readonly { id: number }[];
    readonly categories: readonly { id: number }[];
    readonly annotations: readonly { id: number; image_id: number; category_id: number; bbox: number[]; area: number; iscrowd: number }[];
  }
  const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
  const stats = present ? (read(`${reference}coco_cc_by_pycocotools_stats.json`) as Record<string, number[]>) : {};

  test.each(Object.keys(stats))('%s: the 12 numbers, as far as the file gives digits', (model) => {
    const file = read(`${shared}coco_cc_by/instances.json`) as CocoFile;
    const results = read(`${reference}detections_coco_cc_by/${model.replace('/', '__')}.json`) as {
      image_id: number;
      category_id: number;
      bbox: number[];
      score: number;
    }[];
    const result = evaluateCoco(
      toInput(
        file.images.map((image) => image.id),
        file.categories.map((category) => category.id).sort((a, b) => a - b),
        file.annotations.map((a) => ({
          id: a.id,
          image: a.image_id,
          category: a.category_id,
          bbox: a.bbox,
          area: a.area,
          crowd: a.iscrowd === 1,
        })),
        results.map((r) => ({ image: r.image_id, category: r.category_id, bbox: r.bbox, score: r.score })),
      ),
    );
    expect(result.stats.map((value) => Math.round(value * 10_000) / 10_000)).toEqual(stats[model]);
  });
});
