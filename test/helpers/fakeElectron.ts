import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';

type Listener = (...args: never[]) => unknown;

/** What tests look at and make happen. */
export class FakeContents extends EventEmitter {
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  readonly sent: { readonly channel: string; readonly args: readonly unknown[] }[] = [];
  url = '';
  readonly mainFrame = {
    get url(): string {
      return '';
    },
  };
  getURL(): string {
    return this.url;
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  send(channel: string, ...args: unknown[]): void {
    this.sent.push({ channel, args });
  }
  postMessage(channel: string, message: unknown, ports: unknown[]): void {
    this.sent.push({ channel, args: [message, ports] });
  }
}

export class FakeWindow extends EventEmitter {
  static readonly all: FakeWindow[] = [];
  readonly webContents = new FakeContents();
  readonly calls: string[] = [];
  readonly options: { readonly [name: string]: unknown };
  constructor(options: { readonly [name: string]: unknown }) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
    fakeApp.emit('web-contents-created', {}, this.webContents);
  }
  loadURL(url: string): Promise<void> {
    this.webContents.url = url;
    Object.defineProperty(this.webContents.mainFrame, 'url', { value: url });
    return Promise.resolve();
  }
  show = (): void => void this.calls.push('show');
  focus = (): void => void this.calls.push('focus');
  restore = (): void => void this.calls.push('restore');
  isMinimized = (): boolean => true;
  getNormalBounds = (): object => ({ x: 1, y: 2, width: 1000, height: 700 });
}

export class FakeChild extends EventEmitter {
  readonly pid = 4711;
  readonly stderr = new PassThrough();
  readonly received: { readonly message: unknown; readonly ports: readonly unknown[] }[] = [];
  killed = false;
  readonly file: string;
  readonly args: readonly string[];
  constructor(file: string, args: readonly string[]) {
    super();
    this.file = file;
    this.args = args;
  }
  postMessage(message: unknown, ports: readonly unknown[] = []): void {
    this.received.push({ message, ports });
  }
  kill(): boolean {
    this.killed = true;
    return true;
  }
}

class FakeApp extends EventEmitter {
  readonly calls: string[] = [];
  first = true;
  isPackaged = false;
  readonly paths: { [name: string]: string } = {};
  enableSandbox = (): void => void this.calls.push('enableSandbox');
  requestSingleInstanceLock = (): boolean => this.first;
  quit = (): void => void this.calls.push('quit');
  exit = (code: number): void => void this.calls.push(`exit ${code}`);
  whenReady = (): Promise<void> => Promise.resolve(void this.calls.push('ready'));
  getVersion = (): string => '1.2.3';
  setPath = (name: string, path: string): void => void (this.paths[name] = path);
  getPath = (name: string): string => this.paths[name] ?? '';
}

export const fakeApp = new FakeApp();
export const forked: FakeChild[] = [];
export const ipc = new EventEmitter();
export const schemes: unknown[] = [];
export const handled = new Map<string, (request: Request) => Promise<Response>>();
export const session: { [name: string]: Listener } = {};
export const opened: string[] = [];
export const errorBoxes: string[] = [];
export const menus: unknown[] = [];

/** The module `electron` as main sees it. */
export const electron = {
  app: fakeApp,
  BrowserWindow: FakeWindow,
  dialog: {
    showErrorBox: (title: string, content: string) => errorBoxes.push(`${title}: ${content}`),
    showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: ['/data/photos'] }),
    showSaveDialog: () => Promise.resolve({ canceled: true, filePath: '' }),
  },
  ipcMain: ipc,
  Menu: { setApplicationMenu: (menu: unknown) => menus.push(menu), buildFromTemplate: (template: unknown) => template },
  MessageChannelMain: MessageChannel,
  protocol: {
    registerSchemesAsPrivileged: (list: unknown[]) => schemes.push(...list.map((item) => [item, fakeApp.calls.includes('ready')])),
    handle: (scheme: string, handler: (request: Request) => Promise<Response>) => handled.set(scheme, handler),
  },
  session: {
    defaultSession: {
      setPermissionRequestHandler: (handler: Listener) => (session['request'] = handler),
      setPermissionCheckHandler: (handler: Listener) => (session['check'] = handler),
      setDevicePermissionHandler: (handler: Listener) => (session['device'] = handler),
    },
  },
  shell: { openExternal: (url: string) => Promise.resolve(void opened.push(url)), showItemInFolder: (path: string) => opened.push(path) },
  utilityProcess: {
    fork: (file: string, args: readonly string[]) => {
      const child = new FakeChild(file, args);
      forked.push(child);
      return child;
    },
  },
};
