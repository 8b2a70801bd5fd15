import { describe, expect, test } from 'vitest';
import { settleBox, uprightBox } from '../../../../shared/formats/settleBox.ts';
import type { Box } from '../../../../shared/geometry/box.ts';

const size = { width: 100, height: 50 };
const settle = (box: Box, unnoticed = 0): object => settleBox(box, size, { asIs: 1e-7, unnoticed });

describe('what becomes of a box', () => {
  test('inside: the same, bit for bit', () => {
    const box: Box = [0.1, 0.2, 99.9, 49.8];
    expect(settle(box)).toMatchObject({ kind: 'kept' });
    expect((settle(box) as { box: Box }).box).toBe(box);
  });

  test.each([
    [
      [-5, 10, 10, 10],
      [0, 10, 5, 10],
    ],
    [
      [95, 45, 10, 10],
      [95, 45, 5, 5],
    ],
    [
      [-10, -10, 500, 500],
      [0, 0, 100, 50],
    ],
  ] as const)('partly outside: %j is clipped to %j', (box, clipped) => {
    expect(settle(box)).toEqual({ kind: 'clipped', box: clipped });
  });

  test.each([
    [[Number.NaN, 0, 1, 1], 'box_not_finite'],
    [[0, 0, Infinity, 1], 'box_not_finite'],
    [[0, 0, -1, 1], 'box_negative_size'],
    [[0, 0, 0, 1], 'box_without_area'],
    [[5, 5, 3, 0], 'box_without_area'],
    [[100, 0, 5, 5], 'box_outside'],
    [[-5, 0, 5, 5], 'box_outside'],
    [[200, 200, 5, 5], 'box_outside'],
  ] as const)('%j is refused: %s', (box, code) => {
    expect(settle(box as unknown as Box)).toMatchObject({ kind: 'refused', code });
  });

  test('outside by no more than a sum of doubles it is the same', () => {
    const box: Box = [90, 40, 10.00000001, 10];
    expect((settle(box) as { box: Box }).box).toBe(box);
  });

  test('outside by no more than the rounding of its format it is clipped and not counted', () => {
    expect(settle([90, 40, 10.0005, 10], 0.001)).toEqual({ kind: 'kept', box: [90, 40, 10, 10] });
    expect(settle([90, 40, 10.0005, 10], 0.0001)).toEqual({ kind: 'clipped', box: [90, 40, 10, 10] });
  });
});

test('a box on stored pixels turns with its image in all eight cases', () => {
  // The pixel at (1, 2) of a stored image of 4 x 3, as a box; where it is on the upright image by the definition of EXIF.
  const stored = { width: 4, height: 3 };
  const expected: readonly Box[] = [
    [1, 2, 1, 1],
    [2, 2, 1, 1],
    [2, 0, 1, 1],
    [1, 0, 1, 1],
    [2, 1, 1, 1],
    [0, 1, 1, 1],
    [0, 2, 1, 1],
    [2, 2, 1, 1],
  ];
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => uprightBox([1, 2, 1, 1], stored, orientation))).toEqual(expected);
});
