/**
 * The parameters of COCO's box evaluation. Source: pycocotools 2.0.11, `cocoeval.Params.setDetParams`.
 * The thresholds are computed as `numpy.linspace` computes them (start + i · step), because 0.8999999999999999 and 0.9
 * match different boxes.
 */
export const iouThresholds: readonly number[] = Array.from({ length: 10 }, (_, i) => (i === 9 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / 9)));
export const recallThresholds: readonly number[] = Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));
export const maxDetections = [1, 10, 100] as const;

/** Ranges of box area in px², both ends included: a box of 32 × 32 is small and medium. */
export const areaRanges = [
  { name: 'all', low: 0, high: 1e10 },
  { name: 'small', low: 0, high: 1024 },
  { name: 'medium', low: 1024, high: 9216 },
  { name: 'large', low: 9216, high: 1e10 },
] as const;
