import { randomBytes } from 'node:crypto';
import { contract, type HardcaseContract, type HardcaseHandlers } from '../../shared/contract/index.ts';
import type { Channel } from '../../shared/rpc/channel.ts';
import { createRpcClient, type RpcClient } from '../../shared/rpc/client.ts';
import { memoryChannelPair } from '../../shared/rpc/memoryChannel.ts';
import { createRpcServer, type RpcServer } from '../../shared/rpc/server.ts';
import type { Log } from '../host/ports.ts';
import { fileError } from '../host/services/files/fileError.ts';

/** The part of a host that clients meet. */
export interface ServableHost {
  readonly handlers: HardcaseHandlers;
  subscribe(listener: (group: string, name: string, payload: unknown) => void): () => void;
}

/** The contract of a host, ready for any channel. Defects are logged here and nowhere else. */
export function serveContract(host: ServableHost, log: Log): RpcServer {
  return createRpcServer({
    contract,
    handlers: host.handlers,
    subscribe: (listener) => host.subscribe(listener),
    codedError: fileError,
    onDefect: (error, { call, traceId }) => log.error(`${call} failed`, { traceId, error }),
    newTraceId: () => randomBytes(6).toString('hex'),
  });
}

let clients = 0;
/** Who a new connection is; not to be guessed by another one. */
export const newClientId = (kind: string): string => `${kind}-${++clients}-${randomBytes(4).toString('hex')}`;

/** A client over a line that stands already; it does not come back once lost. */
export function clientOf(channel: Channel): RpcClient<HardcaseContract> {
  return createRpcClient({ contract, connect: () => Promise.resolve(channel), retryDelaysMs: [] });
}

/** A client in the host's own process: the command line and the tests. */
export function memoryClient(server: RpcServer, author: () => string): RpcClient<HardcaseContract> {
  return createRpcClient({
    contract,
    connect: () => {
      const [near, far] = memoryChannelPair();
      server.connect(far, { clientId: newClientId('local'), author });
      return Promise.resolve(near);
    },
    retryDelaysMs: [],
  });
}
