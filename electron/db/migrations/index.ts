import type { Database } from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';
import { applicationId } from '../pragmas.ts';
import { up as initial } from './0010-initial.ts';
import { up as drawingOrder } from './0020-drawing-order.ts';
import { up as ontology } from './0030-ontology.ts';
import { up as tracks } from './0040-tracks.ts';
import { up as review } from './0050-review.ts';
import { up as replies } from './0060-replies.ts';

export interface Migration {
  /** Strictly increasing; the database remembers the last one in `user_version`. */
  readonly version: number;
  readonly name: string;
  readonly up: (db: Database) => void;
}

export const migrations: readonly Migration[] = [
  { version: 10, name: 'initial', up: initial },
  { version: 20, name: 'drawing order', up: drawingOrder },
  { version: 30, name: 'ontology', up: ontology },
  { version: 40, name: 'tracks', up: tracks },
  { version: 50, name: 'review', up: review },
  { version: 60, name: 'replies', up: replies },
];

export const newestVersion = migrations.at(-1)?.version ?? 0;

/** Whether the list is what it must be. Throws at load, so that no build with a broken list ever opens a dataset. */
export function checkOrder(list: readonly Migration[]): void {
  for (let i = 1; i < list.length; i++)
    if ((list[i]?.version ?? 0) <= (list[i - 1]?.version ?? 0)) throw new Error(`Migration ${list[i]?.name} is out of order.`);
}
checkOrder(migrations);

/** Throws where a newer program made the file or it is no Hardcase database. Errors: newer_version, corrupt. */
export function checkVersion(db: Database): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  const id = Number(db.pragma('application_id', { simple: true }));
  if (version > newestVersion)
    throw new AppError('newer_version', 'This dataset was made by a newer version of Hardcase. Update Hardcase to open it.', {
      found: version,
      known: newestVersion,
    });
  if (version > 0 && id !== applicationId)
    throw new AppError('corrupt', 'The dataset file is not a Hardcase database.', { applicationId: id });
  return version;
}

/**
 * Brings the database to the newest version, each step in a transaction of its own. `backup` is called before the first
 * step that changes a database that has content. Errors: newer_version, corrupt.
 */
export function migrate(db: Database, backup: (from: number) => void, list: readonly Migration[] = migrations): void {
  const from = checkVersion(db);
  const due = list.filter((m) => m.version > from);
  if (due.length > 0 && from > 0) backup(from);
  for (const migration of due) {
    db.transaction(() => {
      migration.up(db);
      db.pragma(`user_version = ${migration.version}`);
      if (from === 0) db.pragma(`application_id = ${applicationId}`);
    }).immediate();
  }
}
