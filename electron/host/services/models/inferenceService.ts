import type { ProviderReport } from '../../../../shared/contract/host.ts';
import { AppError } from '../../../../shared/errors.ts';
import { createInferenceClient, type InferenceClient } from '../../../inference/client.ts';
import type { HostPorts } from '../../ports.ts';
import { createTurns } from '../turns.ts';

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
  const turns = createTurns<'job'>();
  return {
    client,
    probeProviders: (fresh) => client.providers(fresh),
    exclusive: (waiting, work) => turns.take('job', AbortSignal.any([waiting, closing.signal]), () => work(closing.signal)),
    async close() {
      closing.abort(new AppError('unavailable', 'Hardcase is closing.'));
      await turns.idle('job');
      client.close();
    },
  };
}
