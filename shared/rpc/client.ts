import { AppError, fromWireError } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { CallOptions, Client, Contract } from './define.ts';
import { contractFingerprint } from './fingerprint.ts';
import { decodeFrame, encodeFrame } from './framing.ts';
import { later } from './later.ts';
import type { ClientMessage, ServerMessage } from './messages.ts';

/**
 * `connecting` before the first hello, `reconnecting` after a lost line, `outdated` when the host is of another build (the page
 * must be loaded again), `closed` after `close()` or where reconnecting is off.
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'outdated' | 'closed';

export interface ClientOptions<C extends Contract> {
  readonly contract: C;
  /** Makes a channel; called at the first need and again after each loss. A rejection counts as a failed try. */
  readonly connect: () => Promise<Channel>;
  /** Wait before try 1, 2, 3 … of a reconnection, the last repeated; empty: never reconnect. */
  readonly retryDelaysMs?: readonly number[];
  readonly onState?: (state: ConnectionState) => void;
}

export interface RpcClient<C extends Contract> {
  readonly api: Client<C>;
  readonly state: () => ConnectionState;
  /** What the host calls this connection: `by` of a topic that says this is this client's own echo. */
  readonly clientId: () => string | undefined;
  /** Connects, if nothing did yet; resolves with the first hello, rejects with the reason why there was none. */
  ready(): Promise<void>;
  /** Tries at once instead of after the delay. */
  retryNow(): void;
  close(): void;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: AppError): void;
  progress?(value: unknown): void;
}

const lost = (): AppError => new AppError('unavailable', 'The connection to Hardcase was lost');

/**
 * The client of a contract over any channel. A lost line rejects what is pending with `unavailable` (nobody knows whether it was
 * done) and, after reconnecting, subscribes again. A call while the line is down is rejected at once; one before the first hello waits.
 * Cancelling a method rejects at once; cancelling a job waits for its answer, which may tell what was done until then.
 */
export function createRpcClient<C extends Contract>(options: ClientOptions<C>): RpcClient<C> {
  const { contract, retryDelaysMs = [200, 500, 1_000, 2_000, 5_000] } = options;
  const fingerprint = contractFingerprint(contract);
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: unknown) => void>>();
  let state: ConnectionState = 'connecting';
  let channel: Channel | undefined;
  let clientId: string | undefined;
  let nextId = 1;
  let tries = 0;
  let cancelRetry: (() => void) | undefined;
  let markReady: () => void = () => undefined;
  let failReady: (error: AppError) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    markReady = resolve;
    failReady = reject;
  });
  // Nobody has to wait for it; calls report the failure.
  ready.catch(() => undefined);

  const setState = (next: ConnectionState): void => {
    if (state === next) return;
    state = next;
    options.onState?.(next);
  };

  const send = (message: ClientMessage): void => channel?.send(encodeFrame(message));

  function receive(frame: Uint8Array): void {
    let message: ServerMessage;
    try {
      message = decodeFrame(frame) as ServerMessage;
    } catch {
      return channel?.close();
    }
    switch (message.t) {
      case 'hello': {
        clientId = message.clientId;
        if (message.contract !== fingerprint) {
          failReady(new AppError('unavailable', 'Hardcase was updated: load this page again'));
          setState('outdated');
          return;
        }
        tries = 0;
        for (const key of listeners.keys()) {
          const [group = '', name = ''] = key.split('.');
          send({ t: 'subscribe', group, name });
        }
        setState('connected');
        markReady();
        return;
      }
      case 'ok':
        pending.get(message.id)?.resolve(message.value);
        pending.delete(message.id);
        return;
      case 'error':
        pending.get(message.id)?.reject(fromWireError(message.error));
        pending.delete(message.id);
        return;
      case 'progress':
        pending.get(message.id)?.progress?.(message.value);
        return;
      case 'topic':
        for (const listener of listeners.get(`${message.group}.${message.name}`) ?? []) listener(message.payload);
    }
  }

  function lose(): void {
    channel = undefined;
    const error = lost();
    for (const call of pending.values()) call.reject(error);
    pending.clear();
    if (state === 'closed' || state === 'outdated') return;
    retry();
  }

  function retry(): void {
    const delay = retryDelaysMs[Math.min(tries, retryDelaysMs.length - 1)];
    if (delay === undefined) {
      failReady(lost());
      setState('closed');
      return;
    }
    tries++;
    if (state !== 'connecting') setState('reconnecting');
    cancelRetry = later(delay, () => void open());
  }

  async function open(): Promise<void> {
    cancelRetry = undefined;
    let made: Channel;
    try {
      made = await options.connect();
    } catch {
      if (state !== 'closed') retry();
      return;
    }
    // `close` may have been called while the channel was being made.
    if (state === 'closed') return made.close();
    channel = made;
    made.onClose(() => {
      if (channel === made) lose();
    });
    made.onMessage(receive);
  }

  let started = false;
  function whenReady(): Promise<void> {
    if (!started) {
      started = true;
      void open();
    }
    return ready;
  }

  async function call(group: string, name: string, job: boolean, input: unknown, callOptions: CallOptions<unknown>): Promise<unknown> {
    const { signal, onProgress } = callOptions;
    const cancelled = (): AppError => new AppError('cancelled', 'Cancelled');
    const refuseAborted = (): void => {
      if (signal?.aborted === true) throw cancelled();
    };
    refuseAborted();
    if (state === 'connecting') {
      await whenReady();
      refuseAborted();
    }
    if (state !== 'connected') throw lost();
    const id = nextId++;
    const frame = encodeFrame({ t: 'call', id, group, name, input } satisfies ClientMessage);
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<unknown>((resolve, reject) => {
        const listener = (value: unknown): void => onProgress?.(value);
        // Before it is noted: what the channel refuses (too large) was never asked.
        channel?.send(frame);
        pending.set(id, { resolve, reject, progress: listener });
        onAbort = () => {
          send({ t: 'cancel', id });
          if (!job && pending.delete(id)) reject(cancelled());
        };
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    } finally {
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    }
  }

  function listen(group: string, name: string, listener: (payload: unknown) => void): () => void {
    const key = `${group}.${name}`;
    void whenReady();
    let set = listeners.get(key);
    if (set === undefined) {
      set = new Set();
      listeners.set(key, set);
      if (state === 'connected') send({ t: 'subscribe', group, name });
    }
    // Its own function each time: the same listener given twice is two subscriptions.
    const entry = (payload: unknown): void => listener(payload);
    set.add(entry);
    return () => {
      set.delete(entry);
      if (set.size > 0 || listeners.get(key) !== set) return;
      listeners.delete(key);
      if (state === 'connected') send({ t: 'unsubscribe', group, name });
    };
  }

  const api: { [group: string]: { [name: string]: unknown } } = {};
  for (const [group, entries] of Object.entries(contract)) {
    const functions: { [name: string]: unknown } = {};
    for (const [name, { kind }] of Object.entries(entries)) {
      functions[name] =
        kind === 'topic'
          ? (listener: (payload: unknown) => void) => listen(group, name, listener)
          : (input: unknown, callOptions: CallOptions<unknown> = {}) => call(group, name, kind === 'job', input, callOptions);
    }
    api[group] = functions;
  }

  return {
    api: api as Client<C>,
    state: () => state,
    clientId: () => clientId,
    ready: whenReady,
    retryNow() {
      if (cancelRetry === undefined) return;
      cancelRetry();
      void open();
    },
    close() {
      started = true;
      cancelRetry?.();
      failReady(lost());
      setState('closed');
      channel?.close();
    },
  };
}
