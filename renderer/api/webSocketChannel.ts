import { AppError } from '../../shared/errors.ts';
import type { Channel } from '../../shared/rpc/channel.ts';

/** The host closes the line on anything larger. */
const maxFrameBytes = 8 << 20;

/** Resolves once the line is open; rejects where it cannot be opened. */
export function openWebSocketChannel(url: URL): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    let listener: ((frame: Uint8Array) => void) | undefined;
    const early: Uint8Array[] = [];
    // Set before the line opens: the host's first word may come with the opening.
    socket.addEventListener('message', (event) => {
      if (!(event.data instanceof ArrayBuffer)) return socket.close();
      const frame = new Uint8Array(event.data);
      if (listener === undefined) early.push(frame);
      else listener(frame);
    });
    socket.addEventListener('close', () => reject(new AppError('unavailable', 'Hardcase does not answer')));
    socket.addEventListener('open', () =>
      resolve({
        send(frame) {
          if (frame.byteLength > maxFrameBytes)
            throw new AppError('too_large', 'This is more than can be sent in one step: choose fewer items');
          if (socket.readyState === WebSocket.OPEN) socket.send(frame);
        },
        onMessage(next) {
          listener = next;
          for (const frame of early.splice(0)) next(frame);
        },
        onClose(closed) {
          if (socket.readyState === WebSocket.CLOSED) closed();
          else socket.addEventListener('close', closed, { once: true });
        },
        close: () => socket.close(),
      }),
    );
  });
}
