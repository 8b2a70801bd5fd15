import { cocoEvaluationSteps } from './coco/evaluateCoco.ts';
import type { CocoCategory, EvaluationProgress } from './coco/evaluateCoco.ts';
import { confusionMatrix } from './confusion.ts';
import type { Confusion, ConfusionOptions } from './confusion.ts';
import type { EvaluationInput } from './evaluationInput.ts';
import { tide } from './tide.ts';
import type { Tide } from './tide.ts';

export interface FullEvaluation {
  readonly stats: readonly number[];
  readonly perCategory: readonly CocoCategory[];
  readonly tide: Tide;
  readonly confusion: Confusion;
}

/**
 * Everything `evaluate` answers, in steps: one a category for the COCO numbers, then TIDE, then the confusion matrix; counted are the
 * categories.
 * Stop it by not asking for the next step. Errors: as `checkInput`.
 */
export function* evaluationSteps(input: EvaluationInput, options: ConfusionOptions = {}): Generator<EvaluationProgress, FullEvaluation> {
  const total = input.categories.length;
  const coco = cocoEvaluationSteps(input);
  for (;;) {
    const step = coco.next();
    if (step.done !== true) {
      yield { done: step.value.done, total };
      continue;
    }
    const errors = tide(input);
    yield { done: total, total };
    const confusion = confusionMatrix(input, options);
    yield { done: total, total };
    return { stats: step.value.stats, perCategory: step.value.perCategory, tide: errors, confusion };
  }
}

/** TIDE's figures as one flat record of numbers, as the contract carries them: gains in AP50 and how many errors. */
export function tideNumbers(errors: Tide): { readonly [name: string]: number } {
  const counts = Object.entries(errors.counts).map(([error, count]) => [`${error}Count`, count] as const);
  return { ap50: errors.ap50, ...errors.gain, ...Object.fromEntries(counts) };
}
