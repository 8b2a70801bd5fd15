import { createStore } from 'zustand/vanilla';
import type { ConnectionState } from '../../shared/rpc/client.ts';

export interface HostState {
  /** `signed-out`: the host was started anew and does not know this page. */
  readonly connection: ConnectionState | 'signed-out';
}

/** Whether the host is there: what the banner shows, and why saving waits. */
export const hostState = createStore<HostState>(() => ({ connection: 'connecting' }));
