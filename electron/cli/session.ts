import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetSummary } from '../../shared/contract/datasets.ts';
import type { HardcaseClient } from '../../shared/contract/index.ts';
import type { Progress } from '../../shared/contract/common.ts';
import type { CallOptions } from '../../shared/rpc/define.ts';
import type { Log } from '../host/ports.ts';
import type { createHost } from '../host/createHost.ts';
import { progressLine } from './output.ts';

type Host = Awaited<ReturnType<typeof createHost>>;

/** What a command works with: the host of this process behind its contract. */
export interface Session {
  readonly host: Host;
  readonly api: HardcaseClient;
  readonly log: Log;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  open(dataset: string): Promise<DatasetSummary>;
  /** For a job: its progress on standard error, cancelled by Ctrl+C. */
  follow<P extends Progress>(): CallOptions<P>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly kind: 'cli' | 'web';
  readonly author?: string;
  readonly verbose: boolean;
  readonly roots?: readonly string[];
}

/** Loads the host only now: `--help` and wrong usage need none of it. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const [{ createHost: create }, { nodePorts }, { stderrLog }, { serveContract, memoryClient }] = await Promise.all([
    import('../host/createHost.ts'),
    import('../node/nodePorts.ts'),
    import('../node/log.ts'),
    import('../node/hostServer.ts'),
  ]);
  const log = stderrLog(options.verbose ? 'info' : 'warn');
  const host = await create(nodePorts({ kind: options.kind, log, roots: options.roots ?? [] }));
  const server = serveContract(host, log);
  const client = memoryClient(server, () => options.author ?? host.services.settings.get().author);
  const progress = progressLine();
  const interrupt = new AbortController();
  let interrupted = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    // The first asks the work to stop where it is whole; the second does not wait.
    if (interrupted) process.exit(signal === 'SIGINT' ? 130 : 143);
    interrupted = true;
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  return {
    host,
    api: client.api,
    log,
    signal: interrupt.signal,
    open: (dataset) => client.api.datasets.open({ path: resolve(dataset) }),
    follow: () => ({ signal: interrupt.signal, onProgress: (step) => progress.show(step) }),
    async close() {
      progress.end();
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      client.close();
      server.close();
      await host.close();
    },
  };
}

/** A path that a person typed, from where they stand. */
export const typedPath = (path: string): string => resolve(path);

export const exists = (path: string): boolean => existsSync(resolve(path));
