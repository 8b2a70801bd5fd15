import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { databaseFile } from './files.ts';
import { releaseLock, takeLock } from './lock.ts';

/**
 * Puts a backup in the place of a database. What was there is moved to `kept`, never deleted. Without a backup the place stays
 * empty, for a database that is made anew from journal and packs. The copy is whole before anything is moved. Errors: busy, disk_full.
 */
export function replaceDatabase(request: {
  readonly folder: string;
  readonly kind: string;
  readonly backup: string | null;
  readonly kept: string;
}): void {
  const { folder, backup, kept } = request;
  takeLock(folder, request.kind);
  try {
    const file = databaseFile(folder);
    const fresh = `${file}.restoring`;
    if (backup !== null) {
      copyFileSync(backup, fresh);
      flush(fresh);
    }
    mkdirSync(kept, { recursive: true });
    // The WAL belongs to its database: the two go together, the database last.
    for (const end of ['-wal', '-shm', '']) if (existsSync(file + end)) renameSync(file + end, path.join(kept, path.basename(file) + end));
    if (backup !== null) renameSync(fresh, file);
    if (process.platform !== 'win32') flush(folder);
  } finally {
    rmSync(`${databaseFile(folder)}.restoring`, { force: true });
    releaseLock(folder);
  }
}

function flush(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
