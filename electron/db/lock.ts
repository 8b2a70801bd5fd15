import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { lockFile, ownerFile } from './files.ts';

export interface LockOwner {
  readonly pid: number;
  readonly kind: string;
  /** ISO 8601 */
  readonly since: string;
  /** How to go through the owner instead; absent where it lets nobody in. */
  readonly door?: { readonly address: string; readonly token: string };
}

/**
 * Locks held by this process. Module-global on purpose: a handle nobody references is garbage-collected, and the lock
 * vanishes with it.
 */
const held = new Map<string, Database.Database>();

/**
 * Makes this process the owner of a dataset folder until `releaseLock`. The operating system frees it when the process
 * dies, however it dies. Error: busy, with the owner.
 */
export function takeLock(folder: string, kind: string, door?: LockOwner['door']): void {
  if (held.has(folder)) throw busy(folder);
  const db = new Database(lockFile(folder), { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw busy(folder);
    throw error;
  }
  held.set(folder, db);
  const owner: LockOwner = { pid: process.pid, kind, since: new Date().toISOString(), ...(door === undefined ? {} : { door }) };
  try {
    // Made anew, because a mode is given to new files only: the door's token is for this user alone.
    rmSync(ownerFile(folder), { force: true });
    writeFileSync(ownerFile(folder), JSON.stringify(owner), { mode: 0o600 });
  } catch (error) {
    releaseLock(folder);
    throw error;
  }
}

export function releaseLock(folder: string): void {
  const db = held.get(folder);
  if (db === undefined) return;
  held.delete(folder);
  rmSync(ownerFile(folder), { force: true });
  db.close();
}

/** Who the folder's lock names; for messages only, never for decisions. */
export function readOwner(folder: string): LockOwner | null {
  try {
    const value: unknown = JSON.parse(readFileSync(ownerFile(folder), 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, kind, since, door } = value as { readonly [key: string]: unknown };
    if (typeof pid !== 'number' || typeof kind !== 'string' || typeof since !== 'string') return null;
    const { address, token } = (door ?? {}) as { readonly [key: string]: unknown };
    return { pid, kind, since, ...(typeof address === 'string' && typeof token === 'string' ? { door: { address, token } } : {}) };
  } catch {
    return null;
  }
}

const kindNames: { readonly [kind: string]: string } = {
  electron: 'the Hardcase app',
  web: 'Hardcase in browser mode',
  cli: 'a Hardcase command',
  test: 'a test',
};

/** As the clock of this computer says it, to the minute: `2026-12-01 09:30`. */
function minuteOf(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
}

function busy(folder: string): AppError {
  const owner = readOwner(folder);
  const who =
    owner === null
      ? 'another program'
      : `${kindNames[owner.kind] ?? 'another program'} (process ${owner.pid}, since ${minuteOf(owner.since)})`;
  return new AppError('busy', `This dataset is open in ${who}. Close it there to open it here.`, {
    ...(owner === null ? {} : { pid: owner.pid, kind: owner.kind, since: owner.since }),
  });
}
