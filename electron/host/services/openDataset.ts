import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { DbClient } from '../../db/client.ts';

/** A dataset folder that this process owns (or has open for reading). */
export interface OpenDataset {
  readonly id: DatasetId;
  /** Absolute, real path of the folder now; never stored inside the dataset. */
  readonly folder: string;
  readonly name: string;
  readonly readOnly: boolean;
  readonly db: DbClient;
}
