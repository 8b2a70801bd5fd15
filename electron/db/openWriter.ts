import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { AppError, isAppError } from '../../shared/errors.ts';
import { decodeOp, fromHex, toHex } from '../../shared/sync/operation.ts';
import type { Id } from '../../shared/sync/operation.ts';
import { uuidV7 } from '../../shared/sync/uuid.ts';
import { dropBallast } from './ballast.ts';
import { openSqlite, readConnection } from './connection.ts';
import type { ReadConnection } from './connection.ts';
import type { WriteConnection } from './writeConnection.ts';
import { backupFolder, databaseFile, journalFolder } from './files.ts';
import { refuseHostileSchema } from './hostileSchema.ts';
import { fault } from './log/fault.ts';
import { Journal, segmentNames } from './log/journal.ts';
import { OpLog } from './log/opLog.ts';
import { restorePackRows } from './log/packFiles.ts';
import { applyNextChunk, packApplier } from './log/packs.ts';
import { cutOff, type UndoGoing } from './log/undo.ts';
import { migrate } from './migrations/index.ts';
import { missing } from './missing.ts';
import { writeQueries } from './queries/index.ts';
import { keepRequest } from './queries/requests.ts';
import { codedError } from './sqliteErrors.ts';
import type { DbThreadData } from './types.ts';

interface Call {
  readonly seq: number;
  readonly name: string;
  readonly input: unknown;
}

export type CallResult = { readonly seq: number; readonly name: string; readonly ms: number } & (
  { readonly output: unknown } | { readonly failure: unknown }
);

export interface Writer {
  /** What happened at open that a person should know. */
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  /** Runs calls in their order in one transaction; each is kept whole or not at all. Durable when it returns. */
  run(calls: readonly Call[]): CallResult[];
  close(): void;
}

/** Opens or makes the database, migrates it, checks it after an unclean end, and takes up the journal. */
export function openWriter(data: DbThreadData, onNotice: (code: string, message: string) => void = () => undefined): Writer {
  const file = databaseFile(data.folder);
  if (!data.create && !existsSync(file)) throw missing(data.folder);
  const db = openSqlite(file, 'writer');
  const notices: { code: string; message: string }[] = [];
  try {
    // Before anything is written: its triggers would run with it.
    refuseHostileSchema(db);
    migrate(db, (from) => {
      mkdirSync(backupFolder(data.folder), { recursive: true });
      const copy = path.join(backupFolder(data.folder), `before-migration-${from}-${Date.now()}.sqlite`);
      db.prepare('vacuum into ?').run(copy);
      notices.push({ code: 'migrated', message: `The dataset was brought up to date. A copy from before lies in ${path.basename(copy)}.` });
    });
    const connection = readConnection(db);
    const isUnclean = meta(connection, 'clean') === 0;
    if (isUnclean) quickCheck(connection);
    setMeta(connection, 'clean', 0);
    const dataset = data.dataset.replaceAll('-', '');
    const log = connection.db.transaction(() => openLog(connection, dataset, data.folder)).immediate();
    log.applyPack = packApplier(connection, log);
    const journal = new Journal(journalFolder(data.folder), fromHex(dataset), log.replicaId);
    // First, because what the journal says may be about its boxes.
    finishPacks(connection, log);
    const isSetBack = takeUpJournal(connection, log, journal, journalFolder(data.folder), notices);
    finishPacks(connection, log);
    if (isUnclean || isSetBack) skipNumbers(connection, log);
    const c: WriteConnection = { ...connection, log, folder: data.folder };
    const there = watchPlace(file);
    const run = (calls: readonly Call[]): CallResult[] =>
      runInRoom(calls, (some) => runGroup(c, journal, some, there), data.folder, onNotice);
    if (finishUndo(c, run)) notices.push({ code: 'undo_finished', message: 'A long undo that was cut off was finished.' });
    return {
      notices,
      run,
      close() {
        setMeta(connection, 'clean', 1);
        journal.close();
        db.pragma('optimize');
        db.pragma('wal_checkpoint(TRUNCATE)');
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw error;
  }
}

function meta(c: ReadConnection, key: string): unknown {
  return c.prepare<{ value: unknown }>('select value from meta where key = ?').get(key)?.value;
}

function setMeta(c: ReadConnection, key: string, value: string | number | Uint8Array): void {
  c.prepare('insert into meta (key, value) values (?, ?) on conflict do update set value = excluded.value').run(key, value);
}

function quickCheck(c: ReadConnection): void {
  const [first] = c.db.pragma('quick_check(1)') as { quick_check: string }[];
  if (first?.quick_check !== 'ok')
    throw new AppError('corrupt', 'The dataset file is damaged. Restore a backup; the edits are safe in the journal.', {
      check: first?.quick_check,
    });
}

/** The replica that wrote the journal of this folder last: a database that is made anew from it goes on as the same. */
function lastReplicaOf(journals: string): Id | undefined {
  if (!existsSync(journals)) return undefined;
  return readdirSync(journals)
    .filter((name) => /^[0-9a-f]{32}$/.test(name) && segmentNames(path.join(journals, name)).length > 0)
    .sort()
    .at(-1);
}

/** The replica of this database: a new one where the database is new. */
function openLog(c: ReadConnection, dataset: Id, folder: string): OpLog {
  const stored = meta(c, 'dataset');
  if (stored !== undefined && stored !== dataset)
    throw new AppError('corrupt', 'The dataset file belongs to another dataset than the folder says.', {
      file: String(stored),
      folder: dataset,
    });
  setMeta(c, 'dataset', dataset);
  let replica = meta(c, 'replica') as string | undefined;
  if (replica === undefined) {
    replica = lastReplicaOf(journalFolder(folder)) ?? toHex(uuidV7(Date.now(), randomBytes(10)));
    setMeta(c, 'replica', replica);
  }
  return new OpLog(c, dataset, replica);
}

/**
 * The journal and the database must hold the same operations. A kill between the two leaves the journal one commit ahead: it
 * was not acknowledged but is whole, so it is taken in. A database set back to an older copy gets everything since. A
 * journal that is behind (its disk was replaced) is written on. True where the journal had more.
 */
function takeUpJournal(
  c: ReadConnection,
  log: OpLog,
  journal: Journal,
  folder: string,
  notices: { code: string; message: string }[],
): boolean {
  const before = log.seq;
  const { ops: entries, requests } = Journal.read(folder, log.replicaId, Math.max(before, 1));
  const ahead = entries.filter((entry) => entry.seq > before).map((entry) => entry.body);
  if (ahead.length > 0) {
    c.db
      .transaction(() => {
        receiveAll(c, log, path.dirname(folder), ahead);
        // Whoever lost the answer asks again: it is done, and not to be done twice.
        for (const request of requests) if (request.first > before) keepRequest(c, request);
      })
      .immediate();
    notices.push({ code: 'journal_taken_up', message: `${ahead.length} changes were taken from the journal.` });
  }
  journal.open(log.seq + 1);
  const last = entries.at(-1)?.seq ?? 0;
  if (last >= log.seq) return ahead.length > 0;
  const missing = c.prepare<{ body: Buffer }>('select body from op where r = ? and s > ? order by s').all(log.replicaNo, last);
  if (missing.length > 0)
    journal.append(
      last + 1,
      missing.map((row) => row.body),
    );
  return ahead.length > 0;
}

/** As many numbers as pages take in days: 256 at a time. */
const skipped = 2 ** 16;

/**
 * Numbers that were handed out and not used yet are in no journal. A database that is a copy of an earlier time (backups are
 * copies of open databases, and so look unclean) would give them away again, and know nothing of those that pages draw with.
 */
function skipNumbers(c: ReadConnection, log: OpLog): void {
  c.db
    .transaction(() => {
      log.mark();
      log.reserve(skipped);
      log.flush();
    })
    .immediate();
}

/** Applies own operations in their order; what an import brought is there before the first edit of it. */
function receiveAll(c: ReadConnection, log: OpLog, folder: string, bodies: readonly Uint8Array[]): void {
  log.mark();
  let from = 0;
  const take = (to: number): void => {
    if (to > from) log.receive(log.replicaId, bodies.slice(from, to));
    from = to;
  };
  for (const [i, body] of bodies.entries()) {
    const op = decodeOp(body, log.replicaId);
    if (op.kind !== 'pack') continue;
    take(i);
    const { sha } = (op.writes.find((write) => write.field === 'pack')?.value ?? {}) as { readonly sha?: Uint8Array };
    if (sha === undefined) throw new AppError('corrupt', 'An import in the journal has no name.', { seq: op.seq });
    restorePackRows(c, log, folder, sha);
    take(i + 1);
    const { no } = c.prepare<{ no: number }>('select no from pack where sha256 = ?').get(sha) ?? {};
    while (no !== undefined && !applyNextChunk(c, log, no));
  }
  take(bodies.length);
  log.flush();
}

/** An import that was cut off while it was applied is finished; one that was only being staged is dropped. */
function finishPacks(c: ReadConnection, log: OpLog): void {
  c.db.transaction(() => c.prepare("delete from pack where status = 'staging'").run()).immediate();
  for (const { no } of c.prepare<{ no: number }>("select no from pack where status = 'applying'").all()) {
    for (let done = false; !done;)
      done = c.db
        .transaction(() => {
          log.mark();
          const last = applyNextChunk(c, log, no);
          log.flush();
          return last;
        })
        .immediate();
  }
}

/**
 * A long step is taken back part by part; one that was cut off in between is finished, so that nothing stays half taken back and
 * redo gives back all of it. Where the disk is full, the next opening tries again.
 */
function finishUndo(c: WriteConnection, run: (calls: readonly Call[]) => CallResult[]): boolean {
  const seen = Number(meta(c, 'undo_seen') ?? 0);
  const cut = cutOff(c, c.log, seen);
  for (const { author, direction, going: from } of cut)
    for (let going: UndoGoing | null = from; going !== null;) {
      const [result] = run([{ seq: 0, name: 'annotations.undo', input: { author, direction, going } }]);
      if (result === undefined || !('output' in result)) return false;
      ({ going } = result.output as { readonly going: UndoGoing | null });
    }
  if (c.log.seq > seen) setMeta(c, 'undo_seen', c.log.seq);
  return cut.length > 0;
}

/** What a full disk kept from being written is tried once more with the room of the reserve. */
function runInRoom(
  calls: readonly Call[],
  run: (calls: readonly Call[]) => CallResult[],
  folder: string,
  onNotice: (code: string, message: string) => void,
): CallResult[] {
  const results = run(calls);
  const full = new Set(results.filter((result) => 'failure' in result && isDiskFull(result.failure)).map(({ seq }) => seq));
  if (full.size === 0 || !dropBallast(folder)) return results;
  onNotice('reserve_used', 'The disk is full. This was saved with the room that Hardcase kept for it; free some space now.');
  const again = new Map(run(calls.filter(({ seq }) => full.has(seq))).map((result) => [result.seq, result]));
  return results.map((result) => again.get(result.seq) ?? result);
}

function isDiskFull(failure: unknown): boolean {
  return isAppError(codedError(failure), 'disk_full');
}

/**
 * Whether the database is still the file that its path names. A folder that is moved or deleted while it is open takes no edits any
 * more: SQLite would go on writing to a file that nobody finds again. Error: folder_gone.
 */
function watchPlace(file: string): () => void {
  const opened = statSync(file, { bigint: true });
  return () => {
    const now = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (now === undefined || now.ino !== opened.ino || now.dev !== opened.dev)
      throw new AppError('folder_gone', 'The folder of this dataset was moved or removed.', { path: path.dirname(file) });
  };
}

function runGroup(c: WriteConnection, journal: Journal, calls: readonly Call[], there: () => void): CallResult[] {
  const results: CallResult[] = [];
  try {
    there();
    c.db.exec('begin immediate');
    for (const call of calls) results.push(runOne(c, call));
    const { first, bodies, requests } = c.log.collect();
    fault('before-journal');
    if (bodies.length > 0) journal.append(first, bodies, requests);
    try {
      fault('after-journal');
      fault('before-commit');
      c.db.exec('commit');
    } catch (error) {
      if (bodies.length > 0) journal.takeBack();
      throw error;
    }
    fault('after-commit');
    // Moved in this very moment: whoever asks again with the same key has it done once.
    there();
    return results;
  } catch (error) {
    if (c.db.inTransaction) c.db.exec('rollback');
    c.log.reload();
    return calls.map((call) => ({ seq: call.seq, name: call.name, ms: 0, failure: error }));
  }
}

function runOne(c: WriteConnection, call: Call): CallResult {
  const from = performance.now();
  const query = Object.hasOwn(writeQueries, call.name) ? writeQueries[call.name as keyof typeof writeQueries] : undefined;
  c.log.mark();
  c.db.exec('savepoint call');
  try {
    if (query === undefined) throw new AppError('internal', 'The database does not know this request.', { query: call.name });
    const output = (query as (connection: WriteConnection, input: unknown) => unknown)(c, call.input);
    c.log.flush();
    c.db.exec('release call');
    return { seq: call.seq, name: call.name, ms: performance.now() - from, output };
  } catch (failure) {
    // A full disk or an I/O error ends the whole transaction by itself.
    if (!c.db.inTransaction) throw failure;
    c.db.exec('rollback to call');
    c.db.exec('release call');
    c.log.rollback();
    return { seq: call.seq, name: call.name, ms: performance.now() - from, failure };
  }
}
