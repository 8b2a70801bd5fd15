import { setImmediate } from 'node:timers/promises';
import type { Evaluation } from '../../../../shared/contract/models.ts';
import type { Progress } from '../../../../shared/contract/common.ts';
import { takeFrames } from '../../../../shared/domain/columns.ts';
import { AppError } from '../../../../shared/errors.ts';
import { evaluationSteps, tideNumbers } from '../../../../shared/metrics/evaluate.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { GroundTruth } from './groundTruth.ts';

export interface EvaluateRequest {
  readonly run: string;
  /** Frames to evaluate on; those that the run has not seen are left out. Null: all frames of the run. */
  readonly frames: ReadonlySet<number> | null;
  /** Labels of these frames. */
  readonly labels: (frames: Float64Array) => GroundTruth | Promise<GroundTruth>;
}

/** COCO numbers, TIDE and confusion of a run against labels. Errors: not_found, invalid_request (no frame in common), cancelled. */
export async function evaluateRun(
  dataset: OpenDataset,
  request: EvaluateRequest,
  signal: AbortSignal,
  progress: (value: Progress) => void,
): Promise<Evaluation> {
  const start = performance.now();
  const predictions = await dataset.db.read('runs.columns', { name: request.run });
  const { frames } = request;
  // By key: the order in which frames were imported, which is the order of COCO's image ids and decides ties.
  const order = Array.from(predictions.frameIds, (_, i) => i)
    .filter((i) => frames === null || frames.has(predictions.frameIds[i] as number))
    .sort((a, b) => (predictions.frameIds[a] as number) - (predictions.frameIds[b] as number));
  if (order.length === 0) throw new AppError('invalid_request', `The run “${request.run}” has no frame to evaluate.`, { run: request.run });
  const detections = takeFrames(predictions, order);
  const [{ columns: groundTruth, areas, sourceIds }, categories] = await Promise.all([
    request.labels(detections.frameIds),
    dataset.db.read('categories.list', {}),
  ]);
  // A merged category has no box left; its name would be a row without a number.
  const sorted = categories
    .filter(({ mergedInto }) => mergedInto === null)
    .sort((a, b) => (a.sourceId ?? a.order) - (b.sourceId ?? b.order) || a.id - b.id);
  const steps = evaluationSteps({
    groundTruth,
    detections,
    categories: sorted.map((category) => category.id),
    areas,
    sourceIds,
  });
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      const { stats, perCategory, tide, confusion } = step.value;
      const nameOf = new Map(categories.map((category) => [category.id as number, category.name]));
      return {
        stats,
        perCategory: perCategory.map((entry) => ({
          category: nameOf.get(entry.category) ?? String(entry.category),
          ap: entry.ap,
          ap50: entry.ap50,
          ap75: entry.ap75,
          ar100: entry.ar100,
          groundTruths: entry.groundTruths,
          detections: entry.detections,
        })),
        tide: tideNumbers(tide),
        confusion: {
          categories: confusion.categories.map((category) => nameOf.get(category) ?? String(category)),
          counts: confusion.counts,
          iou: confusion.iou,
          score: confusion.score,
        },
        frames: order.length,
        ms: Math.round(performance.now() - start),
      };
    }
    progress({ phase: 'evaluating', done: step.value.done, total: step.value.total, unit: 'categories' });
    if (signal.aborted) throw new AppError('cancelled', 'The evaluation was stopped.');
    await setImmediate();
  }
}
