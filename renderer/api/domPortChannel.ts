import type { Channel } from '../../shared/rpc/channel.ts';

/** A MessagePort that the desktop shell handed to the page. */
export function domPortChannel(port: MessagePort): Channel {
  return {
    send(frame) {
      // Moved, not copied: the frame was made for this message.
      port.postMessage(frame, [frame.buffer]);
    },
    onMessage(listener) {
      port.onmessage = (event: MessageEvent<unknown>) => {
        if (event.data instanceof Uint8Array) listener(event.data);
      };
    },
    onClose(listener) {
      port.addEventListener('close', listener, { once: true });
    },
    close: () => port.close(),
  };
}
