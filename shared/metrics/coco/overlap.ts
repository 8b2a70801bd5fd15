/**
 * IoU as COCO's `bbIou` computes it, to the last bit: of a detection (row `d` of `dt`) and a ground truth (row `g` of
 * `gt`), both as four columns x, y, w, h. A crowd's union is the detection's own area.
 */
export function cocoIou(dt: Float64Array, d: number, gt: Float64Array, g: number, crowd: boolean): number {
  const i = 4 * d;
  const j = 4 * g;
  const w = Math.min(dt[i + 2]! + dt[i]!, gt[j + 2]! + gt[j]!) - Math.max(dt[i]!, gt[j]!);
  if (w <= 0) return 0;
  const h = Math.min(dt[i + 3]! + dt[i + 1]!, gt[j + 3]! + gt[j + 1]!) - Math.max(dt[i + 1]!, gt[j + 1]!);
  if (h <= 0) return 0;
  const shared = w * h;
  const area = dt[i + 2]! * dt[i + 3]!;
  return shared / (crowd ? area : area + gt[j + 2]! * gt[j + 3]! - shared);
}
