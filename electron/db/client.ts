import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError, fromWireError, isAppError } from '../../shared/errors.ts';
import { databaseFile } from './files.ts';
import { refuseLinks, refuseUnsafeFolder } from './fileSystem.ts';
import { readOwner, releaseLock, takeLock } from './lock.ts';
import type { ReadQueries, WriteQueries } from './queries/index.ts';
import { missing } from './missing.ts';
import { codedError } from './sqliteErrors.ts';
import type { DbReply, DbThreadData, OpenRequest } from './types.ts';

/** What a query is asked with, and what it answers. */
export type QueryInput<Q> = Q extends (connection: never, input: infer I) => unknown ? I : never;
export type QueryOutput<Q> = Q extends (connection: never, input: never) => infer O ? O : never;

/**
 * The door to a dataset's database. Names and types are those of the query functions in `queries/`; the functions run in
 * the database threads. A write is answered after it is durable (COMMIT and journal); writes take effect in the order they
 * were asked for, and those that wait together share one commit. Typed arrays of an answer arrive moved, not copied.
 * Errors: read_only, disk_full, corrupt, unavailable (the thread died; ask again), and those of the query.
 */
export interface DbClient {
  readonly readOnly: boolean;
  read<K extends keyof ReadQueries>(name: K, input: QueryInput<ReadQueries[K]>): Promise<QueryOutput<ReadQueries[K]>>;
  write<K extends keyof WriteQueries>(name: K, input: QueryInput<WriteQueries[K]>): Promise<QueryOutput<WriteQueries[K]>>;
  /** As `read`, in a thread of its own that ends with it: for what takes seconds. */
  readAside<K extends keyof ReadQueries>(name: K, input: QueryInput<ReadQueries[K]>): Promise<QueryOutput<ReadQueries[K]>>;
  /** The folder was moved or removed since the last write that worked. */
  isGone(): boolean;
  /** Finishes what was asked, checkpoints, gives the lock back. */
  close(): Promise<void>;
}

/** Calls longer than this are reported, in ms. */
const slow = 50;

interface Pending {
  readonly name: string;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  readonly pending: Map<number, Pending>;
  readonly ready: Promise<void>;
  closed: Promise<void>;
  dead: boolean;
}

const extension = path.extname(fileURLToPath(import.meta.url));

/**
 * Opens the database of a dataset folder and takes its lock. Where the folder cannot be written, or `readOnly` is asked, it
 * is open for reading without a lock. Errors: busy, not_found, newer_version, corrupt, refused_path, unreadable.
 */
export async function openDatabase(request: OpenRequest): Promise<DbClient> {
  const { folder } = request;
  const file = databaseFile(folder);
  if (!existsSync(file) && !request.create) throw missing(folder);
  const writable = canWrite(folder) && (!existsSync(file) || canWrite(file));
  const readOnly = request.readOnly === true || !writable;
  refuseUnsafeFolder(folder);
  if (!readOnly) {
    refuseLinks(folder);
    try {
      takeLock(folder, request.kind, request.door);
    } catch (error) {
      throw codedError(error, 'lock');
    }
  }
  // SQLite needs to make a file beside the database even to read it.
  const copy = writable ? null : copyForReading(file);
  const data = { folder, dataset: request.dataset, create: request.create === true, copy };
  const start = (role: DbThreadData['role']): Thread => startThread({ ...data, role }, request);
  let writer: Thread | null = null;
  const readers: Thread[] = [];
  const first = start(readOnly ? 'reader' : 'writer');
  try {
    await first.ready;
  } catch (error) {
    await first.closed;
    if (!readOnly) releaseLock(folder);
    if (copy !== null) rmSync(path.dirname(copy), { recursive: true, force: true });
    throw error;
  }
  if (readOnly) readers.push(first);
  else writer = first;

  const maxReaders = Math.max(1, Math.min(3, availableParallelism() - 1));
  let seq = 0;
  let closing: Promise<void> | null = null;
  let gone = false;
  const aside = new Set<Thread>();

  const end = async (thread: Thread): Promise<void> => {
    await thread.ready.then(
      () => thread.worker.postMessage({ close: true }),
      () => undefined,
    );
    await thread.closed;
  };

  const ask = (thread: Thread, name: string, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++seq;
      thread.pending.set(id, { name, resolve, reject });
      thread.ready
        .then(() => thread.worker.postMessage({ seq: id, name, input }))
        .catch((error: unknown) => {
          // A thread that never came up, or an input that cannot be sent.
          thread.pending.delete(id);
          reject(error);
        });
    });

  const pickReader = (): Thread => {
    for (let i = readers.length - 1; i >= 0; i--) if (readers[i]?.dead) readers.splice(i, 1);
    let best = readers[0];
    for (const reader of readers) if (best === undefined || reader.pending.size < best.pending.size) best = reader;
    if (best !== undefined && (best.pending.size === 0 || readers.length >= maxReaders)) return best;
    const added = start('reader');
    readers.push(added);
    return added;
  };

  const refuseClosed = (): void => {
    if (closing !== null) throw new AppError('unavailable', 'The dataset was closed.');
  };

  return {
    readOnly,
    async read(name, input) {
      refuseClosed();
      return (await ask(pickReader(), name, input)) as never;
    },
    async write(name, input) {
      refuseClosed();
      if (readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
      if (writer === null || writer.dead) writer = start('writer');
      try {
        const output = await ask(writer, name, input);
        gone = false;
        return output as never;
      } catch (error) {
        gone ||= isAppError(error, 'folder_gone');
        throw error;
      }
    },
    async readAside(name, input) {
      refuseClosed();
      const thread = start('reader');
      aside.add(thread);
      try {
        return (await ask(thread, name, input)) as never;
      } finally {
        await end(thread);
        aside.delete(thread);
      }
    },
    isGone: () => gone,
    close() {
      closing ??= (async () => {
        // Readers first: the writer's last checkpoint can then empty the WAL.
        await Promise.all([...readers, ...aside].map(end));
        if (writer !== null) await end(writer);
        if (!readOnly) releaseLock(folder);
        if (copy !== null) rmSync(path.dirname(copy), { recursive: true, force: true });
      })();
      return closing;
    },
  };
}

/** The database and what its WAL holds, in a folder of this computer. Errors: disk_full, unreadable. */
function copyForReading(file: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardcase-read-'));
  try {
    for (const end of ['-wal', '']) if (existsSync(file + end)) copyFileSync(file + end, path.join(folder, path.basename(file) + end));
    return path.join(folder, path.basename(file));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw codedError(error, 'open');
  }
}

function canWrite(target: string): boolean {
  try {
    accessSync(target, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function startThread(data: DbThreadData, request: OpenRequest): Thread {
  // Options of the parent (an `--eval` script, a debugger) are not the threads'.
  const worker = new Worker(new URL(`./worker${extension}`, import.meta.url), { workerData: data, execArgv: [] });
  const pending = new Map<number, Pending>();
  let settle: { resolve(): void; reject(error: Error): void } = { resolve: () => undefined, reject: () => undefined };
  const ready = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  // Who waits gets the error from `ready`; nobody waiting must not end the process.
  ready.catch(() => undefined);
  const thread: Thread = { worker, pending, ready, closed: Promise.resolve(), dead: false };
  const fail = (error: Error): void => {
    settle.reject(error);
    for (const call of pending.values()) call.reject(error);
    pending.clear();
  };
  worker.on('message', (reply: DbReply) => {
    if ('ready' in reply) {
      for (const notice of reply.notices) request.onNotice?.(notice.code, notice.message);
      settle.resolve();
    } else if ('notice' in reply) {
      request.onNotice?.(reply.notice.code, reply.notice.message);
    } else if ('failed' in reply) {
      thread.dead = true;
      fail(fromWireError(reply.failed));
    } else if ('seq' in reply) {
      const call = pending.get(reply.seq);
      pending.delete(reply.seq);
      if (reply.ms > slow) request.onSlow?.(call?.name ?? '', reply.ms);
      if (call === undefined) return;
      if ('error' in reply) {
        const error = fromWireError(reply.error);
        if (reply.stack !== undefined) error.stack = `${call.name}: ${reply.stack}`;
        call.reject(error);
      } else call.resolve(reply.output);
    }
  });
  worker.on('error', (error: Error) => {
    thread.dead = true;
    fail(new AppError('unavailable', 'The database stopped unexpectedly. Try again.', { reason: error.message }, { cause: error }));
  });
  thread.closed = new Promise((resolve) => {
    worker.on('exit', () => {
      thread.dead = true;
      fail(new AppError('unavailable', 'The database was closed.'));
      resolve();
    });
  });
  return thread;
}

export { layBallast } from './ballast.ts';
export { replaceDatabase } from './restore.ts';

/** The way in to the process that has this dataset open, where it lets others in. */
export function ownerDoor(folder: string): { readonly address: string; readonly token: string } | null {
  return readOwner(folder)?.door ?? null;
}

/** Version of the SQLite that better-sqlite3 carries, for the doctor. */
export async function sqliteVersion(): Promise<string> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(':memory:');
  try {
    return (db.prepare('select sqlite_version() as version').get() as { readonly version: string }).version;
  } finally {
    db.close();
  }
}
