import type { ProviderReport } from '../../../../shared/contract/host.ts';
import { AppError } from '../../../../shared/errors.ts';
import { createInferenceClient, type InferenceClient } from '../../../inference/client.ts';
import type { HostPorts } from '../../ports.ts';

/** Inference of this host: one client, and one long job at a time, because two would only share the same cores or GPU. */
export interface InferenceService {
  readonly client: InferenceClient;
  probeProviders(fresh: boolean): Promise<readonly ProviderReport[]>;
  /**
   * Waits for its turn, then runs `work`. The signal of `work` fires when the host closes; `waiting` gives up the wait.
   * Errors: cancelled, unavailable (the host is closing).
   */
  exclusive<T>(waiting: AbortSignal, work: (closing: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends jobs (their work so far is durable) and processes. */
  close(): Promise<void>;
}

export function createInferenceService({ ports }: { readonly ports: HostPorts }): InferenceService {
  const client = createInferenceClient({ spawn: (env) => ports.spawner.spawn('inference/process', env === undefined ? {} : { env }) });
  const closing = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();
  return {
    client,
    probeProviders: (fresh) => client.providers(fresh),
    async exclusive(waiting, work) {
      const before = queue;
      const turn = Promise.withResolvers<void>();
      queue = turn.promise;
      try {
        await Promise.race([before, aborted(waiting), aborted(closing.signal)]);
        if (closing.signal.aborted) throw new AppError('unavailable', 'Hardcase is closing.');
        if (waiting.aborted) throw new AppError('cancelled', 'The run was stopped before it began.');
        return await work(closing.signal);
      } finally {
        // Who gave up waiting still keeps the ones behind in line.
        void before.then(() => turn.resolve());
      }
    },
    async close() {
      closing.abort();
      await queue;
      client.close();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
