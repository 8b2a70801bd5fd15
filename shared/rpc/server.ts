import { AppError, toWireError, type WireError } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { CallContext, Contract, Handlers, JobContext, Schema } from './define.ts';
import { contractFingerprint } from './fingerprint.ts';
import { decodeFrame, encodeFrame } from './framing.ts';
import { later } from './later.ts';
import { asClientMessage, type ClientMessage, type ServerMessage } from './messages.ts';

/** Who is at the other end of a channel: known from how the connection was made, never from what it says. */
export interface Identity {
  readonly clientId: string;
  readonly author: () => string;
}

export interface ServerOptions<C extends Contract> {
  readonly contract: C;
  readonly handlers: Handlers<C>;
  /** Feeds topics: the host's `subscribe`. */
  readonly subscribe?: (listener: (group: string, name: string, payload: unknown) => void) => () => void;
  /** Errors of the platform that have a code of ours; null for a defect. */
  readonly codedError?: (error: unknown) => AppError | null;
  /** A defect: called once for each, with the id that the client got. */
  readonly onDefect: (error: unknown, place: { readonly call: string; readonly traceId: string }) => void;
  readonly newTraceId: () => string;
  /** Progress of one call goes out at most this often; the latest wins. */
  readonly progressIntervalMs?: number;
}

export interface RpcServer {
  /** Serves one client until its channel closes. */
  connect(channel: Channel, identity: Identity): void;
  /** Clients now. */
  readonly connections: () => number;
  close(): void;
}

type AnyHandler = (input: unknown, context: JobContext<unknown>) => unknown;
interface Callable {
  readonly kind: 'method' | 'job';
  readonly input: Schema<unknown>;
  readonly run: AnyHandler;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The schema's own words with the places they are about, for a person who reads them in a terminal. */
function badInput(error: { readonly message: string }): AppError {
  const issues = (error as { readonly issues?: unknown }).issues;
  if (!Array.isArray(issues)) return new AppError('invalid_request', error.message);
  const told = (issues as Issue[]).slice(0, 5).map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }));
  const words = told.map((issue) => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`)).join('; ');
  return new AppError('invalid_request', words, { issues: told });
}

/** A value of the host that does not travel is a defect of the host, not of the request. */
function encodeAnswer(message: ServerMessage): Uint8Array<ArrayBuffer> {
  try {
    return encodeFrame(message);
  } catch (error) {
    throw new Error('What the host answers cannot be sent', { cause: error });
  }
}

/** `details` were made from anything; where they do not travel, code and message still do. */
function encodeError(id: number, error: WireError): Uint8Array<ArrayBuffer> {
  try {
    return encodeFrame({ t: 'error', id, error } satisfies ServerMessage);
  } catch {
    return encodeFrame({ t: 'error', id, error: { code: error.code, message: error.message } } satisfies ServerMessage);
  }
}

/**
 * The one place where names are looked up, input is parsed, errors are caught, masked and logged.
 * An `AppError` goes to the client as it is, and so does what `codedError` makes of others; the rest becomes `internal` with a
 * trace id.
 */
export function createRpcServer<C extends Contract>(options: ServerOptions<C>): RpcServer {
  const { contract, progressIntervalMs = 100 } = options;
  const fingerprint = contractFingerprint(contract);
  const handlers = options.handlers as { readonly [group: string]: { readonly [name: string]: AnyHandler } };
  const open = new Set<Connection>();

  interface Connection {
    readonly channel: Channel;
    readonly topics: Set<string>;
  }

  const entryOf = (group: string, name: string): { readonly kind: string; readonly input?: Schema<unknown> } | undefined => {
    if (!Object.hasOwn(contract, group)) return undefined;
    const entries = contract[group];
    return entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
  };

  const callable = (group: string, name: string): Callable => {
    const entry = entryOf(group, name);
    if (entry === undefined || entry.kind === 'topic' || entry.input === undefined) {
      throw new AppError('invalid_request', `There is no call "${group}.${name}"`);
    }
    const run = Object.hasOwn(handlers, group) ? handlers[group]?.[name] : undefined;
    if (run === undefined) throw new AppError('unsupported', `This host does not offer "${group}.${name}"`);
    return { kind: entry.kind as 'method' | 'job', input: entry.input, run };
  };

  const wireErrorOf = (error: unknown, call: string, signal: AbortSignal): WireError => {
    if (error instanceof AppError) return toWireError(error);
    // Node's own functions answer an abort with their AbortError; its reason is the coded one.
    if (signal.aborted && signal.reason instanceof AppError && (error as { readonly name?: unknown } | null)?.name === 'AbortError') {
      return toWireError(signal.reason);
    }
    const coded = options.codedError?.(error) ?? null;
    if (coded !== null) return toWireError(coded);
    const traceId = options.newTraceId();
    options.onDefect(error, { call, traceId });
    return { code: 'internal', message: 'Something went wrong inside Hardcase. The log has the details.', details: { traceId } };
  };

  const keyOf = (group: string, name: string): string => `${group}.${name}`;

  const unsubscribe = options.subscribe?.((group, name, payload) => {
    const key = keyOf(group, name);
    let frame: Uint8Array<ArrayBuffer> | undefined;
    for (const connection of open) {
      if (!connection.topics.has(key)) continue;
      frame ??= encodeAnswer({ t: 'topic', group, name, payload });
      connection.channel.send(frame);
    }
  });

  function connect(channel: Channel, identity: Identity): void {
    const connection: Connection = { channel, topics: new Set() };
    const running = new Map<number, AbortController>();
    open.add(connection);

    const call = async (message: ClientMessage & { readonly t: 'call' }): Promise<void> => {
      const { id, group, name } = message;
      const controller = new AbortController();
      running.set(id, controller);
      const progress = coalesced(progressIntervalMs, (value) => {
        if (channel.congested?.() === true) return;
        try {
          channel.send(encodeAnswer({ t: 'progress', id, value }));
        } catch (error) {
          wireErrorOf(error, keyOf(group, name), controller.signal);
        }
      });
      try {
        const { kind, input, run } = callable(group, name);
        const parsed = input.safeParse(message.input);
        if (!parsed.success) throw badInput(parsed.error);
        const context: CallContext = { signal: controller.signal, clientId: identity.clientId, author: identity.author() };
        const value = await run(
          parsed.data,
          kind === 'job' ? { ...context, progress: (step) => running.has(id) && progress.push(step) } : (context as JobContext<unknown>),
        );
        progress.flush();
        channel.send(encodeAnswer(value === undefined ? { t: 'ok', id } : { t: 'ok', id, value }));
      } catch (error) {
        progress.drop();
        channel.send(encodeError(id, wireErrorOf(error, keyOf(group, name), controller.signal)));
      } finally {
        running.delete(id);
      }
    };

    channel.onMessage((frame) => {
      let message: ClientMessage | undefined;
      try {
        message = asClientMessage(decodeFrame(frame));
      } catch {
        message = undefined;
      }
      // Bytes that are no message mean a broken or hostile peer: nothing that follows could be trusted.
      if (message === undefined) return channel.close();
      if (message.t === 'call') {
        if (running.has(message.id)) return channel.close();
        void call(message);
      } else if (message.t === 'cancel') {
        running.get(message.id)?.abort(new AppError('cancelled', 'Cancelled'));
      } else if (entryOf(message.group, message.name)?.kind === 'topic') {
        const key = keyOf(message.group, message.name);
        if (message.t === 'subscribe') connection.topics.add(key);
        else connection.topics.delete(key);
      }
    });
    channel.onClose(() => {
      open.delete(connection);
      // `unavailable`, not `cancelled`: a job that should outlive its caller can tell the two apart.
      for (const controller of running.values()) controller.abort(new AppError('unavailable', 'The client went away'));
    });
    channel.send(encodeFrame({ t: 'hello', clientId: identity.clientId, contract: fingerprint } satisfies ServerMessage));
  }

  return {
    connect,
    connections: () => open.size,
    close() {
      unsubscribe?.();
      for (const connection of [...open]) connection.channel.close();
    },
  };
}

/** The first value at once, then at most one an interval, always the latest. */
function coalesced(intervalMs: number, emit: (value: unknown) => void): { push(value: unknown): void; flush(): void; drop(): void } {
  let waiting: { readonly value: unknown } | undefined;
  let cancel: (() => void) | undefined;
  let lastAt = -Infinity;
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (waiting === undefined) return;
    const { value } = waiting;
    waiting = undefined;
    lastAt = performance.now();
    emit(value);
  };
  return {
    push(value) {
      waiting = { value };
      const wait = lastAt + intervalMs - performance.now();
      if (wait <= 0) flush();
      else cancel ??= later(wait, flush);
    },
    flush,
    drop() {
      waiting = undefined;
      cancel?.();
    },
  };
}
