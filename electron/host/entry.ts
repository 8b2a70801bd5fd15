import type { MediaAsk, ToHost, ToMain } from '../node/shellMessages.ts';
import { newClientId, serveContract } from '../node/hostServer.ts';
import { openLocalDoor } from '../node/localDoor.ts';
import { stderrLog } from '../node/log.ts';
import { portChannel, type NodePort } from '../node/portChannel.ts';
import { createHost, type Host } from './createHost.ts';
import type { ChildHandle, NativeDialogs, ProcessSpawner } from './ports.ts';

/** The port to main of a utility process, so that this file needs no Electron. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: ToHost; readonly ports: readonly NodePort[] }) => void): void;
  postMessage(message: ToMain): void;
}

const found = (process as unknown as { readonly parentPort?: ParentPort }).parentPort;
if (found === undefined) throw new Error('This file is the host of the desktop app and is started by it.');
const parent: ParentPort = found;
const log = stderrLog('info');

let nextId = 1;
const answers = new Map<number, (value: unknown) => void>();
const asked = <T>(ask: (id: number) => ToMain): Promise<T> =>
  new Promise((resolve) => {
    const id = nextId++;
    answers.set(id, (value) => resolve(value as T));
    parent.postMessage(ask(id));
  });

const dialogs: NativeDialogs = {
  choose: ({ kind, title }) => asked<string | null>((id) => ({ type: 'choose', id, kind, title })),
  reveal: (path) => asked<null>((id) => ({ type: 'reveal', id, path })).then(() => undefined),
};

interface Child {
  pid: number | undefined;
  readonly messages: ((message: unknown) => void)[];
  readonly exits: ((exit: { readonly code: number | null; readonly signal: string | null }) => void)[];
}
const children = new Map<number, Child>();

/** Only main can make processes in a packaged app: it makes them for us and passes on what they say. */
const spawner: ProcessSpawner = {
  spawn(module, { args = [], env = {} } = {}): ChildHandle {
    const id = nextId++;
    const child: Child = { pid: undefined, messages: [], exits: [] };
    children.set(id, child);
    parent.postMessage({ type: 'spawn', child: id, module, args, env });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => parent.postMessage({ type: 'child-send', child: id, message }),
      onMessage: (listener) => void child.messages.push(listener),
      onExit: (listener) => void child.exits.push(listener),
      kill: () => parent.postMessage({ type: 'child-kill', child: id }),
    };
  },
};

async function answerMedia(host: Host, ask: MediaAsk): Promise<void> {
  try {
    const url = new URL(ask.url);
    // `app:` is no scheme that Request knows; only the path means anything here.
    const request = new Request(`http://hardcase${url.pathname}${url.search}`, {
      method: ask.method,
      headers: ask.headers.map(([name, value]): [string, string] => [name, value]),
    });
    const response = await host.media(request);
    const body = response.body === null ? null : new Uint8Array(await response.arrayBuffer());
    parent.postMessage({ type: 'media', id: ask.id, status: response.status, headers: [...response.headers], body });
  } catch (error) {
    log.error('An image could not be sent', { error });
    parent.postMessage({ type: 'media', id: ask.id, status: 500, headers: [], body: null });
  }
}

// Messages come before the host is made; all wait for this one.
let begin: (host: Promise<Host>) => void = () => undefined;
const host = new Promise<Host>((resolve) => (begin = resolve));
const server = host.then((made) => serveContract(made, log));
// Why it could not begin is told once, where it is made; what waits for it has nothing to add.
host.catch(() => undefined);
server.catch(() => undefined);

parent.on('message', ({ data, ports }) => {
  switch (data.type) {
    case 'start': {
      const local = openLocalDoor();
      const made = local.then(({ door }) =>
        createHost({ kind: 'electron', appVersion: data.appVersion, paths: data.paths, roots: [], spawner, dialogs, log, door }),
      );
      void Promise.all([local, made, server])
        .then(([door, opened, rpc]) =>
          door.serve((channel, author) =>
            rpc.connect(channel, { clientId: newClientId('cli'), author: () => author ?? opened.services.settings.get().author }),
          ),
        )
        .catch(() => undefined);
      begin(made);
      made.then(
        () => parent.postMessage({ type: 'ready' }),
        (error: unknown) => {
          log.error('The host could not begin', { error });
          parent.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
        },
      );
      return;
    }
    case 'client': {
      const [port] = ports;
      if (port === undefined) return;
      Promise.all([host, server]).then(
        ([made, rpc]) =>
          rpc.connect(portChannel(port), { clientId: newClientId('desktop'), author: () => made.services.settings.get().author }),
        () => undefined,
      );
      return;
    }
    case 'media':
      host.then(
        (made) => answerMedia(made, data),
        () => undefined,
      );
      return;
    case 'answer':
      answers.get(data.id)?.(data.value);
      answers.delete(data.id);
      return;
    case 'child-spawned': {
      const child = children.get(data.child);
      if (child !== undefined) child.pid = data.pid;
      return;
    }
    case 'child-message':
      for (const listener of children.get(data.child)?.messages ?? []) listener(data.message);
      return;
    case 'child-exit':
      for (const listener of children.get(data.child)?.exits ?? []) listener({ code: data.code, signal: null });
      children.delete(data.child);
      return;
    case 'close':
      void host
        .then((made) => made.close())
        .catch((error: unknown) => log.error('The host did not close well', { error }))
        .finally(() => {
          parent.postMessage({ type: 'closed' });
        });
  }
});
