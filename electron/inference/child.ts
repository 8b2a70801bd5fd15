import { AppError, fromWireError } from '../../shared/errors.ts';
import type { InferenceCall, InferenceCalls, InferenceReply, InferenceRequest } from './types.ts';

/** What this folder needs of a process handle: the part of the host's `ChildHandle` port. */
export interface ProcessHandle {
  readonly pid: number | undefined;
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (exit: { readonly code: number | null; readonly signal: string | null }) => void): void;
  kill(): void;
}

/** The process ended (or was ended, being stuck) before it answered. */
export class ProcessGone extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.name = 'ProcessGone';
    this.reason = reason;
  }
}

/** Typed calls to one inference process. */
export interface Child {
  readonly pid: number | undefined;
  /** Rejects with AppError where the process answers so, with ProcessGone where it ends or takes longer than `seconds`. */
  call<K extends InferenceCall>(name: K, input: InferenceCalls[K]['in'], seconds: number): Promise<InferenceCalls[K]['out']>;
  kill(): void;
}

export function childOf(handle: ProcessHandle): Child {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void; timer: NodeJS.Timeout }>();
  let gone: string | null = null;
  let next = 0;
  const end = (reason: string): void => {
    gone ??= reason;
    for (const call of pending.values()) {
      clearTimeout(call.timer);
      call.reject(new ProcessGone(gone));
    }
    pending.clear();
  };
  handle.onMessage((raw) => {
    const reply = raw as InferenceReply;
    const call = pending.get(reply.id);
    if (call === undefined) return;
    pending.delete(reply.id);
    clearTimeout(call.timer);
    if ('error' in reply) call.reject(fromWireError(reply.error));
    else call.resolve(reply.output);
  });
  handle.onExit(({ code, signal }) => end(signal === null ? `it ended with code ${code ?? '?'}` : `it was ended by ${signal}`));
  return {
    pid: handle.pid,
    call: (name, input, seconds) =>
      new Promise((resolve, reject) => {
        if (gone !== null) {
          reject(new ProcessGone(gone));
          return;
        }
        const id = next++;
        const timer = setTimeout(() => {
          // Stuck: nothing else gets it out of a run.
          handle.kill();
          end(`it did not answer for ${seconds} s`);
        }, seconds * 1000);
        pending.set(id, { resolve: resolve, reject, timer });
        handle.send({ id, call: name, input } satisfies InferenceRequest);
      }),
    kill() {
      end('it was stopped');
      handle.kill();
    },
  };
}

/** Coded form of a death, for callers that do not restart. */
export function goneError(error: unknown, message: string): unknown {
  return error instanceof ProcessGone ? new AppError('model_failed', message, { reason: error.reason }, { cause: error }) : error;
}
