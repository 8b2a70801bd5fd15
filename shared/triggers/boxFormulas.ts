import type { Box } from '../geometry/box.ts';
import { intersection, ioa, iou } from '../geometry/box.ts';
import type { BoolNode, NumberNode } from './typedTree.ts';

/** Of a box inside another this much may be rounding. */
const containsShare = 0.999;

/** Area of the smallest box around two, for GIoU. */
function enclosing(a: Box, b: Box): number {
  const w = Math.max(a[0] + a[2], b[0] + b[2]) - Math.min(a[0], b[0]);
  const h = Math.max(a[1] + a[3], b[1] + b[3]) - Math.min(a[1], b[1]);
  return w * h;
}

export function overlapOf(fn: Extract<NumberNode, { kind: 'overlap' }>['fn'], a: Box, b: Box): number {
  if (fn === 'iou') return iou(a, b);
  if (fn === 'ioa') return ioa(a, b);
  if (fn === 'iomin') {
    const smaller = Math.min(a[2] * a[3], b[2] * b[3]);
    return smaller > 0 ? intersection(a, b) / smaller : 0;
  }
  const c = enclosing(a, b);
  if (!(c > 0)) return iou(a, b);
  const union = a[2] * a[3] + b[2] * b[3] - intersection(a, b);
  return iou(a, b) - (c - union) / c;
}

/** Between the edges, Euclidean; 0 where they touch. */
export function gapOf(a: Box, b: Box): number {
  const dx = Math.max(0, Math.max(a[0], b[0]) - Math.min(a[0] + a[2], b[0] + b[2]));
  const dy = Math.max(0, Math.max(a[1], b[1]) - Math.min(a[1] + a[3], b[1] + b[3]));
  return Math.sqrt(dx * dx + dy * dy);
}

/** Between the centres. */
export function distanceOf(a: Box, b: Box): number {
  const dx = a[0] + a[2] / 2 - (b[0] + b[2] / 2);
  const dy = a[1] + a[3] / 2 - (b[1] + b[3] / 2);
  return Math.sqrt(dx * dx + dy * dy);
}

export function relationOf(fn: Extract<BoolNode, { kind: 'relation' }>['fn'], a: Box, b: Box): boolean {
  if (fn === 'contains') return ioa(b, a) >= containsShare;
  const ax = a[0] + a[2] / 2;
  const ay = a[1] + a[3] / 2;
  if (fn === 'center_in') return ax >= b[0] && ax < b[0] + b[2] && ay >= b[1] && ay < b[1] + b[3];
  const bx = b[0] + b[2] / 2;
  const by = b[1] + b[3] / 2;
  if (fn === 'left_of') return ax < bx;
  if (fn === 'right_of') return ax > bx;
  return fn === 'above' ? ay < by : ay > by;
}

export const boxFields: Readonly<Record<Extract<NumberNode, { kind: 'boxField' }>['field'], (box: Box) => number>> = {
  width: (b) => b[2],
  height: (b) => b[3],
  area: (b) => b[2] * b[3],
  aspect: (b) => b[2] / b[3],
  x1: (b) => b[0],
  y1: (b) => b[1],
  x2: (b) => b[0] + b[2],
  y2: (b) => b[1] + b[3],
  cx: (b) => b[0] + b[2] / 2,
  cy: (b) => b[1] + b[3] / 2,
};
