import { stableOrderByScore } from '../stableOrder.ts';
import type { MatchedCategory } from './matchCategory.ts';
import { areaRanges, iouThresholds, maxDetections, recallThresholds } from './parameters.ts';

const T = iouThresholds.length;
const R = recallThresholds.length;
const A = areaRanges.length;
const M = maxDetections.length;
/** `numpy.spacing(1)` */
const spacing = Number.EPSILON;

/** The tables of `COCOeval.accumulate`, in its order, -1 where a category has nothing to find. K categories. */
export interface CocoTables {
  readonly categories: number;
  /** T × R × K × A × M */
  readonly precision: Float64Array;
  /** T × K × A × M */
  readonly recall: Float64Array;
}

export function emptyTables(categories: number): CocoTables {
  return {
    categories,
    precision: new Float64Array(T * R * categories * A * M).fill(-1),
    recall: new Float64Array(T * categories * A * M).fill(-1),
  };
}

export function precisionAt(K: number, t: number, r: number, k: number, a: number, m: number): number {
  return (((t * R + r) * K + k) * A + a) * M + m;
}

export function recallAt(K: number, t: number, k: number, a: number, m: number): number {
  return ((t * K + k) * A + a) * M + m;
}

/** Fills category k of the tables: precision at 101 recalls under the falling envelope, and the recall reached. */
export function accumulateCategory(tables: CocoTables, k: number, category: MatchedCategory): void {
  const K = tables.categories;
  const all = Uint32Array.from({ length: category.count }, (_, i) => i);
  // A stable sort of the best few of each frame is that part of the stable sort of all: one sort serves every limit.
  stableOrderByScore(category.scores, all, category.count, new Uint32Array(category.count));
  const precisions = new Float64Array(category.count);
  const recalls = new Float64Array(category.count);

  for (let m = 0; m < M; m++) {
    const limit = maxDetections[m]!;
    const order = all.filter((i) => category.ranks[i]! < limit);
    const count = order.length;
    for (let a = 0; a < A; a++) {
      const positives = category.positives[a]!;
      if (positives === 0) continue;
      const matched = category.matched[a]!;
      const ignored = category.ignored[a]!;
      for (let t = 0; t < T; t++) {
        const bit = 1 << t;
        let right = 0;
        let wrong = 0;
        for (let i = 0; i < count; i++) {
          const d = order[i]!;
          if ((ignored[d]! & bit) === 0) {
            if ((matched[d]! & bit) === 0) wrong++;
            else right++;
          }
          recalls[i] = right / positives;
          precisions[i] = right / (wrong + right + spacing);
        }
        tables.recall[recallAt(K, t, k, a, m)] = count === 0 ? 0 : recalls[count - 1]!;
        for (let i = count - 1; i > 0; i--) if (precisions[i]! > precisions[i - 1]!) precisions[i - 1] = precisions[i]!;
        let i = 0;
        for (let r = 0; r < R; r++) {
          while (i < count && recalls[i]! < recallThresholds[r]!) i++;
          tables.precision[precisionAt(K, t, r, k, a, m)] = i < count ? precisions[i]! : 0;
        }
      }
    }
  }
}
