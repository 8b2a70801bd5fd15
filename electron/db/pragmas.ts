import type { Database } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/** "HCDS": tells a Hardcase database from any other SQLite file. */
export const applicationId = 0x48434453;

interface Setting {
  readonly name: string;
  readonly set: string;
  /** What SQLite answers when asked. */
  readonly expected: number | string;
  readonly writerOnly?: boolean;
}

/**
 * The settings durability and safety rest on. better-sqlite3 gives `synchronous=NORMAL` in WAL mode unless told, which
 * loses acknowledged edits in a power cut; `trusted_schema` keeps a hostile file's schema from calling functions.
 */
export const settings: readonly Setting[] = [
  { name: 'journal_mode', set: 'WAL', expected: 'wal', writerOnly: true },
  { name: 'synchronous', set: 'FULL', expected: 2 },
  { name: 'fullfsync', set: 'ON', expected: 1 },
  { name: 'checkpoint_fullfsync', set: 'ON', expected: 1 },
  { name: 'busy_timeout', set: '5000', expected: 5000 },
  { name: 'foreign_keys', set: 'ON', expected: 1 },
  { name: 'trusted_schema', set: 'OFF', expected: 0 },
  { name: 'cell_size_check', set: 'ON', expected: 1 },
  { name: 'mmap_size', set: '0', expected: 0 },
  { name: 'recursive_triggers', set: 'OFF', expected: 0 },
  { name: 'wal_autocheckpoint', set: '1000', expected: 1000, writerOnly: true },
  { name: 'journal_size_limit', set: String(64 * 2 ** 20), expected: 64 * 2 ** 20, writerOnly: true },
  { name: 'temp_store', set: 'MEMORY', expected: 2 },
  { name: 'cache_size', set: '-65536', expected: -65536 },
];

/** SQLite up to 3.51.2 can corrupt a WAL reset by two connections. */
const oldestSafe = [3, 51, 3] as const;

/** Sets every setting and reads it back. Errors: internal (a setting did not hold). */
export function applyPragmas(db: Database, mode: 'writer' | 'reader'): void {
  const version = String(db.prepare<[], { v: string }>('select sqlite_version() v').get()?.v);
  const parts = version.split('.').map(Number);
  const older = oldestSafe.findIndex((want, i) => (parts[i] ?? 0) !== want);
  if (older >= 0 && (parts[older] ?? 0) < (oldestSafe[older] ?? 0))
    throw new AppError('unsupported', 'The SQLite library is too old to keep data safe.', { version });
  for (const { name, set, writerOnly } of settings) if (!writerOnly || mode === 'writer') db.pragma(`${name} = ${set}`);
  for (const { name, expected, writerOnly } of settings) {
    if (writerOnly && mode === 'reader') continue;
    const actual = db.pragma(name, { simple: true });
    if (actual !== expected)
      throw new AppError('internal', 'A safety setting of the database could not be set.', { name, actual, expected });
  }
}
