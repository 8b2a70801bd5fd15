import { compareSeverity } from './hitBuffer.ts';

/** Hits as columns: of one thread or of all of them joined. */
export interface HitColumns {
  readonly count: number;
  readonly stride: number;
  readonly frames: Uint32Array;
  readonly severities: Float64Array;
  readonly rows: Uint32Array;
}

export interface RankContext {
  readonly name: (frame: number) => string;
  /** Key of the box that a variable of a hit is bound to. */
  readonly id: (row: number, variable: number) => number;
}

/**
 * Places of the first `limit` hits in the order of rule 4: severity (highest first), frame name (by UTF-16 units), then keys.
 * O(N) memory for a full order, O(limit) for a short one.
 */
export function rankHits(hits: HitColumns, context: RankContext, limit = hits.count): Uint32Array {
  const { severities, frames, rows, stride } = hits;
  const compare = (p: number, q: number): number => {
    const order = compareSeverity(severities[p]!, severities[q]!);
    if (order !== 0) return order;
    if (frames[p] !== frames[q]) {
      const a = context.name(frames[p]!);
      const b = context.name(frames[q]!);
      if (a !== b) return a < b ? -1 : 1;
      return frames[p]! - frames[q]!;
    }
    for (let v = 0; v < stride; v++) {
      const difference = context.id(rows[p * stride + v]!, v) - context.id(rows[q * stride + v]!, v);
      if (difference !== 0) return difference;
    }
    return p - q;
  };
  const wanted = Math.max(0, Math.min(limit, hits.count));
  if (wanted * 4 >= hits.count) {
    const order = new Uint32Array(hits.count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    return order.sort(compare).slice(0, wanted);
  }
  if (wanted === 0) return new Uint32Array(0);
  // A heap with the last of the best on top: most hits are turned away by one comparison.
  const heap = new Uint32Array(wanted);
  let size = 0;
  for (let place = 0; place < hits.count; place++) {
    if (size < wanted) {
      let child = size++;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (compare(heap[parent]!, place) >= 0) break;
        heap[child] = heap[parent]!;
        child = parent;
      }
      heap[child] = place;
      continue;
    }
    if (compare(place, heap[0]!) >= 0) continue;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= size) break;
      if (child + 1 < size && compare(heap[child + 1]!, heap[child]!) > 0) child++;
      if (compare(heap[child]!, place) <= 0) break;
      heap[parent] = heap[child]!;
      parent = child;
    }
    heap[parent] = place;
  }
  return heap.sort(compare);
}
