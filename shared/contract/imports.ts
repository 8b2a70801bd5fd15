import { z } from 'zod';
import { job, method } from '../rpc/define.ts';
import { datasetId, filePath, name } from './common.ts';
import type { Progress, ReportEntry } from './common.ts';

export const importFormats = ['images', 'video', 'coco', 'yolo', 'voc', 'cvat', 'mot'] as const;
export type ImportFormat = (typeof importFormats)[number];

const request = z.object({
  dataset: datasetId,
  format: z.enum(['auto', ...importFormats]),
  from: filePath,
  /** Where the images are, when the labels do not say. */
  images: filePath.optional(),
  /** `gt`, or the name of the run that a COCO results array or MOT's detections become. */
  source: name.optional(),
  media: z.enum(['copy', 'link']).optional(),
  /** For a COCO results array: the annotation file whose ids it uses. */
  groundTruth: filePath.optional(),
  /** For a video: every n-th frame, or so many a second; all where both are absent. */
  every: z.int().min(1).max(1_000_000).optional(),
  perSecond: z.number().min(0.001).max(1_000).optional(),
});

export interface ImportReport {
  readonly format: ImportFormat;
  readonly frames: { readonly added: number; readonly unchanged: number; readonly failed: number };
  readonly annotations: { readonly added: number; readonly repaired: number; readonly refused: number };
  readonly categories: readonly string[];
  readonly report: readonly ReportEntry[];
  readonly ms: number;
  /** Set when a results array became a run. */
  readonly run?: string;
  readonly cancelled?: boolean;
}

export const imports = {
  /** What a path holds: the formats that recognise it, the best first, with the reason. */
  detect: method<{ readonly candidates: readonly { format: ImportFormat; confidence: number; why: string }[] }>()(
    z.object({ from: filePath }),
  ),
  /** Reads everything, writes nothing: the validation report. Without a dataset: as into a new one, in the folder `at` where that is said. */
  preview: job<Progress, ImportReport>()(request.extend({ dataset: datasetId.nullable(), at: filePath.optional() })),
  /** Reads, reports, writes. Cancelled, it leaves whole frames and says which part is in. */
  run: job<Progress, ImportReport>()(request),
};
