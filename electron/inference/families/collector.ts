import type { Candidates } from './family.ts';

/** No network has more boxes worth looking at; a hostile one shall not fill the memory. */
const limit = 100_000;

export interface Collector {
  add(x1: number, y1: number, x2: number, y2: number, score: number, category: number): void;
  finish(): Candidates;
}

/** Gathers candidates. What is not finite, empty or above the limit of 100,000 is left out. */
export function collector(): Collector {
  let boxes = new Float64Array(4 * 256);
  let scores = new Float64Array(256);
  let categories = new Uint16Array(256);
  let count = 0;
  return {
    add(x1, y1, x2, y2, score, category) {
      if (count >= limit || !(x2 > x1 && y2 > y1) || !Number.isFinite(x1 + y1 + x2 + y2 + score)) return;
      if (count === scores.length) {
        boxes = grow(boxes, new Float64Array(8 * count));
        scores = grow(scores, new Float64Array(2 * count));
        categories = grow(categories, new Uint16Array(2 * count));
      }
      boxes[4 * count] = x1;
      boxes[4 * count + 1] = y1;
      boxes[4 * count + 2] = x2;
      boxes[4 * count + 3] = y2;
      scores[count] = score;
      categories[count] = category;
      count++;
    },
    finish: () => ({
      count,
      boxes: boxes.subarray(0, 4 * count),
      scores: scores.subarray(0, count),
      categories: categories.subarray(0, count),
    }),
  };
}

function grow<T extends Float64Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
export const logit = (p: number): number => (p <= 0 ? -Infinity : p >= 1 ? Infinity : Math.log(p / (1 - p)));
