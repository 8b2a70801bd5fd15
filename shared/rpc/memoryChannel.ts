import type { Channel } from './channel.ts';

interface End extends Channel {
  receive(frame: Uint8Array): void;
  closed(): void;
}

function end(peer: () => End): End {
  let onMessage: ((frame: Uint8Array) => void) | undefined;
  const closeListeners: (() => void)[] = [];
  const early: Uint8Array[] = [];
  let open = true;
  return {
    send(frame) {
      if (!open) return;
      // Later, as on every other channel: a caller must not be answered before it has its promise.
      queueMicrotask(() => peer().receive(frame));
    },
    onMessage(listener) {
      onMessage = listener;
      for (const frame of early.splice(0)) listener(frame);
    },
    onClose(listener) {
      closeListeners.push(listener);
    },
    close() {
      if (!open) return;
      this.closed();
      queueMicrotask(() => peer().closed());
    },
    receive(frame) {
      if (!open) return;
      if (onMessage === undefined) early.push(frame);
      else onMessage(frame);
    },
    closed() {
      if (!open) return;
      open = false;
      for (const listener of closeListeners.splice(0)) listener();
    },
  };
}

/** Two ends inside one process. Frames are bytes here too, so that what cannot travel fails here as it does on a socket. */
export function memoryChannelPair(): readonly [client: Channel, server: Channel] {
  const a: End = end(() => b);
  const b: End = end(() => a);
  return [a, b];
}
