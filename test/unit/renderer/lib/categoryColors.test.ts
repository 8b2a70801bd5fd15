import { describe, expect, test } from 'vitest';
import { categoryColor, categoryColors } from '../../../../renderer/lib/categoryColors.ts';
import { contrast, distance, over, type Vision, visions } from '../../../helpers/color.ts';

const pairs = (count: number): readonly (readonly [string, string])[] =>
  categoryColors.slice(0, count).flatMap((a, i) => categoryColors.slice(i + 1, count).map((b) => [a, b] as const));

const closest = (count: number, vision: Vision): { readonly pair: readonly [string, string]; readonly distance: number } =>
  pairs(count)
    .map((pair) => ({ pair, distance: distance(pair[0], pair[1], vision) }))
    .reduce((least, next) => (next.distance < least.distance ? next : least));

describe('category colours', () => {
  test('there are 20, all different', () => {
    expect(new Set(categoryColors).size).toBe(20);
  });

  test.each(visions)('the first eight stay apart for %s sight', (vision) => {
    expect(closest(8, vision).distance).toBeGreaterThan(7);
  });

  test.each(visions)('all twenty can be told apart for %s sight', (vision) => {
    expect(closest(20, vision).distance).toBeGreaterThan(6);
  });

  test('label text can be read on each', () => {
    expect(categoryColors.filter((color) => contrast(over('#101010', color), over(color, color)) < 4.5)).toEqual([]);
  });

  test('a chosen colour wins, and the order of the import decides otherwise', () => {
    expect([
      categoryColor({ id: 40, order: 1, color: null }),
      categoryColor({ id: 3, color: '#123456' }),
      categoryColor({ id: 21, order: 21, color: null }),
    ]).toEqual([categoryColors[1], '#123456', categoryColors[1]]);
  });
});
