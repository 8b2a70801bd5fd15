/** A file that breaks one rule: where it lies and what it imports. */
export interface Planted {
  readonly rule: string;
  readonly from: string;
  readonly line: string;
}

/** Files that a planted line may point to; each is clean by itself. */
export const surroundings: { readonly [path: string]: string } = {
  'shared/domain/box.ts': 'export const box = 1;',
  'shared/contract/index.ts': 'export const contract = 1;',
  'shared/contract/bridge.ts': 'export const bridge = 1;',
  'shared/rpc/client.ts': 'export const client = 1;',
  'shared/errors.ts': 'export const errors = 1;',
  'electron/main/index.ts': "import { app } from 'electron';\nexport const main = app;",
  'electron/main/window.ts': "import type { app } from 'electron';\nexport type App = typeof app;",
  'electron/preload/index.ts':
    "import { ipcRenderer } from 'electron';\nimport type { bridge } from '../../shared/contract/bridge.ts';\nexport const preload: typeof bridge | typeof ipcRenderer = ipcRenderer;",
  'electron/host/createHost.ts': "import { db } from '../db/client.ts';\nexport const host = db;",
  'electron/node/ports.ts': "import { WebSocket } from 'ws';\nexport const ports = WebSocket;",
  'electron/db/client.ts': 'export const db = 1;',
  'electron/db/worker.ts': "import sqlite from 'better-sqlite3';\nexport const worker = sqlite;",
  'electron/inference/client.ts': 'export const inference = 1;',
  'electron/inference/process.ts': "import { InferenceSession } from 'onnxruntime-node';\nexport const session = InferenceSession;",
  'electron/triggers/client.ts': 'export const triggers = 1;',
  'electron/triggers/worker.ts': 'export const worker = 1;',
  'electron/video/client.ts': 'export const video = 1;',
  'electron/video/process.ts': "import { Input } from 'mediabunny';\nexport const decoder = Input;",
  'electron/image/decode.ts': "import sharp from 'sharp';\nexport const decode = sharp;",
  'electron/web/server.ts': "import { createServer } from 'node:http';\nexport const server = createServer;",
  'electron/cli/index.ts': "import { host } from '../host/createHost.ts';\nexport const cli = host;",
  'renderer/api/api.ts': "import { client } from '../../shared/rpc/client.ts';\nexport const api = client;",
  'renderer/state/store.ts': 'export const store = 1;',
  'renderer/ui/Button.ts': 'export const Button = 1;',
  'renderer/canvas/view/Stage.ts': "import Konva from 'konva';\nexport const stage = Konva;",
  'renderer/features/home/Home.ts': 'export const Home = 1;',
  'renderer/app/App.ts': "import { Home } from '../features/home/Home.ts';\nexport const App = Home;",
  'test/helpers/fake.ts': 'export const fake = 1;',
};

/** npm packages the rules name, as empty stand-ins. */
export const packages = [
  'zod',
  'electron',
  'better-sqlite3',
  'onnxruntime-node',
  'sharp',
  'ws',
  'konva',
  'react-dom',
  'mediabunny',
  'left-pad',
] as const;

const planted = (rule: string, from: string, line: string): Planted => ({ rule, from, line });

export const violations: readonly Planted[] = [
  planted('no-cycles', 'shared/triggers/a.ts', "import { b } from './b.ts';\nexport const a = b;"),
  planted('not-to-unresolvable', 'electron/host/lost.ts', "import { nothing } from './nowhere.ts';\nexport const lost = nothing;"),
  planted('prod-not-to-test', 'renderer/lib/useFake.ts', "import { fake } from '../../test/helpers/fake.ts';\nexport const use = fake;"),
  planted('shared-is-pure', 'shared/formats/readFile.ts', "import { readFile } from 'node:fs';\nexport const read = readFile;"),
  planted('shared-is-pure', 'shared/formats/pad.ts', "import pad from 'left-pad';\nexport const padded = pad;"),
  planted('zod-only-in-schemas', 'shared/metrics/schema.ts', "import { z } from 'zod';\nexport const schema = z;"),
  planted(
    'shared-domain-is-leaf',
    'shared/domain/wire.ts',
    "import type { contract } from '../contract/index.ts';\nexport type Wire = typeof contract;",
  ),
  planted(
    'rpc-knows-no-contract',
    'shared/rpc/known.ts',
    "import { contract } from '../contract/index.ts';\nexport const known = contract;",
  ),
  planted(
    'electron-only-in-shell',
    'electron/host/dialog.ts',
    "import type { dialog } from 'electron';\nexport type Dialog = typeof dialog;",
  ),
  planted('electron-values-only-in-entries', 'electron/main/menu.ts', "import { Menu } from 'electron';\nexport const menu = Menu;"),
  planted('shell-is-thin', 'electron/main/heavy.ts', "import { host } from '../host/createHost.ts';\nexport const heavy = host;"),
  planted(
    'preload-is-tiny',
    'electron/preload/big.ts',
    "import { contract } from '../../shared/contract/index.ts';\nexport const big = contract;",
  ),
  planted('core-not-to-shells', 'electron/host/answer.ts', "import { server } from '../web/server.ts';\nexport const answer = server;"),
  planted('db-behind-its-client', 'electron/host/rows.ts', "import { worker } from '../db/worker.ts';\nexport const rows = worker;"),
  planted(
    'inference-behind-its-client',
    'electron/host/run.ts',
    "import { session } from '../inference/process.ts';\nexport const run = session;",
  ),
  planted(
    'triggers-behind-their-client',
    'electron/host/hits.ts',
    "import { worker } from '../triggers/worker.ts';\nexport const hits = worker;",
  ),
  planted(
    'video-behind-its-client',
    'electron/host/decode.ts',
    "import { decoder } from '../video/process.ts';\nexport const decode = decoder;",
  ),
  planted('videos-only-in-video', 'electron/host/demux.ts', "import { Input } from 'mediabunny';\nexport const demux = Input;"),
  planted('sqlite-only-in-db', 'electron/host/sql.ts', "import sqlite from 'better-sqlite3';\nexport const sql = sqlite;"),
  planted(
    'ort-only-in-inference',
    'electron/image/net.ts',
    "import { InferenceSession } from 'onnxruntime-node';\nexport const net = InferenceSession;",
  ),
  planted('pixels-only-in-image', 'electron/inference/pixels.ts', "import sharp from 'sharp';\nexport const pixels = sharp;"),
  planted(
    'sockets-only-in-web',
    'electron/host/listen.ts',
    "import { createServer } from 'node:http';\nexport const listen = createServer;",
  ),
  planted('sockets-only-in-web', 'electron/triggers/socket.ts', "import { WebSocket } from 'ws';\nexport const socket = WebSocket;"),
  planted('renderer-not-to-node', 'renderer/lib/path.ts', "import { join } from 'node:path';\nexport const path = join;"),
  planted(
    'renderer-not-to-host',
    'renderer/lib/host.ts',
    "import type { host } from '../../electron/host/createHost.ts';\nexport type Host = typeof host;",
  ),
  planted(
    'rpc-only-in-api',
    'renderer/features/home/direct.ts',
    "import { client } from '../../../shared/rpc/client.ts';\nexport const direct = client;",
  ),
  planted('features-on-top', 'renderer/state/home.ts', "import { Home } from '../features/home/Home.ts';\nexport const home = Home;"),
  planted(
    'features-are-islands',
    'renderer/features/label/Label.ts',
    "import { Home } from '../home/Home.ts';\nexport const Label = Home;",
  ),
  planted('ui-is-dumb', 'renderer/ui/Smart.ts', "import { store } from '../state/store.ts';\nexport const Smart = store;"),
  planted('headless-core', 'renderer/canvas/tools/draw.ts', "import { stage } from '../view/Stage.ts';\nexport const draw = stage;"),
  planted('konva-only-in-view', 'renderer/features/home/Canvas.ts', "import Konva from 'konva';\nexport const Canvas = Konva;"),
];
