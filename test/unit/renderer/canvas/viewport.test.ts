import fc from 'fast-check';
import { expect, test } from 'vitest';
import { actualSize, fit, fitBox, pan, revealBy, toImage, toScreen, zoomAt } from '../../../../renderer/canvas/model/viewport.ts';

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const viewports = fc.record({ scale: finite(0.05, 40), x: finite(-5_000, 5_000), y: finite(-5_000, 5_000) });
const points = fc.record({ x: finite(-3_000, 3_000), y: finite(-3_000, 3_000) });

test('image and screen coordinates are each other’s inverse', () => {
  fc.assert(
    fc.property(viewports, points, (viewport, point) => {
      const back = toImage(viewport, toScreen(viewport, point));
      expect(back.x).toBeCloseTo(point.x, 6);
      expect(back.y).toBeCloseTo(point.y, 6);
    }),
  );
});

test('zooming keeps the image point under the pointer where it is', () => {
  fc.assert(
    fc.property(viewports, points, finite(0.2, 5), (viewport, at, factor) => {
      const before = toImage(viewport, at);
      const after = toImage(zoomAt(viewport, at, factor), at);
      expect(after.x).toBeCloseTo(before.x, 5);
      expect(after.y).toBeCloseTo(before.y, 5);
    }),
  );
});

test('fit shows the whole image, centred', () => {
  const viewport = fit({ width: 1280, height: 720 }, { width: 1000, height: 800 }, { left: 20, right: 20, top: 20, bottom: 20 });
  expect(viewport.scale).toBe(0.75);
  expect(toScreen(viewport, { x: 640, y: 360 })).toEqual({ x: 500, y: 400 });
});

test('a pair of boxes is brought into view without blowing up beyond the limit', () => {
  const viewport = fitBox([100, 100, 10, 10], { width: 1000, height: 800 }, 40, 6);
  expect(viewport.scale).toBe(6);
  expect(toScreen(viewport, { x: 105, y: 105 })).toEqual({ x: 500, y: 400 });
});

test('100 % is one image pixel on one CSS pixel', () => {
  expect(actualSize({ scale: 0.3, x: 12, y: -40 }, { width: 800, height: 600 }).scale).toBe(1);
});

test('a point out of sight comes just inside the insets, and one in sight moves nothing', () => {
  const canvas = { width: 800, height: 600 };
  const insets = { left: 60, right: 24, top: 24, bottom: 30 };
  fc.assert(
    fc.property(viewports, points, (viewport, point) => {
      const by = revealBy(viewport, canvas, point, insets);
      const at = toScreen(pan(viewport, by.x, by.y), point);
      expect(at.x).toBeGreaterThanOrEqual(60 - 1e-6);
      expect(at.x).toBeLessThanOrEqual(776 + 1e-6);
      expect(at.y).toBeGreaterThanOrEqual(24 - 1e-6);
      expect(at.y).toBeLessThanOrEqual(570 + 1e-6);
    }),
  );
  expect(revealBy({ scale: 2, x: 0, y: 0 }, canvas, { x: 100, y: 100 }, insets)).toEqual({ x: 0, y: 0 });
  expect(revealBy({ scale: 2, x: 0, y: 0 }, canvas, { x: 400, y: 5 }, insets)).toEqual({ x: -24, y: 14 });
});
