import { z } from 'zod';
import type { AttributeDeclaration } from '../domain/attribute.ts';
import type { Backup } from '../domain/backup.ts';
import type { Category } from '../domain/category.ts';
import type { DatasetId, FrameId } from '../domain/ids.ts';
import type { FrameState } from '../domain/frame.ts';
import { job, method, topic } from '../rpc/define.ts';
import { datasetId, filePath, name } from './common.ts';
import type { Progress } from './common.ts';

/** A card of the Home screen. A dataset that cannot be reached stays in the list, with the reason. */
export interface DatasetCard {
  readonly id: DatasetId;
  readonly name: string;
  readonly path: string;
  readonly open: boolean;
  readonly reachable: boolean;
  readonly problem?: { readonly code: string; readonly message: string };
  readonly frames: number;
  readonly boxes: number;
  /** Frames that are labeled, approved or locked. */
  readonly labeled: number;
  /** Frames that wait for each kind of work. */
  readonly waiting: { readonly unlabeled: number; readonly unreviewed: number; readonly rejected: number };
  readonly openHits: number | null;
  /** ISO 8601, or null where nothing was edited yet. */
  readonly lastEdit: string | null;
  /** Up to six frames for the cover. */
  readonly cover: readonly FrameId[];
}

export interface DatasetSummary {
  readonly id: DatasetId;
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
  readonly frames: number;
  readonly annotations: number;
  readonly states: { readonly [S in FrameState]: number };
  /** In their pinned order, archived ones, too; `choosable` gives those to choose from. */
  readonly categories: readonly Category[];
  readonly attributes: readonly AttributeDeclaration[];
  readonly sequences: number;
  /** Names of the runs, newest first; the active one is what triggers read without `@`. */
  readonly runs: readonly string[];
  readonly activeRun: string | null;
  readonly lastEdit: string | null;
}

export interface BackupList {
  readonly backups: readonly Backup[];
  /** Where they lie, and what they take together. */
  readonly folder: string;
  readonly bytes: number;
}

export const datasets = {
  /** Cards of the datasets known on this computer, most recently used first. */
  list: method<readonly DatasetCard[]>()(z.object({})),
  create: method<{ readonly id: DatasetId; readonly path: string }>()(z.object({ path: filePath, name: name.optional() })),
  /** Opens a dataset folder (or returns the one that is open). Errors: not_found, busy, newer_version, corrupt, refused_path. */
  open: method<DatasetSummary>()(z.object({ path: filePath })),
  /** Opens by id from the known list: what an address needs. */
  openById: method<DatasetSummary>()(z.object({ dataset: datasetId })),
  summary: method<DatasetSummary>()(z.object({ dataset: datasetId })),
  rename: method<null>()(z.object({ dataset: datasetId, name })),
  close: method<null>()(z.object({ dataset: datasetId })),
  /** Takes it off the list; touches no file. */
  forget: method<null>()(z.object({ dataset: datasetId })),
  /** Puts back what `forget` took off the list, as long as the host runs. Errors: not_found. */
  unforget: method<null>()(z.object({ dataset: datasetId })),
  /** Copies of the dataset's database, newest first; also of one that cannot be opened. */
  backups: method<BackupList>()(z.object({ dataset: datasetId })),
  /** Errors: read_only, disk_full, corrupt. */
  backUp: method<null>()(z.object({ dataset: datasetId })),
  /**
   * Puts a backup in the place of the database and replays every newer edit from the journal; null makes the database anew from
   * journal and imports. What was there is kept aside. Errors: not_found, corrupt, busy, disk_full.
   */
  restoreBackup: method<{ readonly kept: string }>()(z.object({ dataset: datasetId, backup: z.string().max(256).nullable() })),
  setActiveRun: method<null>()(z.object({ dataset: datasetId, run: z.string().max(256).nullable() })),
  /** Integrity of everything in the folder: `verify` of the command line. */
  verify: job<
    Progress,
    { readonly ok: boolean; readonly checked: number; readonly problems: readonly { code: string; message: string; item: string }[] }
  >()(z.object({ dataset: datasetId })),
  /** Makes the demo dataset (or finds it) and runs the main job on it. */
  demo: job<Progress, { readonly id: DatasetId; readonly path: string; readonly figures: { readonly [name: string]: number | string } }>()(
    z.object({ out: filePath.optional() }),
  ),
  /** Counts, categories or runs changed: ask for the summary again. */
  changed: topic<{ readonly dataset: DatasetId }>(),
};
