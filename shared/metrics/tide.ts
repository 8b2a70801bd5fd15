import { iou } from '../geometry/box.ts';
import type { Box } from '../geometry/box.ts';
import { averagePrecision } from './averagePrecision.ts';
import { cocoIou } from './coco/overlap.ts';
import { boxAt } from './confusion.ts';
import type { EvaluationInput } from './evaluationInput.ts';
import { checkInput, crowdBit, evaluatedFrames, ignoreBit } from './evaluationInput.ts';

export const tideErrors = ['cls', 'loc', 'both', 'dupe', 'bkg', 'miss'] as const;
export type TideError = (typeof tideErrors)[number];

export interface Tide {
  /** AP at IoU 0.5 before anything is fixed, mean over the categories with labels. */
  readonly ap50: number;
  /** How much that AP gains when only the errors of one type are fixed. These do not add up to 1 - AP. */
  readonly gain: { readonly [error in TideError | 'falsePositive' | 'falseNegative']: number };
  readonly counts: { readonly [error in TideError]: number };
  /** Every error, for review queues: rows of the columns given; label errors (`miss`) have no detection. */
  readonly errors: readonly { readonly error: TideError; readonly detection: number | null; readonly groundTruth: number | null }[];
}

const foreground = 0.5;
const backgroundBelow = 0.1;
/** TIDE's own limit: the best 100 of a frame over all categories. */
const mostDetections = 100;

interface Label {
  readonly row: number;
  readonly k: number;
  readonly box: Box;
  takenBy: number | null;
  /** The best-scored classification or localisation error that would have found this label. */
  rescuer: Detection | null;
}

interface Detection {
  readonly row: number;
  readonly k: number;
  readonly box: Box;
  readonly score: number;
  verdict: 'right' | 'ignored' | TideError;
  target: Label | null;
}

/**
 * TIDE's error types (Bolya et al., ECCV 2020; METHODS 4.3) with t_f = 0.5, t_b = 0.1. Every prediction that is no hit
 * gets the first of: Loc (IoU with a label of its category in [t_b, t_f]), Cls (IoU ≥ t_f with one of another), Dupe
 * (IoU ≥ t_f with one of its category that is already taken), Bkg (IoU ≤ t_b with all), Both. Miss: a label not taken that
 * no Cls or Loc error would have found. Matching: by falling score, each takes the free label of its category with the
 * highest IoU. Predictions that lie on crowds or ignored labels of their category are neither hit nor error.
 *
 * Fixing: Cls and Loc make the best-scored offender of a free label a hit in the label's category and drop the others;
 * Dupe, Bkg and Both are dropped; a Miss no longer needs to be found; `falsePositive` scores all wrong ones 0;
 * `falseNegative` asks only for what was found.
 *
 * Differs from the authors' program in one point: a category without labels does not enter the mean (as in COCO's AP50).
 * Errors: as `checkInput`.
 */
export function tide(input: EvaluationInput): Tide {
  checkInput(input);
  const { groundTruth, detections } = input;
  const place = new Map(input.categories.map((category, k) => [category, k]));
  const positives = input.categories.map(() => 0);
  const judged: Detection[] = [];
  const missed: Label[] = [];

  for (const frame of evaluatedFrames(input)) {
    const labels: Label[] = [];
    const regions: { row: number; k: number; crowd: boolean }[] = [];
    for (let row = groundTruth.offsets[frame]!; row < groundTruth.offsets[frame + 1]!; row++) {
      const k = place.get(groundTruth.categories[row]!);
      if (k === undefined) continue;
      const flags = groundTruth.flags[row]!;
      if ((flags & (crowdBit | ignoreBit)) !== 0) regions.push({ row, k, crowd: (flags & crowdBit) !== 0 });
      else labels.push({ row, k, box: boxAt(groundTruth, row), takenBy: null, rescuer: null });
    }
    for (const label of labels) positives[label.k]! += 1;

    let found: Detection[] = [];
    for (let row = detections.offsets[frame]!; row < detections.offsets[frame + 1]!; row++) {
      const k = place.get(detections.categories[row]!);
      if (k === undefined) continue;
      found.push({ row, k, box: boxAt(detections, row), score: detections.scores[row]!, verdict: 'bkg', target: null });
    }
    found = found.sort((a, b) => b.score - a.score).slice(0, mostDetections);

    const overlaps = found.map((detection) => labels.map((label) => iou(detection.box, label.box)));
    found.forEach((detection, d) => {
      const g = highest(overlaps[d]!, (i) => labels[i]!.k === detection.k && labels[i]!.takenBy === null);
      if (g < 0 || overlaps[d]![g]! < foreground) return;
      labels[g]!.takenBy = detection.row;
      detection.verdict = 'right';
      detection.target = labels[g]!;
    });
    found.forEach((detection, d) => {
      if (detection.verdict === 'right') return;
      const excused = regions.some(
        (region) =>
          region.k === detection.k && cocoIou(detections.boxes, detection.row, groundTruth.boxes, region.row, region.crowd) > foreground,
      );
      if (excused) detection.verdict = 'ignored';
      else judge(detection, overlaps[d]!, labels);
    });
    judged.push(...found);
    for (const label of labels) if (label.takenBy === null && label.rescuer === null) missed.push(label);
  }

  const found = input.categories.map(() => 0);
  for (const detection of judged) if (detection.verdict === 'right') found[detection.k]! += 1;
  const missedOf = input.categories.map(() => 0);
  for (const label of missed) missedOf[label.k]! += 1;

  const ranked: Detection[][] = input.categories.map(() => []);
  for (const detection of judged.filter((d) => d.verdict !== 'ignored').sort((a, b) => b.score - a.score))
    ranked[detection.k]!.push(detection);
  /** Mean over the categories with labels, after `fix` said of each category which detections are left, best first. */
  const mean = (fix: (k: number) => Uint8Array, wanted: (k: number) => number = (k) => positives[k]!): number => {
    let sum = 0;
    let categories = 0;
    positives.forEach((count, k) => {
      if (count === 0) return;
      categories++;
      sum += averagePrecision(fix(k), wanted(k));
    });
    return categories === 0 ? 0 : sum / categories;
  };
  const asIs = ranked.map((list) => hits(list));
  const ap50 = mean((k) => asIs[k]!);
  const dropping = (error: TideError) => mean((k) => hits(ranked[k]!.filter((d) => d.verdict !== error))) - ap50;
  const rescuing = (error: TideError) => {
    const rescued: Detection[][] = positives.map(() => []);
    for (const d of ranked.flat()) if (d.verdict === error && d.target?.rescuer === d) rescued[d.target.k]!.push(d);
    const fixed = mean((k) => {
      const left = ranked[k]!.filter((d) => d.verdict !== error);
      return hits(
        [...left, ...rescued[k]!].sort((a, b) => b.score - a.score),
        new Set(rescued[k]),
      );
    });
    return fixed - ap50;
  };
  const counts = Object.fromEntries(tideErrors.map((error) => [error, 0])) as { [error in TideError]: number };
  const errors: { error: TideError; detection: number | null; groundTruth: number | null }[] = [];
  for (const { verdict, row, target } of judged) {
    if (verdict === 'right' || verdict === 'ignored') continue;
    counts[verdict]++;
    errors.push({ error: verdict, detection: row, groundTruth: target?.row ?? null });
  }
  counts.miss = missed.length;
  for (const label of missed) errors.push({ error: 'miss', detection: null, groundTruth: label.row });

  return {
    ap50,
    gain: {
      cls: rescuing('cls'),
      loc: rescuing('loc'),
      both: dropping('both'),
      dupe: dropping('dupe'),
      bkg: dropping('bkg'),
      miss:
        mean(
          (k) => asIs[k]!,
          (k) => positives[k]! - missedOf[k]!,
        ) - ap50,
      falsePositive: mean((k) => asIs[k]!.toSorted().reverse()) - ap50,
      falseNegative:
        mean(
          (k) => asIs[k]!,
          (k) => found[k]!,
        ) - ap50,
    },
    counts,
    errors,
  };
}

function hits(list: readonly Detection[], rescued?: ReadonlySet<Detection>): Uint8Array {
  return Uint8Array.from(list, (d) => (d.verdict === 'right' || rescued?.has(d) === true ? 1 : 0));
}

/** The first place of the highest value among those that `allowed` lets in; -1 for none. */
function highest(values: readonly number[], allowed: (i: number) => boolean): number {
  let best = -1;
  values.forEach((value, i) => {
    if (allowed(i) && (best < 0 || value > values[best]!)) best = i;
  });
  return best;
}

function judge(detection: Detection, overlaps: readonly number[], labels: readonly Label[]): void {
  const sameCategory = (i: number): boolean => labels[i]!.k === detection.k;
  const blame = (verdict: TideError, label: number | null): void => {
    detection.verdict = verdict;
    detection.target = label === null ? null : labels[label]!;
    if (detection.target === null || detection.target.takenBy !== null || (verdict !== 'cls' && verdict !== 'loc')) return;
    if (detection.target.rescuer === null || detection.target.rescuer.score < detection.score) detection.target.rescuer = detection;
  };
  const own = highest(overlaps, sameCategory);
  if (own >= 0 && overlaps[own]! >= backgroundBelow && overlaps[own]! <= foreground) return blame('loc', own);
  const other = highest(overlaps, (i) => !sameCategory(i));
  if (other >= 0 && overlaps[other]! >= foreground) return blame('cls', other);
  const taken = highest(overlaps, (i) => sameCategory(i) && labels[i]!.takenBy !== null);
  if (taken >= 0 && overlaps[taken]! >= foreground) return blame('dupe', taken);
  const any = highest(overlaps, () => true);
  if (any < 0 || overlaps[any]! <= backgroundBelow) return blame('bkg', null);
  return blame('both', any);
}
