import { recallThresholds } from './coco/parameters.ts';
import { stableOrderByScore } from './stableOrder.ts';

/** One ranked detection of a category: right or wrong. */
export interface Ranked {
  readonly score: number;
  readonly right: boolean;
}

/**
 * Average precision over COCO's 101 recalls, of detections already judged. 0 where there is nothing to find.
 * Equal scores keep their order.
 */
export function averagePrecision(ranked: readonly Ranked[], positives: number): number {
  if (positives <= 0) return 0;
  const n = ranked.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  stableOrderByScore(
    Float64Array.from(ranked, (r) => r.score),
    order,
    n,
    new Uint32Array(n),
  );
  const precisions = new Float64Array(n);
  const recalls = new Float64Array(n);
  let right = 0;
  for (let i = 0; i < n; i++) {
    if (ranked[order[i]!]!.right) right++;
    precisions[i] = right / (i + 1);
    recalls[i] = right / positives;
  }
  for (let i = n - 1; i > 0; i--) if (precisions[i]! > precisions[i - 1]!) precisions[i - 1] = precisions[i]!;
  let sum = 0;
  let i = 0;
  for (const threshold of recallThresholds) {
    while (i < n && recalls[i]! < threshold) i++;
    if (i < n) sum += precisions[i]!;
  }
  return sum / recallThresholds.length;
}
