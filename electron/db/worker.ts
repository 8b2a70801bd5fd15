import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { readConnection } from './connection.ts';
import type { ReadConnection } from './connection.ts';
import { openReader } from './openReader.ts';
import { openWriter } from './openWriter.ts';
import type { Writer } from './openWriter.ts';
import { readQueries } from './queries/index.ts';
import { codedError } from './sqliteErrors.ts';
import type { DbCall, DbReply, DbThreadData } from './types.ts';

/** Entry of a database thread: one writer, several readers. */
const port = parentPort;
if (port === null) throw new Error('The database worker runs as a thread only.');
const data = workerData as DbThreadData;

/** Calls taken into one commit at most: one flush of the disk for all that wait, without letting the first wait long. */
const groupSize = 256;

type ReadQuery = (connection: ReadConnection, input: unknown) => unknown;

/** Copies the database, which SQLite refuses inside a transaction. */
const withoutSnapshot: ReadonlySet<string> = new Set(['backup.copy', 'verify.state'] satisfies (keyof typeof readQueries)[]);

function post(reply: DbReply): void {
  port?.postMessage(reply, 'output' in reply ? buffersOf(reply.output) : []);
}

/** Buffers that belong wholly to one array of the answer: they move instead of being copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const look = (item: unknown, depth: number): void => {
    if (ArrayBuffer.isView(item)) {
      if (item.buffer instanceof ArrayBuffer && item.byteLength === item.buffer.byteLength && item.byteLength > 1024)
        found.add(item.buffer);
    } else if (typeof item === 'object' && item !== null && !Array.isArray(item) && depth < 3) {
      for (const inner of Object.values(item)) look(inner, depth + 1);
    }
  };
  look(value, 0);
  return [...found];
}

function wire(error: unknown, query: string): { readonly error: WireError; readonly stack?: string } {
  const coded = codedError(error, query);
  if (coded instanceof AppError) return { error: toWireError(coded) };
  const stack = coded instanceof Error ? coded.stack : undefined;
  return {
    error: { code: 'internal', message: 'The database refused a request.', details: { query, reason: String(coded) } },
    ...(stack === undefined ? {} : { stack }),
  };
}

function serveReader(connection: ReadConnection): void {
  // One snapshot a call: what a query reads in several statements, a count beside its rows, fits together.
  const runQuery = (query: ReadQuery, input: unknown): unknown => query(connection, input);
  const inSnapshot = connection.db.transaction(runQuery);
  port?.on('message', (call: DbCall) => {
    if ('close' in call) {
      connection.db.close();
      post({ closed: true });
      port.close();
      return;
    }
    const from = performance.now();
    const query = Object.hasOwn(readQueries, call.name) ? readQueries[call.name as keyof typeof readQueries] : undefined;
    try {
      if (query === undefined) throw new AppError('internal', 'The database does not know this request.', { query: call.name });
      const run = withoutSnapshot.has(call.name) ? runQuery : inSnapshot;
      const output = run(query as ReadQuery, call.input);
      post({ seq: call.seq, ms: performance.now() - from, output });
    } catch (error) {
      post({ seq: call.seq, ms: performance.now() - from, ...wire(error, call.name) });
    }
  });
}

function serveWriter(writer: Writer): void {
  port?.on('message', (first: DbCall) => {
    const calls: Exclude<DbCall, { close: true }>[] = [];
    let close = false;
    // Everything that waits already joins this commit.
    for (let call: DbCall | undefined = first; call !== undefined;) {
      if ('close' in call) {
        close = true;
        break;
      }
      calls.push(call);
      if (calls.length >= groupSize) break;
      call = (receiveMessageOnPort(port) as { message: DbCall } | undefined)?.message;
    }
    if (calls.length > 0) {
      for (const result of writer.run(calls)) {
        if ('failure' in result) post({ seq: result.seq, ms: result.ms, ...wire(result.failure, result.name) });
        else post({ seq: result.seq, ms: result.ms, output: result.output });
      }
    }
    if (!close) return;
    writer.close();
    post({ closed: true });
    port.close();
  });
}

try {
  if (data.role === 'reader') {
    serveReader(readConnection(openReader(data)));
    post({ ready: true, notices: [] });
  } else {
    const writer = openWriter(data, (code, message) => post({ notice: { code, message } }));
    serveWriter(writer);
    post({ ready: true, notices: writer.notices });
  }
} catch (error) {
  post({ failed: wire(error, 'open').error });
  port.close();
}
