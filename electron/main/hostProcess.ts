import type { MessageChannelMain, MessagePortMain, UtilityProcess, utilityProcess } from 'electron';
import type { HostStart, MediaAnswer, ToHost, ToMain } from '../node/shellMessages.ts';
import type { NativeDialogs } from '../host/ports.ts';

export interface HostProcessOptions {
  readonly fork: (typeof utilityProcess)['fork'];
  readonly newChannel: () => MessageChannelMain;
  /** The built file of a module below `electron/`, without extension: `host/entry`. */
  readonly fileOf: (module: string) => string;
  readonly start: HostStart;
  readonly dialogs: NativeDialogs;
  readonly log: (text: string) => void;
  /** It ended and was started anew: pages want a new line. */
  readonly onRestart: () => void;
  /** It ended too often, or could not begin. */
  readonly onFailure: (message: string) => void;
}

export interface HostProcess {
  /** The page's end of a new line to the host. */
  newLine(): MessagePortMain;
  media(request: Request): Promise<Response>;
  close(): Promise<void>;
}

const restartsAllowed = 3;
const restartWindowMs = 60_000;
const closeLimitMs = 5_000;

/** The host in a process of its own, and the few things it asks of main: media go out, dialogs and child processes come in. */
export function startHostProcess(options: HostProcessOptions): HostProcess {
  let host: UtilityProcess;
  let closing: (() => void) | undefined;
  let nextMedia = 1;
  const media = new Map<number, (answer: MediaAnswer | undefined) => void>();
  const children = new Map<number, UtilityProcess>();
  const restarts: number[] = [];

  const tell = (message: ToHost, ports: MessagePortMain[] = []): void => host.postMessage(message, ports);

  function spawnChild({ child: id, module, args, env }: ToMain & { type: 'spawn' }): void {
    const child = options.fork(options.fileOf(module), [...args], {
      serviceName: `hardcase ${module}`,
      stdio: 'pipe',
      env: { ...process.env, ...env },
    });
    child.stderr?.on('data', (data: Buffer) => options.log(data.toString('utf8')));
    child.on('spawn', () => tell({ type: 'child-spawned', child: id, pid: child.pid }));
    child.on('message', (message: unknown) => tell({ type: 'child-message', child: id, message }));
    child.on('exit', (code) => {
      children.delete(id);
      tell({ type: 'child-exit', child: id, code });
    });
    children.set(id, child);
  }

  function receive(message: ToMain): void {
    switch (message.type) {
      case 'media':
        media.get(message.id)?.(message);
        media.delete(message.id);
        return;
      case 'choose':
        void options.dialogs.choose(message).then((value) => tell({ type: 'answer', id: message.id, value }));
        return;
      case 'reveal':
        void options.dialogs.reveal(message.path).then(() => tell({ type: 'answer', id: message.id, value: null }));
        return;
      case 'spawn':
        return spawnChild(message);
      case 'child-send':
        children.get(message.child)?.postMessage(message.message);
        return;
      case 'child-kill':
        children.get(message.child)?.kill();
        return;
      case 'failed':
        return options.onFailure(message.message);
      case 'ready':
        return;
      case 'closed':
        return closing?.();
    }
  }

  function ended(code: number): void {
    for (const child of children.values()) child.kill();
    children.clear();
    for (const answer of media.values()) answer(undefined);
    media.clear();
    if (closing !== undefined) return closing();
    const now = Date.now();
    restarts.push(now);
    if (restarts.filter((at) => now - at < restartWindowMs).length > restartsAllowed) {
      return options.onFailure(`The host ended ${restartsAllowed + 1} times within a minute (exit ${code}).`);
    }
    options.log(`host ended with ${code}, starting it anew`);
    begin();
    options.onRestart();
  }

  function begin(): void {
    host = options.fork(options.fileOf('host/entry'), [], { serviceName: 'hardcase host', stdio: 'pipe' });
    host.stderr?.on('data', (data: Buffer) => options.log(data.toString('utf8')));
    host.on('message', receive);
    host.on('exit', ended);
    tell(options.start);
  }
  begin();

  return {
    newLine() {
      const { port1, port2 } = options.newChannel();
      tell({ type: 'client' }, [port1]);
      return port2;
    },
    media(request) {
      const id = nextMedia++;
      return new Promise((resolve) => {
        media.set(id, (answer) =>
          resolve(
            answer === undefined
              ? new Response(null, { status: 503 })
              : new Response(answer.body as Uint8Array<ArrayBuffer> | null, {
                  status: answer.status,
                  headers: answer.headers.map(([name, value]): [string, string] => [name, value]),
                }),
          ),
        );
        tell({ type: 'media', id, url: request.url, method: request.method, headers: [...request.headers] });
      });
    },
    close() {
      return new Promise((resolve) => {
        // A host that does not finish in time has committed what it said it saved.
        const late = setTimeout(() => host.kill(), closeLimitMs);
        closing = () => {
          clearTimeout(late);
          resolve();
        };
        tell({ type: 'close' });
      });
    },
  };
}
