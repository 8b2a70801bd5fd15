import { z } from 'zod';
import type { DatasetId } from '../domain/ids.ts';
import type { Box } from '../geometry/box.ts';
import { job, method, topic } from '../rpc/define.ts';
import { datasetId, expression, filePath, name, storedText } from './common.ts';
import type { Progress, ReportEntry } from './common.ts';

export const exportFormats = ['coco', 'yolo', 'cvat', 'mot'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface VersionSummary {
  readonly name: string;
  readonly sha256: string;
  readonly createdAt: string;
  readonly author: string;
  readonly frames: number;
  readonly annotations: number;
  readonly splits: { readonly [split: string]: number };
  readonly where: string | null;
  readonly parent: string | null;
  readonly note: string | null;
}

export interface VersionDiff {
  readonly frames: { readonly added: number; readonly removed: number };
  readonly boxes: { readonly added: number; readonly removed: number; readonly moved: number; readonly relabelled: number };
  readonly splitMoves: number;
  readonly list?: readonly {
    readonly frame: string;
    readonly box: string;
    readonly kind: 'added' | 'removed' | 'moved' | 'relabelled';
    readonly before?: { readonly category: string; readonly bbox: Box };
    readonly after?: { readonly category: string; readonly bbox: Box };
  }[];
}

export interface ExportResult {
  readonly files: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly report: readonly ReportEntry[];
  readonly out: string;
}

export const versions = {
  list: method<readonly VersionSummary[]>()(z.object({ dataset: datasetId })),
  /** Immutable; the same content has the same hash; a name is never given to other content. */
  freeze: job<Progress, VersionSummary & { readonly leaks: readonly ReportEntry[] }>()(
    z.object({
      dataset: datasetId,
      /** data-1, data-2 … where absent. */
      name: name.optional(),
      where: expression.optional(),
      /** Frames that are approved or locked, of exactly the boxes that were judged; the report counts what is left out. */
      approvedOnly: z.boolean().optional(),
      /** With `approvedOnly`: also frames whose approval waits for a conflict; their boxes in conflict get the attribute `conflict`. */
      includeConflicts: z.boolean().optional(),
      split: z.record(storedText(64).min(1), z.number().min(0).max(1)).optional(),
      groupBy: z.enum(['sequence', 'none']).optional(),
      seed: z.int().optional(),
      note: storedText(4_096).optional(),
    }),
  ),
  diff: job<Progress, VersionDiff>()(
    z.object({ dataset: datasetId, a: name, b: name, list: z.boolean().optional(), limit: z.int().min(1).max(100_000).optional() }),
  ),
  restore: job<Progress, { readonly frames: number; readonly boxes: number; readonly later: number }>()(
    z.object({ dataset: datasetId, version: name }),
  ),
  /** What the format cannot carry, before anything is written. */
  preflight: method<{ readonly report: readonly ReportEntry[] }>()(
    z.object({ dataset: datasetId, version: name, format: z.enum(exportFormats) }),
  ),
  /** Where an export may go that nothing is in the way of: below `parent`, else in the dataset's own folder of exports. */
  exportFolder: method<{ readonly out: string }>()(
    z.object({ dataset: datasetId, version: name, format: z.enum(exportFormats), parent: filePath.optional() }),
  ),
  export: job<Progress, ExportResult>()(
    z.object({
      dataset: datasetId,
      version: name,
      format: z.enum(exportFormats),
      out: filePath,
      media: z.enum(['copy', 'link', 'none']).optional(),
    }),
  ),
  /** Reads an export back and compares it with its version. */
  verifyExport: job<
    Progress,
    { readonly ok: boolean; readonly checked: number; readonly problems: readonly { code: string; message: string; item: string }[] }
  >()(z.object({ out: filePath })),
  changed: topic<{ readonly dataset: DatasetId }>(),
};
