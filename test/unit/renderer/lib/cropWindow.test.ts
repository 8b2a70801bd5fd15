import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Box } from '../../../../shared/geometry/box.ts';
import { cropWindow, union } from '../../../../renderer/lib/cropWindow.ts';

describe('the part of a frame that a thumbnail shows', () => {
  test('it is the largest window of the aspect, in the middle', () => {
    expect([cropWindow(800, 600, 4 / 3, null), cropWindow(1200, 600, 4 / 3, null), cropWindow(600, 1200, 4 / 3, null)]).toEqual([
      [0, 0, 800, 600],
      [200, 0, 800, 600],
      [0, 375, 600, 450],
    ]);
  });

  test('the pair lies in it whenever it fits, and the window never leaves the frame', () => {
    const size = fc.integer({ min: 16, max: 4000 });
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, size, part, part, part, part, (width, height, x, y, w, h) => {
        const keep: Box = [x * width, y * height, w * (1 - x) * width, h * (1 - y) * height];
        const [cx, cy, cw, ch] = cropWindow(width, height, 4 / 3, keep);
        const slack = 1e-6 * Math.max(width, height);
        expect(cx >= 0 && cy >= 0 && cx + cw <= width + slack && cy + ch <= height + slack).toBe(true);
        if (keep[2] <= cw) expect(keep[0] >= cx - slack && keep[0] + keep[2] <= cx + cw + slack).toBe(true);
        if (keep[3] <= ch) expect(keep[1] >= cy - slack && keep[1] + keep[3] <= cy + ch + slack).toBe(true);
      }),
    );
  });

  test('the box around a pair', () => {
    expect([
      union([
        [10, 20, 30, 40],
        [0, 50, 20, 20],
      ]),
      union([]),
    ]).toEqual([[0, 20, 40, 50], null]);
  });
});
