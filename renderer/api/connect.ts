import type { DesktopBridge } from '../../shared/contract/bridge.ts';
import { AppError } from '../../shared/errors.ts';
import type { Channel } from '../../shared/rpc/channel.ts';
import { domPortChannel } from './domPortChannel.ts';
import { openWebSocketChannel } from './webSocketChannel.ts';

export const desktop: DesktopBridge | undefined = (globalThis as { readonly desktop?: DesktopBridge }).desktop;

// Preload passes the port on as a message to the page, possibly before anybody asks for it: keep it until then.
const ports: MessagePort[] = [];
let waiting: ((port: MessagePort) => void) | undefined;

if (desktop !== undefined) {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window || event.data !== 'host-port') return;
    const [port] = event.ports;
    if (port === undefined) return;
    if (waiting === undefined) ports.push(port);
    else waiting(port);
    waiting = undefined;
  });
}

function nextHostPort(): Promise<MessagePort> {
  const port = ports.pop();
  if (port !== undefined) return Promise.resolve(port);
  return new Promise((resolve) => (waiting = resolve));
}

/** Not signed in (the host was started anew): trying again cannot help, the printed address does. */
export class SignedOut extends AppError {
  constructor() {
    super('unavailable', 'Hardcase was started again: open the address that it printed');
  }
}

/** The one line of this page to the host. Errors: `unavailable`; SignedOut where only signing in anew helps. */
export async function connect(): Promise<Channel> {
  if (desktop !== undefined) return domPortChannel(await nextHostPort());
  const url = new URL('/rpc', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  try {
    return await openWebSocketChannel(url);
  } catch (error) {
    // A refused upgrade tells a page nothing; a plain request does.
    const answer = await fetch('/session').catch(() => undefined);
    if (answer?.status === 401) throw new SignedOut();
    throw error;
  }
}

/** A signed-in browser opened the printed address again: take the token out of the address, go where it leads. Call before routing. */
export function cleanAddress(): void {
  if (!location.hash.startsWith('#token=')) return;
  const to = new URLSearchParams(location.hash.slice(1)).get('to') ?? '/';
  history.replaceState(null, '', `/#${to.startsWith('/') ? to : '/'}`);
}
