import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import type { DoctorReport, ProviderReport } from '../../../../shared/contract/host.ts';
import { sqliteVersion } from '../../../db/client.ts';
import type { HostPorts } from '../../ports.ts';

export interface DoctorDeps {
  readonly ports: HostPorts;
  readonly probeProviders: (fresh: boolean) => Promise<readonly ProviderReport[]>;
}

const require = createRequire(import.meta.url);

/** What this machine can do, and why not what it cannot. */
export async function examine({ ports, probeProviders }: DoctorDeps, fresh: boolean): Promise<DoctorReport> {
  const [providers, sqlite, onnxruntime] = await Promise.all([probeProviders(fresh), sqliteVersion(), packageVersion('onnxruntime-node')]);
  return {
    app: ports.appVersion,
    node: process.versions.node,
    sqlite,
    onnxruntime,
    providers,
    electron: electronAvailability(ports.kind),
    browser: browserAvailability(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

async function packageVersion(name: string): Promise<string> {
  try {
    // The package's own exports hide its package.json from `require`.
    const entry = require.resolve(name);
    const folder = entry.slice(0, entry.lastIndexOf(path.join('node_modules', name)) + path.join('node_modules', name).length);
    return (JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version;
  } catch {
    return 'missing';
  }
}

/** The `electron` package brings types; its binary is a download of its own, which writes `path.txt`. */
function electronAvailability(kind: HostPorts['kind']): DoctorReport['electron'] {
  if (kind === 'electron') return { available: true };
  try {
    const folder = path.dirname(require.resolve('electron/package.json'));
    if (existsSync(path.join(folder, 'path.txt'))) return { available: true };
    return {
      available: false,
      reason: "Electron's binary is not on this machine; it is downloaded at the first `npm start` with a network.",
    };
  } catch {
    return { available: false, reason: 'The electron package is not installed.' };
  }
}

const browserNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge', 'firefox'];

/** Only browser mode on this machine needs one; any browser elsewhere may open the printed address through a tunnel. */
function browserAvailability(): DoctorReport['browser'] {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  const found = folders.some((folder) =>
    browserNames.some((name) => endings.some((ending) => existsSync(path.join(folder, name + ending)))),
  );
  if (found || process.platform === 'darwin' || process.platform === 'win32') return { available: true };
  return { available: false, reason: 'No browser was found on the path of this machine.' };
}
