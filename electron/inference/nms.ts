import type { Candidates } from './families/family.ts';

/**
 * Greedy non-maximum suppression inside each category: a box goes when a better one of its category overlaps it with
 * IoU > `iou`. Equal scores keep the order of the candidates. `iou` null keeps all. Returns the indices of the at most `limit` best boxes, by falling
 * score.
 */
export function suppress(candidates: Candidates, iou: number | null, limit: number): Uint32Array {
  const { boxes, scores, categories, count } = candidates;
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  if (iou === null) return order.slice(0, limit);
  const kept: number[] = [];
  const keptOf = new Map<number, number[]>();
  for (let r = 0; r < count && kept.length < limit; r++) {
    const i = order[r] as number;
    const category = categories[i] as number;
    let rivals = keptOf.get(category);
    if (rivals === undefined) keptOf.set(category, (rivals = []));
    const x1 = boxes[4 * i] as number;
    const y1 = boxes[4 * i + 1] as number;
    const x2 = boxes[4 * i + 2] as number;
    const y2 = boxes[4 * i + 3] as number;
    const area = (x2 - x1) * (y2 - y1);
    let free = true;
    for (const j of rivals) {
      const ax1 = boxes[4 * j] as number;
      const ay1 = boxes[4 * j + 1] as number;
      const ax2 = boxes[4 * j + 2] as number;
      const ay2 = boxes[4 * j + 3] as number;
      const w = Math.min(x2, ax2) - Math.max(x1, ax1);
      if (w <= 0) continue;
      const h = Math.min(y2, ay2) - Math.max(y1, ay1);
      if (h <= 0) continue;
      const shared = w * h;
      if (shared > iou * (area + (ax2 - ax1) * (ay2 - ay1) - shared)) {
        free = false;
        break;
      }
    }
    if (free) {
      kept.push(i);
      rivals.push(i);
    }
  }
  return Uint32Array.from(kept);
}
