/** The two ways a shell starts this process: `utilityProcess.fork` gives a parent port, `child_process.fork` an IPC channel. */
export interface ParentChannel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

export function parentChannel(): ParentChannel {
  const port = (process as { readonly parentPort?: ParentPort }).parentPort;
  if (port !== undefined) {
    return { send: (message) => port.postMessage(message), onMessage: (listener) => port.on('message', (event) => listener(event.data)) };
  }
  // Ctrl+C in a terminal reaches every program of its group: the host ends its children when its own work is whole.
  process.on('SIGINT', () => undefined);
  // A host that is gone takes its children with it. Not `exit`: that would abort in the middle of a run.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  return {
    send: (message) => {
      // With a callback, what a host that was just killed no longer takes is no error; `disconnect` follows.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
    },
    onMessage: (listener) => process.on('message', listener),
  };
}
