const run = 16;

/**
 * Sorts `order[0 … n)` so that `scores[order[i]]` falls; equal scores keep their order (as numpy's mergesort on the
 * negated scores does). `scratch` holds at least n numbers.
 */
export function stableOrderByScore(scores: Float64Array, order: Uint32Array, n: number, scratch: Uint32Array): void {
  for (let low = 0; low < n; low += run) {
    const high = Math.min(low + run, n);
    for (let i = low + 1; i < high; i++) {
      const item = order[i]!;
      const score = scores[item]!;
      let j = i - 1;
      while (j >= low && scores[order[j]!]! < score) {
        order[j + 1] = order[j]!;
        j--;
      }
      order[j + 1] = item;
    }
  }
  let from = order;
  let to = scratch;
  for (let width = run; width < n; width *= 2) {
    for (let low = 0; low < n; low += 2 * width) {
      const middle = Math.min(low + width, n);
      const high = Math.min(low + 2 * width, n);
      let a = low;
      let b = middle;
      for (let i = low; i < high; i++) {
        // The left one on equal scores: that is what makes the order stable.
        if (a < middle && (b >= high || scores[from[a]!]! >= scores[from[b]!]!)) to[i] = from[a++]!;
        else to[i] = from[b++]!;
      }
    }
    [from, to] = [to, from];
  }
  if (from !== order) for (let i = 0; i < n; i++) order[i] = from[i]!;
}
