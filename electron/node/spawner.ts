import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildHandle, ProcessSpawner } from '../host/ports.ts';

/** `.ts` from the repository, `.js` from a build: an entry beside this file has the same ending. */
export const sourceExtension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Children as forks of this Node; typed arrays travel by structured clone. They end with this process. */
export function nodeSpawner(): ProcessSpawner {
  const children = new Set<() => void>();
  process.once('exit', () => {
    for (const kill of children) kill();
  });
  return {
    spawn(module, options = {}): ChildHandle {
      const child = fork(fileURLToPath(new URL(`../${module}${sourceExtension}`, import.meta.url)), options.args ?? [], {
        serialization: 'advanced',
        // Its standard output is not ours to mix: with --json ours holds one document.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        env: { ...process.env, ...options.env },
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      const kill = (): void => void child.kill('SIGKILL');
      children.add(kill);
      child.once('exit', () => children.delete(kill));
      // A child that died between two messages: its exit tells, the failed send need not.
      child.on('error', () => undefined);
      return {
        pid: child.pid,
        send: (message) => {
          if (child.connected) child.send(message as Parameters<typeof child.send>[0]);
        },
        onMessage: (listener) => child.on('message', listener),
        onExit: (listener) => {
          let told = false;
          const tell = (code: number | null, signal: string | null): void => {
            if (!told) listener({ code, signal });
            told = true;
          };
          child.once('exit', tell);
          // Where it could not even be started there is no exit.
          child.once('error', () => {
            if (child.pid === undefined) tell(null, null);
          });
        },
        kill,
      };
    },
  };
}
