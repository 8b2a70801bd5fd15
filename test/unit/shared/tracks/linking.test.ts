import { expect, test } from 'vitest';
import type { Box } from '../../../../shared/geometry/box.ts';
import { assign } from '../../../../shared/tracks/assignment.ts';
import { linkBoxes, type LooseBox } from '../../../../shared/tracks/linkBoxes.ts';
import { findTemplate, templateOf, type Luma } from '../../../../shared/tracks/templateMatch.ts';

test('the assignment with the least sum of costs, also where taking the cheapest first is not it', () => {
  // Greedy takes 1 and must pay 9; the best is 2 + 2.
  const cost = [
    [1, 2],
    [2, 9],
  ];
  expect([...assign(2, 2, (r, c) => cost[r]?.[c] ?? 0)]).toEqual([1, 0]);
  expect([...assign(3, 1, (r) => [5, 3, 4][r] ?? 0)]).toEqual([-1, 0, -1]);
  expect([...assign(1, 3, (_, c) => [5, 3, 4][c] ?? 0)]).toEqual([1]);
  expect([...assign(0, 2, () => 0)]).toEqual([]);
});

test('the assignment is never dearer than any permutation', () => {
  const costs = [
    [7, 3, 8, 4],
    [2, 9, 4, 6],
    [5, 5, 1, 9],
    [6, 2, 7, 3],
  ];
  const total = (columns: readonly number[]): number => columns.reduce((sum, c, r) => sum + (costs[r]?.[c] ?? 0), 0);
  const permutations = (rest: readonly number[]): number[][] =>
    rest.length === 0 ? [[]] : rest.flatMap((c) => permutations(rest.filter((other) => other !== c)).map((tail) => [c, ...tail]));
  const best = Math.min(...permutations([0, 1, 2, 3]).map(total));
  expect(total([...assign(4, 4, (r, c) => costs[r]?.[c] ?? 0)])).toBe(best);
});

const loose = (id: number, at: number, x: number, category = 0, y = 0): LooseBox => ({ id, at, category, bbox: [x, y, 20, 20] as Box });
const options = { minIou: 0.3, maxGap: 2, minLength: 2 };
const ids = (tracks: readonly (readonly LooseBox[])[]): readonly (readonly number[])[] => tracks.map((track) => track.map(({ id }) => id));

test('two objects that pass each other keep their tracks, because speed is part of where one is expected', () => {
  const boxes = [0, 1, 2, 3, 4].flatMap((at) => [loose(10 + at, at, 6 * at), loose(20 + at, at, 24 - 6 * at, 0, 2)]);
  expect(ids(linkBoxes(boxes, { ...options, minLength: 3 }))).toEqual([
    [10, 11, 12, 13, 14],
    [20, 21, 22, 23, 24],
  ]);
});

test('a gap is bridged up to its limit, and categories do not mix', () => {
  expect(ids(linkBoxes([loose(1, 0, 0), loose(2, 1, 4), loose(3, 4, 16)], options))).toEqual([[1, 2, 3]]);
  expect(ids(linkBoxes([loose(1, 0, 0), loose(2, 1, 4), loose(3, 5, 20)], options))).toEqual([[1, 2]]);
  expect(linkBoxes([loose(1, 0, 0), loose(2, 1, 0, 5)], options)).toEqual([]);
});

/** Noise that is the same every time, as texture; an object of other noise in it. */
function scene(objects: readonly (readonly [x: number, y: number])[]): Luma {
  const [width, height] = [160, 120];
  const noise = (i: number): number => (Math.imul(i + 1, 2_654_435_761) >>> 24) & 255;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = 90 + noise(7 * x + 1_000 * y) / 8;
  for (const [ox, oy] of objects)
    for (let y = 0; y < 30; y++)
      for (let x = 0; x < 40; x++) data[(y + oy) * width + x + ox] = noise(Math.floor(x / 5) + 50 * Math.floor(y / 5));
  return { width, height, data };
}

test('a template is found where the object went, to a pixel, and its likeness is high', () => {
  const template = templateOf(scene([[40, 30]]), [40, 30, 40, 30]);
  const found = findTemplate(scene([[51, 37]]), template as Float32Array, [40, 30, 40, 30]);
  expect(found?.score).toBeGreaterThan(0.95);
  expect(found?.isAmbiguous).toBe(false);
  expect(Math.abs((found?.box[0] ?? 0) - 51)).toBeLessThan(1);
  expect(Math.abs((found?.box[1] ?? 0) - 37)).toBeLessThan(1);
});

test('an object that is gone is no match, one that is there twice is doubtful, and a plain surface has no template', () => {
  const template = templateOf(scene([[60, 40]]), [60, 40, 40, 30]) as Float32Array;
  expect(findTemplate(scene([]), template, [60, 40, 40, 30])?.score ?? 0).toBeLessThan(0.6);
  const twice = scene([
    [40, 40],
    [85, 40],
  ]);
  expect(findTemplate(twice, template, [62, 40, 40, 30])?.isAmbiguous).toBe(true);
  expect(templateOf({ width: 50, height: 50, data: new Uint8Array(2_500).fill(120) }, [5, 5, 30, 30])).toBeNull();
});
