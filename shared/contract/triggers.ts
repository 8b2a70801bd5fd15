import { z } from 'zod';
import type { BoxId, DatasetId, FrameId } from '../domain/ids.ts';
import type { Box } from '../geometry/box.ts';
import { job, method, topic } from '../rpc/define.ts';
import type { WireError } from '../errors.ts';
import { datasetId, expression, frameId, name, source } from './common.ts';
import type { Progress } from './common.ts';

export interface Witness {
  readonly variable: string;
  readonly source: string;
  readonly id: BoxId;
  readonly category: string;
  readonly bbox: Box;
  readonly score?: number;
}

export interface Hit {
  readonly frame: string;
  readonly frameId: FrameId;
  readonly severity: number;
  readonly witness: readonly Witness[];
  readonly verdict?: Verdict;
}

export interface TriggerRunResult {
  readonly name: string;
  readonly hash: string;
  readonly hits: number;
  readonly frames: number;
  readonly unknown: { readonly frames: number; readonly causes: { readonly [cause: string]: number } };
  readonly ms: number;
  readonly top: readonly Hit[];
}

export const verdicts = ['accept', 'reject', 'relabel', 'merge', 'delete_first', 'delete_second', 'ignore'] as const;
export type Verdict = (typeof verdicts)[number];

export interface FixtureResult {
  readonly trigger: string;
  readonly name: string;
  readonly expected: 'fires' | 'silent';
  readonly passed: boolean;
  readonly actual: 'fires' | 'silent' | 'unknown';
  readonly boxes: readonly { category: string; bbox: Box; score: number | null; source: string | null }[];
  readonly message?: string;
}

export interface TriggerSummary {
  readonly name: string;
  readonly text: string;
  readonly hash: string | null;
  readonly origin: 'library' | 'dataset';
  readonly armed: boolean;
  readonly guideline: string | null;
  readonly hits: number | null;
  readonly frames: number | null;
  readonly error: WireError | null;
  readonly fixtures: { readonly passed: number; readonly failed: number };
  readonly verdicts: { readonly right: number; readonly wrong: number };
  /** Of the verdicts given in random order: share that were right, with its 95 % Wilson interval; null below 5. */
  readonly precision: { readonly value: number; readonly low: number; readonly high: number } | null;
}

export interface Completion {
  readonly label: string;
  readonly kind: string;
  readonly detail?: string;
  readonly insert: string;
  /** Offset the insertion starts at. */
  readonly from: number;
}

const runRequest = z.object({
  dataset: datasetId,
  /** A file's text, a bare expression, or the short form. */
  text: expression,
  source: source.optional(),
  where: expression.optional(),
  limit: z.int().min(0).max(100_000).optional(),
  order: z.enum(['severity', 'random', 'frame']).optional(),
  seed: z.int().optional(),
});

export const triggers = {
  /** Those of the dataset and those that ship; with `name` that one alone, or none. */
  list: method<readonly TriggerSummary[]>()(z.object({ dataset: datasetId, name: name.optional() })),
  check: method<{
    readonly triggers: readonly { name: string; hash: string; sources: readonly string[]; classes: readonly string[] }[];
    readonly error: WireError | null;
  }>()(z.object({ dataset: datasetId.optional(), text: expression })),
  complete: method<{ readonly completions: readonly Completion[] }>()(
    z.object({ dataset: datasetId, text: expression, offset: z.int().min(0), frameExpression: z.boolean().optional() }),
  ),
  test: method<{ readonly passed: number; readonly failed: number; readonly results: readonly FixtureResult[] }>()(
    /** With `dataset`, its groups count, too. */
    z.object({ text: expression, dataset: datasetId.optional() }),
  ),
  run: job<Progress, { readonly triggers: readonly TriggerRunResult[] }>()(runRequest),
  /** Saves the text as a trigger of the dataset; the old version stays in its history. */
  save: method<TriggerSummary>()(z.object({ dataset: datasetId, name, text: expression, previousName: name.optional() })),
  remove: method<null>()(z.object({ dataset: datasetId, name })),
  /** Only with fixtures that pass on both sides. */
  arm: method<TriggerSummary>()(z.object({ dataset: datasetId, name, armed: z.boolean() })),
  /** What a person said about a hit; null takes it back. */
  judge: method<null>()(
    z.object({
      dataset: datasetId,
      trigger: name,
      hash: z.string().max(64),
      frame: frameId,
      boxes: z.array(z.int()).max(16),
      verdict: z.enum(verdicts).nullable(),
      randomOrder: z.boolean(),
    }),
  ),
  /** Hits of an armed trigger changed while labeling went on. */
  changed: topic<{ readonly dataset: DatasetId; readonly name: string | null }>(),
};
