import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractAll, getRawHeader, listPackage } from '@electron/asar';
import { parse } from 'yaml';
import { buildElectron } from './build.ts';
import { findElectron } from './node/electronBinary.ts';
import { installation } from './node/nodePorts.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** What electron-builder copies and renames; enough to build the folder and the archive around it. */
function standInDistribution(): string {
  const folder = join(installation, '.cache', 'electron-stand-in');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const program = process.platform === 'win32' ? 'electron.exe' : 'electron';
  writeFileSync(join(folder, program), '#!/bin/sh\necho "a stand-in for Electron" >&2\nexit 1\n');
  chmodSync(join(folder, program), 0o755);
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'chrome_crashpad_handler', 'version'])
    writeFileSync(join(folder, file), '');
  return folder;
}

/** sharp as WebAssembly, for Linux; npm leaves it out because no machine's processor is called "wasm32". */
function fetchWasmSharp(): void {
  if (process.platform !== 'linux') return;
  const { version } = JSON.parse(readFileSync(join(installation, 'node_modules/sharp/package.json'), 'utf8')) as {
    readonly version: string;
  };
  const folder = join(installation, '.tools', 'sharp-wasm');
  const installed = join(folder, 'node_modules/@img/sharp-wasm32/package.json');
  if (existsSync(installed) && (JSON.parse(readFileSync(installed, 'utf8')) as { readonly version: string }).version === version) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--cpu=wasm32',
    '--loglevel=error',
  ];
  const npm = process.env['npm_execpath'];
  execFileSync(
    npm === undefined ? 'npm' : process.execPath,
    [...(npm === undefined ? [] : [npm]), ...args, `@img/sharp-wasm32@${version}`],
    { stdio: 'inherit' },
  );
}

const builderTarget = { linux: '--linux', win32: '--win', darwin: '--mac' } as const;

/** Where electron-builder leaves the app's resources, whatever the platform calls the folder. */
function resourcesFolder(): string {
  const found = readdirSync(join(installation, 'build'), { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('app.asar'));
  if (found === undefined) throw new Error('electron-builder left no app.asar');
  return dirname(join(installation, 'build', found));
}

export interface PackageCheck {
  readonly files: number;
  readonly problems: readonly string[];
}

interface AsarEntry {
  readonly files?: { readonly [name: string]: AsarEntry };
  readonly unpacked?: boolean;
}

function unpackedFiles(entry: AsarEntry, path = ''): string[] {
  if (entry.files === undefined) return entry.unpacked === true ? [path] : [];
  return Object.entries(entry.files).flatMap(([name, child]) => unpackedFiles(child, `${path}/${name}`));
}

/** Nothing of development inside, native code outside, of this platform alone, and a host that starts. */
export function checkPackage(resources: string): PackageCheck {
  const archive = join(resources, 'app.asar');
  const files = listPackage(archive, { isPack: false }).map((file) => file.replaceAll('\\', '/'));
  const unpacked = new Set(unpackedFiles(getRawHeader(archive).header));
  const problems: string[] = [];
  const expected = [
    '/package.json',
    '/dist/electron/electron/main/index.js',
    '/dist/electron/electron/preload/index.cjs',
    '/dist/electron/electron/host/entry.js',
    '/dist/electron/electron/db/worker.js',
    '/dist/electron/electron/inference/process.js',
    '/dist/electron/electron/video/process.js',
    '/dist/renderer/index.html',
    '/node_modules/better-sqlite3/package.json',
    '/node_modules/onnxruntime-node/package.json',
    '/node_modules/sharp/package.json',
  ];
  for (const file of expected) if (!files.includes(file)) problems.push(`missing: ${file}`);
  const development =
    /^\/(test|renderer|shared|electron|\.github|\.cache|\.tools|resources)(\/|$)|^\/node_modules\/(vite|vitest|typescript|electron|eslint|playwright-core|@sparticuz|@duckdb|react|konva)(\/|$)|\.(ts|tsx|map)$/;
  for (const file of files) if (development.test(file)) problems.push(`of development: ${file}`);
  const native = files.filter((file) => /\.(node|so|dylib|dll)(\.[\d.]+)?$/.test(file));
  for (const file of native) if (!unpacked.has(file)) problems.push(`native code inside the archive: ${file}`);
  const platform = process.platform === 'linux' ? 'linux' : process.platform === 'darwin' ? 'darwin' : 'win32';
  for (const file of native) {
    const foreign = ['linux', 'darwin', 'win32'].filter((name) => name !== platform).some((name) => file.includes(`/${name}`));
    if (foreign || file.includes('linuxmusl')) problems.push(`of another platform: ${file}`);
  }
  if (native.length < 2) problems.push('the native modules are missing');
  if (platform === 'linux' && files.some((file) => file.startsWith('/node_modules/@img/sharp-linux')))
    problems.push('native sharp, which Electron on Linux cannot bear');
  return { files: files.length, problems };
}

/** The packaged host under Node: makes a dataset and asks what the machine can do. */
export function startPackagedHost(resources: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-package-'));
  try {
    extractAll(join(resources, 'app.asar'), join(folder, 'app'));
    const run = (...args: readonly string[]): string =>
      execFileSync(process.execPath, [join(folder, 'app/dist/electron/electron/cli/index.js'), ...args, '--json'], {
        encoding: 'utf8',
        env: { ...process.env, HARDCASE_USER_DATA: join(folder, 'user'), NODE_PATH: '' },
      });
    run('create', join(folder, 'dataset'), '--name', 'Packaged');
    const { frames } = JSON.parse(run('stats', join(folder, 'dataset'))) as { readonly frames: number };
    if (frames !== 0) throw new Error('the packaged host made another dataset than it was asked for');
    return run('doctor').trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `full`: everything that can be given away; else the folder and the archive, around a stand-in where there is no Electron. */
export async function packageApp(full: boolean): Promise<string> {
  await buildElectron();
  const electron = findElectron();
  if (full && !electron.available) throw new Error(`Packages to give away need the Electron binary: ${electron.reason}`);
  fetchWasmSharp();
  const config = parse(readFileSync(join(installation, 'electron-builder.yml'), 'utf8')) as { [name: string]: unknown };
  if (!electron.available) {
    config['electronDist'] = standInDistribution();
    // Fuses are bits inside the real binary.
    delete config['electronFuses'];
  }
  const configFile = join(installation, '.cache', 'electron-builder.json');
  mkdirSync(dirname(configFile), { recursive: true });
  writeFileSync(configFile, JSON.stringify(config));
  rmSync(join(installation, 'build'), { recursive: true, force: true });
  const result = spawnSync(
    process.execPath,
    [
      join(installation, 'node_modules/electron-builder/cli.js'),
      builderTarget[process.platform as keyof typeof builderTarget],
      ...(full ? [] : ['--dir']),
      '--config',
      configFile,
      '--publish',
      'never',
    ],
    { cwd: installation, encoding: 'utf8' },
  );
  if (result.status !== 0) throw new Error(`electron-builder failed\n${result.stdout}${result.stderr}`);
  return resourcesFolder();
}

if (process.argv[1] === import.meta.filename) {
  const began = Date.now();
  const resources = await packageApp(process.argv.includes('--full'));
  say(`Packaged in ${seconds(began)}: ${dirname(resources)}`);
  const { files, problems } = checkPackage(resources);
  for (const problem of problems) say(`  ${problem}`);
  say(`The archive holds ${files} files, ${problems.length === 0 ? 'as it should' : `with ${problems.length} problems`}.`);
  if (problems.length === 0) say(`Its host starts with Node: ${startPackagedHost(resources).slice(0, 200)}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
