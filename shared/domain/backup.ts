/** Why a backup was made. */
export const backupReasons = ['close', 'interval', 'asked', 'import', 'bulk', 'migration', 'restore'] as const;
export type BackupReason = (typeof backupReasons)[number];

/** A whole copy of a dataset's database. The images lie beside it and are not part of it. */
export interface Backup {
  /** File name; what `restore` is asked for. */
  readonly name: string;
  /** ISO 8601 */
  readonly at: string;
  readonly reason: BackupReason;
  readonly bytes: number;
  readonly frames: number | null;
  readonly boxes: number | null;
  /** What came since; null where the dataset is not open, so that nobody knows. */
  readonly since: SinceBackup | null;
}

/** Edits come back from the journal when a backup is restored; the rest is in backups alone and goes. */
export interface SinceBackup {
  readonly edits: number;
  readonly runs: number;
  readonly triggers: number;
  readonly versions: number;
}
