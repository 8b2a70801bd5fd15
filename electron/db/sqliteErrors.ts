import Database from 'better-sqlite3';
import { isDiskFull } from '../../shared/diskFull.ts';
import { AppError } from '../../shared/errors.ts';

/** A drive that was pulled out, a share that is away, too many open files: may be over when the edit is tried again. */
const passing: ReadonlySet<string> = new Set(['EIO', 'ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ESTALE', 'ETIMEDOUT', 'EMFILE', 'ENFILE']);

/** The second: the shared memory beside a WAL could not grow, which is how opening a dataset meets a full disk. */
const fullInSqlite: ReadonlySet<string> = new Set(['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']);

/** Turns an error of SQLite or the file system into the coded error a labeler can act on; others stay what they are. */
export function codedError(error: unknown, query?: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const details = {
    sqlite: code,
    ...(query === undefined ? {} : { query }),
    reason: error instanceof Error ? error.message : String(error),
  };
  const options = { cause: error };
  if (isDiskFull(error) || fullInSqlite.has(code)) return new AppError('disk_full', 'The disk is full.', details, options);
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM')
    return new AppError('read_only', 'This dataset cannot be written to.', details, options);
  if (passing.has(code)) return new AppError('unreadable', 'The dataset file cannot be read.', details, options);
  if (!(error instanceof Database.SqliteError)) return error;
  if (code.startsWith('SQLITE_READONLY')) return new AppError('read_only', 'This dataset cannot be written to.', details, options);
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB'))
    return new AppError('corrupt', 'The dataset file is damaged.', details, options);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new AppError('busy', 'The dataset is in use by another program.', details, options);
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_IOERR'))
    return new AppError('unreadable', 'The dataset file cannot be read.', details, options);
  return error;
}
