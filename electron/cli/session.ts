import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DatasetSummary } from '../../shared/contract/datasets.ts';
import type { HardcaseClient, HardcaseContract } from '../../shared/contract/index.ts';
import type { Progress } from '../../shared/contract/common.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { AppError, isAppError } from '../../shared/errors.ts';
import type { RpcClient } from '../../shared/rpc/client.ts';
import type { CallOptions } from '../../shared/rpc/define.ts';
import { ownerDoor } from '../db/client.ts';
import type { Log } from '../host/ports.ts';
import type { createHost } from '../host/createHost.ts';
import { knockAt, openLocalDoor } from '../node/localDoor.ts';
import { progressLine } from './output.ts';
import { switchableApi } from './switchableApi.ts';

type Host = Awaited<ReturnType<typeof createHost>>;

/** What a command works with: the host of this process behind its contract. */
export interface Session {
  readonly host: Host;
  readonly api: HardcaseClient;
  readonly log: Log;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** The dataset is open in another program, which does the work. */
  isElsewhere(): boolean;
  open(dataset: string): Promise<DatasetSummary>;
  /** For a job: its progress on standard error, cancelled by Ctrl+C. */
  follow<P extends Progress>(): CallOptions<P>;
  /** Measures the images that these triggers or frame expressions read and that nobody measured yet: then an answer is whole. */
  measureFor(dataset: DatasetId, ...texts: readonly (string | undefined)[]): Promise<void>;
  close(): Promise<void>;
}

export interface SessionOptions {
  readonly kind: 'cli' | 'web';
  readonly author?: string;
  readonly verbose: boolean;
  readonly roots?: readonly string[];
}

/** One Ctrl+C comes twice: the terminal tells every program of its group, and npm and setup.mjs pass it on. */
const sameSignalMs = 500;

/** Loads the host only now: `--help` and wrong usage need none of it. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const [{ createHost: create }, { nodePorts }, { stderrLog }, { clientOf, memoryClient, newClientId, serveContract }] = await Promise.all([
    import('../host/createHost.ts'),
    import('../node/nodePorts.ts'),
    import('../node/log.ts'),
    import('../node/hostServer.ts'),
  ]);
  const log = stderrLog(options.verbose ? 'info' : 'warn');
  // A host that stays lets commands in: they work on the dataset that it has open.
  const door = options.kind === 'web' ? await openLocalDoor() : null;
  const host = await create(
    nodePorts({ kind: options.kind, log, roots: options.roots ?? [], ...(door === null ? {} : { door: door.door }) }),
  );
  const server = serveContract(host, log);
  const author = (): string => options.author ?? host.services.settings.get().author;
  door?.serve((channel, asked) => server.connect(channel, { clientId: newClientId('cli'), author: () => asked ?? author() }));
  const client = memoryClient(server, author);
  const { api, goTo } = switchableApi(client.api);
  let elsewhere: RpcClient<HardcaseContract> | null = null;

  /** Opens a dataset here, or goes through the program that has it open. */
  async function open(dataset: string): Promise<DatasetSummary> {
    const path = resolve(dataset);
    try {
      return await api.datasets.open({ path });
    } catch (error) {
      if (!isAppError(error, 'busy') || options.kind !== 'cli') throw error;
      const owner = ownerDoor(path);
      if (owner === null) throw error;
      const channel = await knockAt(owner, options.author ?? null).catch(() => null);
      if (channel === null) throw error;
      elsewhere = clientOf(channel);
      goTo(elsewhere.api);
      return await api.datasets.open({ path }).catch((problem: unknown) => {
        if (elsewhere?.state() !== 'outdated') throw problem;
        const words = 'This dataset is open in another version of Hardcase. Stop that program, or start it anew, and try again.';
        throw new AppError('unavailable', words, error.details, { cause: problem });
      });
    }
  }

  const progress = progressLine();
  const interrupt = new AbortController();
  let interruptedAt = -Infinity;
  const onSignal = (signal: NodeJS.Signals): void => {
    // The first asks the work to stop where it is whole; the second does not wait.
    if (!interrupt.signal.aborted) interruptedAt = performance.now();
    else if (performance.now() - interruptedAt > sameSignalMs) process.exit(signal === 'SIGINT' ? 130 : 143);
    interrupt.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  const follow = <P extends Progress>(): CallOptions<P> => ({ signal: interrupt.signal, onProgress: (step) => progress.show(step) });

  return {
    host,
    api,
    log,
    signal: interrupt.signal,
    isElsewhere: () => elsewhere !== null,
    open,
    follow,
    async measureFor(dataset, ...texts) {
      const given = texts.filter((text) => text !== undefined && text.trim() !== '') as string[];
      if (given.length > 0) await api.frames.measure({ dataset, texts: given }, follow());
    },
    async close() {
      progress.end();
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      elsewhere?.close();
      client.close();
      server.close();
      await door?.close();
      await host.close();
    },
  };
}

/** A path that a person typed, from where they stand. */
export const typedPath = (path: string): string => resolve(path);

export const exists = (path: string): boolean => existsSync(resolve(path));
