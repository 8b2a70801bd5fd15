import type { Box, Size } from '../../../shared/geometry/box.ts';
import { centerOf, enclosingBox, normaliseAngle, turn, type PlacedBox } from '../../../shared/geometry/rotated.ts';
import type { Point } from './viewport.ts';

/** The eight handles by compass point, of the box before it is turned. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

/** Boxes smaller than this on a side (image px) are taken for a slip of the hand. */
export const minSidePx = 1;

/** How far above the upper edge the handle that turns a box stands, CSS px. */
export const turnHandleDistancePx = 22;

export function handlePoint(box: Box, handle: Handle, angle = 0): Point {
  const [x, y, w, h] = box;
  const point = {
    x: handle.includes('w') ? x : handle.includes('e') ? x + w : x + w / 2,
    y: handle.includes('n') ? y : handle.includes('s') ? y + h : y + h / 2,
  };
  return angle === 0 ? point : turn(point, centerOf(box), angle);
}

/** Where the handle that turns the box stands; `distance` in image px. */
export function turnHandlePoint({ bbox, angle }: PlacedBox, distance: number): Point {
  return turn({ x: bbox[0] + bbox[2] / 2, y: bbox[1] - distance }, centerOf(bbox), angle);
}

const cursors = ['ns-resize', 'nesw-resize', 'ew-resize', 'nwse-resize'] as const;

/** The arrow that points the way the handle moves, also on a turned box. */
export function handleCursor(handle: Handle, angle = 0): string {
  const eighths = { n: 0, ne: 1, e: 2, se: 3, s: 4, sw: 5, w: 6, nw: 7 }[handle] + Math.round(angle / 45);
  return cursors[((eighths % 4) + 4) % 4] as string;
}

/** The box whose opposite corners are the two points. */
export function boxBetween(a: Point, b: Point): Box {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
}

/** The smallest box around the points; null without one. */
export function boxAround(points: readonly Point[]): Box | null {
  if (points.length === 0) return null;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return [x, y, Math.max(...xs) - x, Math.max(...ys) - y];
}

/**
 * Moves the edges that the handle holds by (dx, dy), image px. A drag past the opposite edge turns the box over, as every
 * drawing program does. Edges that are not held keep their exact value. An upright box stays inside the image; of a turned
 * one, whose edges are moved along its own axes, the centre does.
 */
export function resize({ bbox, angle }: PlacedBox, handle: Handle, dx: number, dy: number, image: Size): Box {
  const limits: Limits =
    angle === 0 ? { x: [0, image.width], y: [0, image.height] } : { x: [-Infinity, Infinity], y: [-Infinity, Infinity] };
  const by = angle === 0 ? { x: dx, y: dy } : turn({ x: dx, y: dy }, { x: 0, y: 0 }, -angle);
  const [x, w] = moveEdges(
    bbox[0],
    bbox[0] + bbox[2],
    bbox[2],
    handle.includes('w') ? by.x : null,
    handle.includes('e') ? by.x : null,
    limits.x,
  );
  const [y, h] = moveEdges(
    bbox[1],
    bbox[1] + bbox[3],
    bbox[3],
    handle.includes('n') ? by.y : null,
    handle.includes('s') ? by.y : null,
    limits.y,
  );
  if (angle === 0) return [x, y, w, h];
  // The box was resized in its own frame, around its old centre; it turns around the new one from now on.
  const center = turn({ x: x + w / 2, y: y + h / 2 }, centerOf(bbox), angle);
  return [within(center.x, 0, image.width) - w / 2, within(center.y, 0, image.height) - h / 2, w, h];
}

type Range = readonly [low: number, high: number];
interface Limits {
  readonly x: Range;
  readonly y: Range;
}

function moveEdges(low: number, high: number, extent: number, dLow: number | null, dHigh: number | null, limits: Range): Range {
  if (dLow === null && dHigh === null) return [low, extent];
  const a = dLow === null ? low : within(low + dLow, ...limits);
  const b = dHigh === null ? high : within(high + dHigh, ...limits);
  return [Math.min(a, b), Math.max(Math.abs(b - a), minSidePx)];
}

const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** The largest part of (dx, dy) that keeps every one of the boxes where it was relative to the others and inside the image. */
export function clampMove(boxes: readonly PlacedBox[], dx: number, dy: number, image: Size): Point {
  const [x, y, w, h] = boundsOf(boxes);
  return { x: clampAxis(dx, x, x + w, image.width), y: clampAxis(dy, y, y + h, image.height) };
}

/** The upright box around all of them, turned ones with their corners. */
export function boundsOf(boxes: readonly PlacedBox[]): Box {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (const { bbox, angle } of boxes) {
    const [x, y, w, h] = enclosingBox(bbox, angle);
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x + w);
    maxY = Math.max(maxY, y + h);
  }
  return [minX, minY, maxX - minX, maxY - minY];
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

/** To a tenth of a degree, in (-180, 180]. */
export const roundAngle = (angle: number): number => normaliseAngle(Math.round(angle * 10) / 10) + 0;
