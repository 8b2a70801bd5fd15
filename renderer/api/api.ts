import { contract, type HardcaseClient, type HardcaseContract } from '../../shared/contract/index.ts';
import type { Channel } from '../../shared/rpc/channel.ts';
import { createRpcClient, type RpcClient } from '../../shared/rpc/client.ts';
import { connect, SignedOut } from './connect.ts';
import { hostState } from './hostState.ts';

let makeChannel: () => Promise<Channel> = connect;

/** Tests put a host of their own behind the page; call before the first use of `api`. */
export function connectBy(make: () => Promise<Channel>): void {
  makeChannel = make;
}

const client: RpcClient<HardcaseContract> = createRpcClient({
  contract,
  connect: async () => {
    try {
      return await makeChannel();
    } catch (error) {
      if (error instanceof SignedOut) hostState.setState({ connection: 'signed-out' });
      throw error;
    }
  },
  onState: (connection) => {
    // "Signed out" says more than "reconnecting", and lasts until a line stands.
    if (connection === 'reconnecting' && hostState.getState().connection === 'signed-out') return;
    hostState.setState({ connection });
  },
});

/** All that the host can do, typed: `await api.frames.query({ … })`, `api.frames.changed(listener)`. Connects at the first use. */
export const api: HardcaseClient = client.api;

/** What topics call this page in `by`: its own echo. */
export const clientId = (): string | undefined => client.clientId();

/** "Try now" of the banner. */
export const retryNow = (): void => client.retryNow();
