import type { EvaluationInput } from '../evaluationInput.ts';
import { checkInput, evaluatedFrames, groupRows } from '../evaluationInput.ts';
import type { CocoTables } from './accumulate.ts';
import { accumulateCategory, emptyTables, precisionAt, recallAt } from './accumulate.ts';
import { matchCategory } from './matchCategory.ts';
import { meanOfMeasured } from './pairwiseSum.ts';
import { iouThresholds, recallThresholds } from './parameters.ts';

/** The 12 COCO numbers of one category; -1 where it has nothing to find. */
export interface CocoCategory {
  readonly category: number;
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
  readonly apSmall: number;
  readonly apMedium: number;
  readonly apLarge: number;
  readonly ar1: number;
  readonly ar10: number;
  readonly ar100: number;
  readonly arSmall: number;
  readonly arMedium: number;
  readonly arLarge: number;
  /** Boxes to find: without crowds and ignored ones. */
  readonly groundTruths: number;
  /** Detections, at most 100 a frame. */
  readonly detections: number;
}

export interface CocoEvaluation {
  /** AP, AP50, AP75, AP small, medium, large, AR 1, 10, 100, AR small, medium, large; -1 where there is nothing to measure. */
  readonly stats: readonly number[];
  readonly perCategory: readonly CocoCategory[];
  readonly tables: CocoTables;
}

export interface CocoOptions {
  /** Treat boxes flagged `ignore` as crowds are treated. pycocotools does not (its `iscrowd` overwrites the field), so: false. */
  readonly honourIgnore?: boolean;
}

export interface EvaluationProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * COCO box evaluation, equal to pycocotools 2.0.11 bit for bit (`COCOeval(gt, dt, 'bbox')`: evaluate, accumulate, summarize).
 * A generator, so that the caller may report progress, let others work and stop between categories.
 * Errors: invalid_request for columns that do not belong together or hold what is no number.
 */
export function* cocoEvaluationSteps(input: EvaluationInput, options: CocoOptions = {}): Generator<EvaluationProgress, CocoEvaluation> {
  checkInput(input);
  const frames = evaluatedFrames(input);
  const groundTruths = groupRows(input.groundTruth, input.categories, frames);
  const detections = groupRows(input.detections, input.categories, frames);
  const total = input.categories.length;
  const tables = emptyTables(total);
  const counts: { groundTruths: number; detections: number }[] = [];
  for (let k = 0; k < total; k++) {
    const matched = matchCategory(input, k, groundTruths, detections, options.honourIgnore === true);
    accumulateCategory(tables, k, matched);
    counts.push({ groundTruths: matched.positives[0]!, detections: matched.count });
    yield { done: k + 1, total };
  }
  const every = input.categories.map((_, k) => k);
  return {
    stats: twelve(tables, every),
    perCategory: input.categories.map((category, k) => {
      const numbers = twelve(tables, [k]);
      return {
        category,
        ap: numbers[0]!,
        ap50: numbers[1]!,
        ap75: numbers[2]!,
        apSmall: numbers[3]!,
        apMedium: numbers[4]!,
        apLarge: numbers[5]!,
        ar1: numbers[6]!,
        ar10: numbers[7]!,
        ar100: numbers[8]!,
        arSmall: numbers[9]!,
        arMedium: numbers[10]!,
        arLarge: numbers[11]!,
        ...counts[k]!,
      };
    }),
    tables,
  };
}

export function evaluateCoco(input: EvaluationInput, options: CocoOptions = {}): CocoEvaluation {
  const steps = cocoEvaluationSteps(input, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** `COCOeval.summarize` over the given categories. */
function twelve(tables: CocoTables, categories: readonly number[]): readonly number[] {
  const every = iouThresholds.map((_, t) => t);
  const precision = (thresholds: readonly number[], a: number): number => {
    const values = new Float64Array(thresholds.length * recallThresholds.length * categories.length);
    let i = 0;
    for (const t of thresholds) {
      for (let r = 0; r < recallThresholds.length; r++) {
        for (const k of categories) values[i++] = tables.precision[precisionAt(tables.categories, t, r, k, a, 2)]!;
      }
    }
    return meanOfMeasured(values);
  };
  const recall = (a: number, m: number): number => {
    const values = new Float64Array(every.length * categories.length);
    let i = 0;
    for (const t of every) for (const k of categories) values[i++] = tables.recall[recallAt(tables.categories, t, k, a, m)]!;
    return meanOfMeasured(values);
  };
  return [
    precision(every, 0),
    precision([0], 0),
    precision([5], 0),
    precision(every, 1),
    precision(every, 2),
    precision(every, 3),
    recall(0, 0),
    recall(0, 1),
    recall(0, 2),
    recall(1, 2),
    recall(2, 2),
    recall(3, 2),
  ];
}
