import { ioa, iou } from '../geometry/box.ts';
import type { Box } from '../geometry/box.ts';
import type { BoxColumns } from '../domain/columns.ts';
import type { EvaluationInput } from './evaluationInput.ts';
import { checkInput, crowdBit, evaluatedFrames, ignoreBit } from './evaluationInput.ts';

export interface ConfusionOptions {
  /** A prediction and a label are a pair from this IoU on; 0.5. */
  readonly iou?: number;
  /** Predictions below this score do not count; 0.25. */
  readonly score?: number;
}

export interface Confusion {
  readonly iou: number;
  readonly score: number;
  /** The categories of rows and columns; behind them comes one more row and column, the background. */
  readonly categories: readonly number[];
  /** `counts[predicted][labelled]`; `[K][c]` = missed labels of c, `[c][K]` = predictions of c on nothing. K categories. */
  readonly counts: readonly (readonly number[])[];
}

export function boxAt(columns: BoxColumns, row: number): Box {
  const { boxes } = columns;
  return [boxes[4 * row]!, boxes[4 * row + 1]!, boxes[4 * row + 2]!, boxes[4 * row + 3]!];
}

/**
 * Confusion matrix of a detector (METHODS 5.4): pairs regardless of category, the highest IoU first (then the higher score,
 * then the earlier rows), each box in one pair. Crowds and ignored labels are never missed, and a prediction left over
 * counts as nothing where it overlaps one: half of it in a crowd, or IoU at the threshold with an ignored box.
 * Errors: as `checkInput`.
 */
export function confusionMatrix(input: EvaluationInput, options: ConfusionOptions = {}): Confusion {
  checkInput(input);
  const atLeast = options.iou ?? 0.5;
  const minScore = options.score ?? 0.25;
  const background = input.categories.length;
  const place = new Map(input.categories.map((category, k) => [category, k]));
  const counts = Array.from({ length: background + 1 }, () => new Array<number>(background + 1).fill(0));
  const add = (predicted: number, labelled: number): void => {
    counts[predicted]![labelled]! += 1;
  };
  const { groundTruth, detections } = input;

  for (const frame of evaluatedFrames(input)) {
    const labels: { k: number; box: Box }[] = [];
    const regions: { crowd: boolean; box: Box }[] = [];
    for (let row = groundTruth.offsets[frame]!; row < groundTruth.offsets[frame + 1]!; row++) {
      const k = place.get(groundTruth.categories[row]!);
      if (k === undefined) continue;
      const flags = groundTruth.flags[row]!;
      const box = boxAt(groundTruth, row);
      if ((flags & (crowdBit | ignoreBit)) === 0) labels.push({ k, box });
      else regions.push({ crowd: (flags & crowdBit) !== 0, box });
    }
    const found: { k: number; box: Box; score: number }[] = [];
    for (let row = detections.offsets[frame]!; row < detections.offsets[frame + 1]!; row++) {
      const k = place.get(detections.categories[row]!);
      const score = detections.scores[row]!;
      if (k !== undefined && score >= minScore) found.push({ k, box: boxAt(detections, row), score });
    }

    const pairs: { d: number; g: number; overlap: number }[] = [];
    found.forEach((detection, d) => {
      labels.forEach((label, g) => {
        const overlap = iou(detection.box, label.box);
        if (overlap >= atLeast && overlap > 0) pairs.push({ d, g, overlap });
      });
    });
    pairs.sort((a, b) => b.overlap - a.overlap || found[b.d]!.score - found[a.d]!.score || a.d - b.d || a.g - b.g);
    const takenDetections = new Set<number>();
    const takenLabels = new Set<number>();
    for (const { d, g } of pairs) {
      if (takenDetections.has(d) || takenLabels.has(g)) continue;
      takenDetections.add(d);
      takenLabels.add(g);
      add(found[d]!.k, labels[g]!.k);
    }
    found.forEach((detection, d) => {
      if (takenDetections.has(d)) return;
      const excused = regions.some((region) =>
        region.crowd ? ioa(detection.box, region.box) >= 0.5 : iou(detection.box, region.box) >= atLeast,
      );
      if (!excused) add(detection.k, background);
    });
    labels.forEach((label, g) => {
      if (!takenLabels.has(g)) add(background, label.k);
    });
  }
  return { iou: atLeast, score: minScore, categories: input.categories, counts };
}
