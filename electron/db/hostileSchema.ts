import type { Database } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/**
 * Our migrations make tables and indexes and nothing else. A file from elsewhere with a trigger, a view or a virtual table would
 * run its own statements inside ours, which `trusted_schema` alone does not prevent. Error: corrupt.
 */
export function refuseHostileSchema(db: Database): void {
  const found = db
    .prepare<[], { type: string; name: string }>(
      // What has no page of its own is computed: a virtual table, however its text is written.
      `select type, name from sqlite_schema where type not in ('table', 'index') or rootpage is null or rootpage = 0 or sql like 'create virtual%' limit 1`,
    )
    .get();
  if (found !== undefined)
    throw new AppError('corrupt', 'The dataset file holds statements that Hardcase did not write, so it is not opened.', {
      type: found.type,
      name: found.name.slice(0, 128),
    });
}
