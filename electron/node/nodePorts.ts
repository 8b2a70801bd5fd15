import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Door, HostPorts, Log } from '../host/ports.ts';
import { nodeSpawner, sourceExtension } from './spawner.ts';

/** The folder that holds package.json and `resources/`; a build has its `electron/` in `dist/electron/`. */
export const installation = fileURLToPath(new URL(sourceExtension === '.ts' ? '../..' : '../../../..', import.meta.url));

export function appVersion(): string {
  const { version } = JSON.parse(readFileSync(join(installation, 'package.json'), 'utf8')) as { readonly version: string };
  return version;
}

type Environment = { readonly [name: string]: string | undefined };

/** Where this system keeps settings of a person; HARDCASE_USER_DATA overrides it. */
export function userDataFolder(env: Environment = process.env, platform: string = process.platform, home: string = homedir()): string {
  if (env['HARDCASE_USER_DATA']) return env['HARDCASE_USER_DATA'];
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Hardcase');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Hardcase');
  return join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'hardcase');
}

/** Where new datasets go unless somebody chooses; HARDCASE_DOCUMENTS overrides it. */
export function documentsFolder(env: Environment = process.env, home: string = homedir()): string {
  if (env['HARDCASE_DOCUMENTS']) return env['HARDCASE_DOCUMENTS'];
  const documents = join(home, 'Documents');
  return join(existsSync(documents) ? documents : home, 'Hardcase');
}

export interface NodeShell {
  readonly kind: HostPorts['kind'];
  readonly log: Log;
  readonly roots?: readonly string[];
  readonly door?: Door;
}

/** The ports of every shell that is a plain Node process: command line, browser mode, tests. */
export function nodePorts(shell: NodeShell): HostPorts {
  return {
    kind: shell.kind,
    appVersion: appVersion(),
    paths: { userData: userDataFolder(), documents: documentsFolder(), resources: join(installation, 'resources') },
    roots: shell.roots ?? [],
    spawner: nodeSpawner(),
    log: shell.log,
    ...(shell.door === undefined ? {} : { door: shell.door }),
  };
}
