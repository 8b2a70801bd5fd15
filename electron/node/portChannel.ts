import type { Channel } from '../../shared/rpc/channel.ts';

/** What worker_threads' MessagePort, Electron's MessagePortMain and a utility process' port have in common. */
export interface NodePort {
  postMessage(message: unknown): void;
  // Electron hands over an event with `data`, worker_threads the data itself.
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start?(): void;
  close(): void;
}

function frameOf(message: unknown): Uint8Array | undefined {
  if (message instanceof Uint8Array) return message;
  const data = (message as { readonly data?: unknown } | null)?.data;
  return data instanceof Uint8Array ? data : undefined;
}

export function portChannel(port: NodePort): Channel {
  const closeListeners: (() => void)[] = [];
  let open = true;
  const closed = (): void => {
    if (!open) return;
    open = false;
    for (const listener of closeListeners) listener();
  };
  port.on('close', closed);
  return {
    send(frame) {
      if (open) port.postMessage(frame);
    },
    onMessage(listener) {
      port.on('message', (message) => {
        const frame = frameOf(message);
        // Anything else on this port means a peer that does not speak the protocol.
        if (frame === undefined) port.close();
        else listener(frame);
      });
      // Electron's ports wait for this; until then they keep what comes.
      port.start?.();
    },
    onClose(listener) {
      if (open) closeListeners.push(listener);
      else listener();
    },
    close() {
      port.close();
      closed();
    },
  };
}
