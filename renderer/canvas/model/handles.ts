import type { Box, Size } from '../../../shared/geometry/box.ts';
import type { Point } from './viewport.ts';

/** The eight handles by compass point. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

/** Boxes smaller than this on a side (image px) are taken for a slip of the hand. */
export const minSidePx = 1;

export function handlePoint(box: Box, handle: Handle): Point {
  const [x, y, w, h] = box;
  return {
    x: handle.includes('w') ? x : handle.includes('e') ? x + w : x + w / 2,
    y: handle.includes('n') ? y : handle.includes('s') ? y + h : y + h / 2,
  };
}

export const handleCursor: { readonly [H in Handle]: string } = {
  nw: 'nwse-resize',
  se: 'nwse-resize',
  ne: 'nesw-resize',
  sw: 'nesw-resize',
  n: 'ns-resize',
  s: 'ns-resize',
  e: 'ew-resize',
  w: 'ew-resize',
};

/** The box whose opposite corners are the two points. */
export function boxBetween(a: Point, b: Point): Box {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
}

/**
 * Moves the edges that the handle holds by (dx, dy), image px, inside the image. A drag past the opposite edge turns
 * the box over, as every drawing program does. Edges that are not held keep their exact value.
 */
export function resize(box: Box, handle: Handle, dx: number, dy: number, image: Size): Box {
  const x2 = box[0] + box[2];
  const y2 = box[1] + box[3];
  const [x, w] = moveEdges(box[0], x2, box[2], handle.includes('w') ? dx : null, handle.includes('e') ? dx : null, image.width);
  const [y, h] = moveEdges(box[1], y2, box[3], handle.includes('n') ? dy : null, handle.includes('s') ? dy : null, image.height);
  return [x, y, w, h];
}

function moveEdges(
  low: number,
  high: number,
  extent: number,
  dLow: number | null,
  dHigh: number | null,
  limit: number,
): readonly [number, number] {
  if (dLow === null && dHigh === null) return [low, extent];
  const a = dLow === null ? low : clampTo(low + dLow, limit);
  const b = dHigh === null ? high : clampTo(high + dHigh, limit);
  return [Math.min(a, b), Math.max(Math.abs(b - a), minSidePx)];
}

const clampTo = (value: number, limit: number): number => Math.min(Math.max(value, 0), limit);

/** The largest part of (dx, dy) that keeps every one of the boxes where it was relative to the others and inside the image. */
export function clampMove(boxes: readonly Box[], dx: number, dy: number, image: Size): Point {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (const [x, y, w, h] of boxes) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x + w);
    maxY = Math.max(maxY, y + h);
  }
  return { x: clampAxis(dx, minX, maxX, image.width), y: clampAxis(dy, minY, maxY, image.height) };
}

/** A box that already sticks out (imported so) may still be moved, but no further out. */
function clampAxis(delta: number, min: number, max: number, limit: number): number {
  const lowest = Math.min(-min, 0);
  const highest = Math.max(limit - max, 0);
  return Math.min(Math.max(delta, lowest), highest);
}

/** Coordinates that a person set are kept to a hundredth of a px: finer is noise of the zoom. */
export function roundBox(box: Box): Box {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const x = round(box[0]);
  const y = round(box[1]);
  return [x, y, round(box[0] + box[2] - x), round(box[1] + box[3] - y)];
}
