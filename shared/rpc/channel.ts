/**
 * What carries frames between a client and the host: memory, MessagePort, WebSocket. One frame is one whole message; frames
 * arrive in order, none twice. A channel that was closed (by either side, or by a broken line) says so once.
 */
export interface Channel {
  /** Ignored on a closed channel: its calls were failed by `onClose` already. */
  send(frame: Uint8Array<ArrayBuffer>): void;
  /** One listener; frames that came before it was set are kept for it. */
  onMessage(listener: (frame: Uint8Array) => void): void;
  onClose(listener: () => void): void;
  close(): void;
  /** True while so much waits to be sent that progress had better be left out. */
  congested?(): boolean;
}
