import type { Box } from './box.ts';

/** A box and how far it is turned: degrees clockwise (y points down) around the box's centre. `bbox` is the box before the turn. */
export interface PlacedBox {
  readonly bbox: Box;
  readonly angle: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export const centerOf = ([x, y, w, h]: Box): Point => ({ x: x + w / 2, y: y + h / 2 });

/** The point turned clockwise by `angle` degrees around `center`; quarter turns are exact. */
export function turn(point: Point, center: Point, angle: number): Point {
  const [sin, cos] = sinCos(angle);
  const dx = point.x - center.x;
  const dy = point.y - center.y;
  return { x: center.x + dx * cos - dy * sin, y: center.y + dx * sin + dy * cos };
}

function sinCos(angle: number): readonly [sin: number, cos: number] {
  switch (normaliseAngle(angle)) {
    case 0:
      return [0, 1];
    case 90:
      return [1, 0];
    case 180:
      return [0, -1];
    case -90:
      return [-1, 0];
    default:
      return [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  }
}

/** The same direction in (-180, 180]. */
export function normaliseAngle(angle: number): number {
  const turned = ((angle % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}

/** The smallest upright box around the turned one; the box itself where it is not turned. */
export function enclosingBox(bbox: Box, angle: number): Box {
  if (angle === 0) return bbox;
  const [sin, cos] = sinCos(angle);
  const center = centerOf(bbox);
  const width = Math.abs(bbox[2] * cos) + Math.abs(bbox[3] * sin);
  const height = Math.abs(bbox[2] * sin) + Math.abs(bbox[3] * cos);
  return [center.x - width / 2, center.y - height / 2, width, height];
}
