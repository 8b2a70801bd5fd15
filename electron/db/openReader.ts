import type { Database } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { openSqlite } from './connection.ts';
import { databaseFile } from './files.ts';
import { refuseHostileSchema } from './hostileSchema.ts';
import { checkVersion, newestVersion } from './migrations/index.ts';
import type { DbThreadData } from './types.ts';

/** Errors: newer_version, unsupported (an older database, which only a writer may migrate), corrupt, unreadable. */
export function openReader(data: DbThreadData): Database {
  const db = openSqlite(data.copy ?? databaseFile(data.folder), 'reader');
  try {
    refuseHostileSchema(db);
    if (checkVersion(db) < newestVersion)
      throw new AppError(
        'unsupported',
        'This dataset was made by an older version of Hardcase. Open it once for writing to bring it up to date.',
      );
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
