import { z } from 'zod';
import type { DatasetId } from '../domain/ids.ts';
import type { Box } from '../geometry/box.ts';
import { job, method, topic } from '../rpc/define.ts';
import type { WireError } from '../errors.ts';
import { datasetId, expression, filePath, frameId, name } from './common.ts';
import type { Progress } from './common.ts';
import { providerNames, type ProviderName } from './host.ts';

export interface ModelInspection {
  readonly family: string;
  /** 0 … 1 */
  readonly confidence: number;
  readonly input: {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly (number | string)[];
    readonly layout: string;
    readonly normalisation: string;
  };
  readonly outputs: readonly { readonly name: string; readonly dtype: string; readonly shape: readonly (number | string)[] }[];
  readonly categories: readonly string[];
  /** What was seen and what followed from it, one sentence each. */
  readonly why: readonly string[];
  readonly sha256: string;
  readonly bytes: number;
  readonly metadata: { readonly [key: string]: string };
}

export interface ModelSummary {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly family: string;
  readonly input: string;
  readonly categories: readonly string[];
  /** model category → dataset category, and those without a counterpart. */
  readonly mapped: number;
  readonly unmapped: readonly string[];
  readonly addedAt: string;
  readonly imagesPerSecond: number | null;
  readonly provider: string | null;
}

export const runStatuses = ['running', 'paused', 'done', 'cancelled', 'failed', 'interrupted'] as const;

export interface RunSummary {
  readonly name: string;
  readonly model: string | null;
  readonly status: (typeof runStatuses)[number];
  readonly provider: string | null;
  readonly frames: number;
  readonly totalFrames: number;
  readonly boxes: number;
  readonly failed: readonly { readonly frame: string; readonly error: WireError }[];
  readonly scoreThreshold: number | null;
  readonly where: string | null;
  readonly imagesPerSecond: number | null;
  readonly possibleImagesPerSecond: number | null;
  readonly pipelineEfficiency: number | null;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  /** Whole progress of a running run. */
  readonly etaSeconds: number | null;
  /** Why the better providers are not in use. */
  readonly reasons: readonly { readonly provider: ProviderName; readonly reason: string }[];
  /** The last evaluation against gt. */
  readonly ap: number | null;
}

export interface PrelabelResult {
  readonly run: string;
  readonly provider: string;
  readonly frames: number;
  readonly boxes: number;
  readonly failed: readonly { readonly frame: string; readonly error: WireError }[];
  readonly imagesPerSecond: number;
  readonly possibleImagesPerSecond: number;
  readonly pipelineEfficiency: number;
  readonly resumed: boolean;
}

/** What a model did on one frame. */
export interface FrameRun {
  readonly model: string;
  /** Boxes of categories that the dataset has. */
  readonly found: number;
  readonly added: number;
  readonly replaced: number;
  /** Left out, because a person's box is there. */
  readonly keptHuman: number;
  readonly ms: number;
}

export interface CategoryMetrics {
  readonly category: string;
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
  readonly ar100: number;
  readonly groundTruths: number;
  readonly detections: number;
}

export interface Evaluation {
  /** 12 numbers in COCO's order; -1 where there is nothing to measure. */
  readonly stats: readonly number[];
  readonly perCategory: readonly CategoryMetrics[];
  readonly tide: { readonly [kind: string]: number };
  readonly confusion: {
    readonly categories: readonly string[];
    readonly counts: readonly (readonly number[])[];
    readonly iou: number;
    readonly score: number;
  };
  readonly frames: number;
  readonly ms: number;
}

/** A card file: how to read a model that nothing else recognises. */
export const cardInput = z.object({
  family: z.string().max(64).optional(),
  categories: z.array(z.string().max(128)).max(10_000).optional(),
  input: z
    .object({
      width: z.int().min(8).max(8192).optional(),
      height: z.int().min(8).max(8192).optional(),
      layout: z.enum(['nchw', 'nhwc']).optional(),
      colour: z.enum(['rgb', 'bgr']).optional(),
      scale: z.number().optional(),
      mean: z.array(z.number()).length(3).optional(),
      std: z.array(z.number()).length(3).optional(),
      resize: z.enum(['letterbox', 'letterboxTopLeft', 'stretch']).optional(),
      padValue: z.number().optional(),
    })
    .optional(),
  scoreThreshold: z.number().min(0).max(1).optional(),
  nmsIou: z.number().min(0).max(1).optional(),
});
export type CardInput = z.infer<typeof cardInput>;

const prelabelRequest = z.object({
  dataset: datasetId,
  model: name,
  provider: z.enum(['auto', ...providerNames]).optional(),
  scoreThreshold: z.number().min(0).max(1).optional(),
  nmsIou: z.number().min(0).max(1).optional(),
  maxDetections: z.int().min(1).max(10_000).optional(),
  where: expression.optional(),
  name: name.optional(),
  /** Goes on with the run of that name, or starts it. */
  resume: z.boolean().optional(),
});

export const models = {
  /** Reads, recognises and tries a model file; adds nothing. Errors: refused_model, unreadable, unknown_model. */
  inspect: method<ModelInspection>()(z.object({ path: filePath, card: cardInput.optional() })),
  add: method<ModelSummary>()(
    z.object({
      dataset: datasetId,
      path: filePath,
      name: name.optional(),
      card: cardInput.optional(),
      map: z.record(z.string(), z.string()).optional(),
    }),
  ),
  list: method<readonly ModelSummary[]>()(z.object({ dataset: datasetId })),
  remove: method<null>()(z.object({ dataset: datasetId, model: name })),
  /** The wizard's look at the open frame: boxes of a model file that is not added yet. */
  tryOn: method<{
    readonly boxes: readonly { category: string; bbox: Box; score: number }[];
    readonly ms: number;
    readonly provider: string;
  }>()(
    z.object({
      dataset: datasetId,
      path: filePath,
      frame: frameId,
      card: cardInput.optional(),
      scoreThreshold: z.number().min(0).max(1).optional(),
    }),
  ),
  runs: method<readonly RunSummary[]>()(z.object({ dataset: datasetId })),
  /** The call lives as long as the run; the run lives on when the caller goes (cancel it by `cancelRun`). */
  prelabel: job<Progress & { readonly run: string; readonly provider: string }, PrelabelResult>()(prelabelRequest),
  /**
   * One frame, at once: what the model finds becomes draft annotations, as one step of undo, and no run is left behind. Without
   * a model: that of the active run, else the one added last. Errors: not_found, read_only, unreadable, model_failed.
   */
  runOnFrame: job<Progress, FrameRun>()(
    z.object({ dataset: datasetId, frame: frameId, model: name.optional(), scoreThreshold: z.number().min(0).max(1).optional() }),
  ),
  pauseRun: method<null>()(z.object({ dataset: datasetId, run: name })),
  resumeRun: method<null>()(z.object({ dataset: datasetId, run: name })),
  cancelRun: method<null>()(z.object({ dataset: datasetId, run: name })),
  removeRun: method<null>()(z.object({ dataset: datasetId, run: name })),
  /**
   * Pre-labels become draft annotations. A box a person touched or made is never changed, removed or doubled. Cancelled, whole
   * frames are done and reported; applied again it goes on with the others. One step of undo.
   */
  apply: job<
    Progress,
    { readonly frames: number; readonly added: number; readonly replaced: number; readonly keptHuman: number; readonly cancelled?: true }
  >()(z.object({ dataset: datasetId, run: name, scoreThreshold: z.number().min(0).max(1).optional(), where: expression.optional() })),
  evaluate: job<Progress, Evaluation>()(
    z.object({
      dataset: datasetId,
      run: name,
      where: expression.optional(),
      version: name.optional(),
      split: z.string().max(64).optional(),
    }),
  ),
  runChanged: topic<{ readonly dataset: DatasetId; readonly run: RunSummary }>(),
};
