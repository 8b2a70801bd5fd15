/**
 * A box is `[x, y, w, h]`: continuous pixels of the upright image (EXIF orientation applied), origin top left,
 * covering `[x, x + w) × [y, y + h)`. There is no `+1` anywhere.
 */
export type Box = readonly [x: number, y: number, w: number, h: number];

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Area of the intersection of two boxes, in px². */
export function intersection(a: Box, b: Box): number {
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0]);
  if (w <= 0) return 0;
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1]);
  return h <= 0 ? 0 : w * h;
}

/** Intersection over union, 0 where the union is empty. */
export function iou(a: Box, b: Box): number {
  const i = intersection(a, b);
  const union = a[2] * a[3] + b[2] * b[3] - i;
  return union > 0 ? i / union : 0;
}

/** The share of `a` that lies in `b`, 0 where `a` is empty. */
export function ioa(a: Box, b: Box): number {
  const area = a[2] * a[3];
  return area > 0 ? intersection(a, b) / area : 0;
}

export function isFiniteBox(box: readonly number[]): box is Box {
  return box.length === 4 && box.every(Number.isFinite);
}

/** Row `row` of columns of boxes: four numbers each. */
export function boxAt(boxes: ArrayLike<number>, row: number): Box {
  const at = 4 * row;
  return [boxes[at] as number, boxes[at + 1] as number, boxes[at + 2] as number, boxes[at + 3] as number];
}

/** The part of the box that lies in the image; its size may be 0. */
export function clip(box: Box, size: Size): Box {
  const x1 = Math.min(Math.max(box[0], 0), size.width);
  const y1 = Math.min(Math.max(box[1], 0), size.height);
  const x2 = Math.min(Math.max(box[0] + box[2], 0), size.width);
  const y2 = Math.min(Math.max(box[1] + box[3], 0), size.height);
  // A box that already lies inside comes back unchanged: x + w - x may differ from w in the last bit.
  if (x1 === box[0] && y1 === box[1] && x2 === box[0] + box[2] && y2 === box[1] + box[3]) return box;
  return [x1, y1, x2 - x1, y2 - y1];
}
