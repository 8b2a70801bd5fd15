import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import type { SinceBackup } from '../../../shared/domain/backup.ts';
import { AppError } from '../../../shared/errors.ts';
import { openSqlite } from '../connection.ts';
import type { ReadConnection } from '../connection.ts';

/** How far a database is: equal positions hold the same edits. */
export interface BackupPosition {
  readonly rev: number;
  readonly seq: number;
}

export interface BackupCopy extends BackupPosition {
  readonly bytes: number;
  readonly sha256: string;
  readonly frames: number;
  readonly boxes: number;
}

function position(c: ReadConnection, _input: object): BackupPosition {
  const rev = c.prepare<{ value: number }>("select value from meta where key = 'rev'").get()?.value ?? 0;
  const seq = c.prepare<{ seq: number | null }>('select sum(seq) seq from replica').get()?.seq ?? 0;
  return { rev: Number(rev), seq };
}

/** What this database has that a copy of it does not have yet, for each copy of a time (ms since 1970) and position. */
function since(
  c: ReadConnection,
  input: { readonly copies: readonly { readonly at: number; readonly seq: number }[] },
): readonly SinceBackup[] {
  const { seq } = position(c, {});
  const later = (sql: string): ((at: number) => number) => {
    const count = c.prepare<{ n: number }>(sql);
    return (at) => count.get(at)?.n ?? 0;
  };
  const runs = later('select count(*) n from run where started_at > ?');
  const triggers = later('select count(*) n from saved_trigger where updated_at > ?');
  const versions = later('select count(*) n from version where created_at > ?');
  return input.copies.map((copied) => ({
    edits: Math.max(0, seq - copied.seq),
    runs: runs(copied.at),
    triggers: triggers(copied.at),
    versions: versions(copied.at),
  }));
}

/**
 * A compact copy of the database in another file, checked and hashed. Not the file itself: with a WAL beside it that would be no
 * copy. Readers and the writer go on meanwhile. Errors: disk_full, corrupt (the copy is not sound, so neither is what it copies).
 */
function copy(c: ReadConnection, input: { readonly target: string }): BackupCopy {
  rmSync(input.target, { force: true });
  c.db.prepare('vacuum into ?').run(input.target);
  const db = openSqlite(input.target, 'reader');
  let found: Omit<BackupCopy, 'bytes' | 'sha256'>;
  try {
    const [first] = db.pragma('quick_check(1)') as { quick_check: string }[];
    if (first?.quick_check !== 'ok') throw new AppError('corrupt', 'The dataset file is damaged.', { check: first?.quick_check });
    const get = (sql: string): number => Number((db.prepare(sql).get() as { n: number | null } | undefined)?.n ?? 0);
    found = {
      rev: get("select value n from meta where key = 'rev'"),
      seq: get('select sum(seq) n from replica'),
      frames: get('select count(*) n from frame'),
      boxes: get('select sum(boxes) n from frame'),
    };
  } finally {
    db.close();
  }
  return { ...found, bytes: statSync(input.target).size, sha256: hashAndFlush(input.target) };
}

function hashAndFlush(file: string): string {
  const fd = openSync(file, 'r+');
  try {
    const hash = createHash('sha256');
    const block = Buffer.alloc(1 << 20);
    for (let n = readSync(fd, block, 0, block.length, null); n > 0; n = readSync(fd, block, 0, block.length, null))
      hash.update(block.subarray(0, n));
    fsyncSync(fd);
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
}

export const reads = {
  'backup.copy': copy,
  'backup.position': position,
  'backup.since': since,
} as const;
