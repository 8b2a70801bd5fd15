import { recallThresholds } from './coco/parameters.ts';

/**
 * Average precision over COCO's 101 recalls of detections already judged, best score first: `right[i]` is 1 for a hit, 0 for
 * none. 0 where there is nothing to find.
 */
export function averagePrecision(right: Uint8Array, positives: number): number {
  if (positives <= 0) return 0;
  const n = right.length;
  // Recall rises and precision can peak only at hits: they alone matter.
  const peaks: number[] = [];
  for (let i = 0; i < n; i++) if (right[i] === 1) peaks.push((peaks.length + 1) / (i + 1));
  for (let i = peaks.length - 1; i > 0; i--) if (peaks[i]! > peaks[i - 1]!) peaks[i - 1] = peaks[i]!;
  let sum = 0;
  let i = 0;
  for (const threshold of recallThresholds) {
    // At recall 0 the first detection counts, hit or not: under the envelope that is the precision of the first hit.
    while (i < peaks.length && (i + 1) / positives < threshold) i++;
    if (i < peaks.length) sum += peaks[i]!;
  }
  return sum / recallThresholds.length;
}
