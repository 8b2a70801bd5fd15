import type { WebSocket } from 'ws';
import type { Channel } from '../../shared/rpc/channel.ts';

/** With more than this waiting, progress is left out. */
const congestedBytes = 1 << 20;
/** With more than this waiting, the reader is gone or hopelessly slow: the line is cut, and the client reconnects when it can. */
const overflowBytes = 512 << 20;

export function webSocketChannel(socket: WebSocket): Channel {
  socket.binaryType = 'nodebuffer';
  // An 'error' is always followed by 'close', which is what counts; without a listener it would end the process.
  socket.on('error', () => undefined);
  return {
    send(frame) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > overflowBytes) return socket.terminate();
      socket.send(frame);
    },
    onMessage(listener) {
      socket.on('message', (data, isBinary) => {
        if (isBinary && data instanceof Uint8Array) listener(data);
        else socket.close(1003, 'frames are binary');
      });
    },
    onClose(listener) {
      socket.on('close', listener);
      if (socket.readyState === socket.CLOSED) listener();
    },
    close() {
      socket.close();
    },
    congested: () => socket.bufferedAmount > congestedBytes,
  };
}
