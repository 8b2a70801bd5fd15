import Database from 'better-sqlite3';
import type { Statement } from 'better-sqlite3';
import { applyPragmas } from './pragmas.ts';

/** What a read query works with. */
export interface ReadConnection {
  readonly db: Database.Database;
  /** A statement, prepared once a connection. `Row` is what `get`, `all` and `iterate` give. */
  prepare<Row = unknown>(sql: string): Statement<unknown[], Row>;
}

export function openSqlite(file: string, mode: 'writer' | 'reader'): Database.Database {
  const db = new Database(file, { readonly: mode === 'reader', timeout: 5_000 });
  try {
    applyPragmas(db, mode);
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

export function readConnection(db: Database.Database): ReadConnection {
  const cache = new Map<string, Statement<unknown[], unknown>>();
  return {
    db,
    prepare<Row>(sql: string) {
      let statement = cache.get(sql);
      if (statement === undefined) {
        statement = db.prepare(sql);
        cache.set(sql, statement);
      }
      return statement as Statement<unknown[], Row>;
    },
  };
}
