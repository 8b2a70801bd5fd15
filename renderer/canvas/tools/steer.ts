import type { Size } from '../../../shared/geometry/box.ts';
import type { Point } from '../model/viewport.ts';

/** Image px of an arrow key with Ctrl and Shift; alone it goes 1, with Shift 10, as boxes do. */
export const farStep = 100;

/** The crosshair moved by keys: on whole px, so that a row of presses lands where it is counted to, and never off the image. */
export function steer(at: Point, by: Point, image: Size): Point {
  const within = (value: number, end: number): number => Math.min(Math.max(Math.round(value), 0), end);
  return { x: within(at.x + by.x, image.width), y: within(at.y + by.y, image.height) };
}
