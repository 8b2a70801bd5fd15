// The first thing that `npm start`, `npm test` and all the others run. Plain JavaScript without dependencies, for whatever
// Node (18 or newer) the machine has: it installs what the lock file says, brings the Node that the rest needs, builds what
// is stale and hands over. What it says goes to standard error, because standard output belongs to results.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');

// better-sqlite3 13 segfaults on Node 20, and only Node 24 runs our TypeScript as it is.
const wantedNode = '24.21.0';
const nodePackages = {
  'linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'linux-arm64': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  'win32-x64': 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
};

class Missing extends Error {}

const say = (text) => process.stderr.write(`${text}\n`);
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

// ---------------------------------------------------------------- npm

/** npm as a program and its first arguments, found without a shell so that no path needs quoting. */
function npmCommand() {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js'),
    join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
    '/usr/share/nodejs/npm/bin/npm-cli.js',
  ];
  const script = candidates.find((path) => path && /npm-cli\.js$/.test(path) && existsSync(path));
  return script ? [process.execPath, script] : ['npm'];
}

function npm(args, what) {
  const [program, ...first] = npmCommand();
  const result = spawnSync(program, [...first, ...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    // Its install script downloads CUDA files and fails where there is no network; nothing here needs one.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  });
  if (result.error) {
    throw new Missing(
      result.error.code === 'ENOENT'
        ? 'npm is missing. It comes with Node.js (https://nodejs.org) or as your system\'s package "npm".'
        : `npm could not be started: ${result.error.message}`,
    );
  }
  if (result.status === 0) return;
  const output = `${result.stdout}${result.stderr}`.trim();
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    throw new Missing(
      `${what} could not be fetched: the package registry does not answer. Connect once, or point npm at a registry you can reach ` +
        `(npm config set registry …); after that no network is needed.\n${output}`,
    );
  }
  if (/ENOSPC/.test(output)) throw new Missing(`${what} could not be installed: the disk is full (about 1.5 GB is needed).\n${output}`);
  if (/EACCES|EPERM|EROFS/.test(output))
    throw new Missing(`${what} could not be installed: this user may not write to ${root}.\n${output}`);
  throw new Missing(`${what} could not be installed.\n${output}`);
}

/** Whether node_modules holds what the lock file asks for, read from npm's own record of what it installed. */
function packagesInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'));
  const present = readJson(join(root, 'node_modules/.package-lock.json'));
  if (!wanted) throw new Missing('package-lock.json is missing or damaged: clone the repository again.');
  if (!present) return false;
  return Object.entries(wanted.packages).every(([path, entry]) => {
    if (path === '') return true;
    const there = present.packages[path];
    // What was left out is for other systems; what is there must be the same.
    if (!there) return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function installPackages() {
  if (!packagesInstalled()) alone(installPackagesNow);
}

function installPackagesNow() {
  if (packagesInstalled()) return;
  const began = Date.now();
  say('Setting up: installing packages (once; about 1 GB on disk, a minute or two) …');
  npm(['ci'], 'The packages');
  say(`Setting up: packages installed in ${seconds(began)}`);
}

/** One set-up at a time: two that install at once would ruin each other's work. What is whole already never gets here. */
function alone(work) {
  const lock = join(tools, 'setup.lock');
  try {
    mkdirSync(tools, { recursive: true });
  } catch (error) {
    throw new Missing(`This user may not write to ${root} (${error.code}): let somebody who may run "npm run setup" first.`);
  }
  for (let told = false; ;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw new Missing(`This user may not write to ${tools} (${error.code}).`);
      if (!runs(lockOwner(lock))) rmSync(lock, { force: true });
      else {
        if (!told) say('Setting up: waiting for another set-up to finish …');
        told = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      }
    }
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function lockOwner(lock) {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    // Given back in this very moment.
    return process.pid;
  }
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// ---------------------------------------------------------------- Node 24

const isWanted = (version) => Number(version.split('.')[0]) === Number(wantedNode.split('.')[0]);

/** Where the Node that runs the rest is, or would be. */
function nodePlace() {
  const platform = `${process.platform}-${process.arch}`;
  const name = `node-${platform.replace('win32', 'win')}`;
  const program = join(tools, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return { platform, name, program };
}

function presentNode() {
  const { name, program } = nodePlace();
  if (readJson(join(tools, 'node_modules', name, 'package.json'))?.version === wantedNode && existsSync(program)) return program;
  return isWanted(process.versions.node) ? process.execPath : undefined;
}

function bringNode() {
  return presentNode() ?? alone(() => presentNode() ?? bringNodeNow());
}

function bringNodeNow() {
  const { platform, name, program } = nodePlace();
  const integrity = nodePackages[platform];
  if (!integrity) {
    throw new Missing(
      `Hardcase needs Node.js ${wantedNode.split('.')[0]}; this is ${process.versions.node}, and none can be brought automatically for ${platform}. ` +
        'Install it from https://nodejs.org and try again.',
    );
  }
  const began = Date.now();
  say(`Setting up: bringing Node ${wantedNode} (this machine has ${process.versions.node}) …`);
  mkdirSync(tools, { recursive: true });
  // Of its own package folder: --prefix alone would walk up to ours.
  writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
  npm(['install', '--prefix', tools, '--no-save', '--no-package-lock', `${name}@${wantedNode}`], `Node ${wantedNode}`);
  const got = readJson(join(tools, 'node_modules/.package-lock.json'))?.packages?.[`node_modules/${name}`]?.integrity;
  if (got !== integrity) {
    rmSync(join(tools, 'node_modules'), { recursive: true, force: true });
    throw new Missing(`The registry answered with another ${name}@${wantedNode} than the one known here (${got}); it was removed.`);
  }
  const check = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (check.status !== 0) {
    throw new Missing(
      `Node ${wantedNode} was installed but does not run here (${check.error?.message ?? check.stderr.trim()}). Install Node 24 from https://nodejs.org.`,
    );
  }
  say(`Setting up: Node ${wantedNode} ready in ${seconds(began)}`);
  return program;
}

// ---------------------------------------------------------------- the page

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

function contentHash(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const full = join(root, path);
    for (const file of statSync(full).isDirectory() ? filesBelow(full) : [full]) {
      hash
        .update(`${relative(root, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

const page = join(root, 'dist/renderer');
const stamp = join(root, 'dist/renderer.sha256');
const pageSources = () => contentHash(['renderer', 'shared', 'package-lock.json']);
const pageIsBuilt = (wanted) => existsSync(join(page, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;

/** dist/renderer, built when its sources or packages changed. */
function buildPage(node) {
  const wanted = pageSources();
  if (!pageIsBuilt(wanted)) alone(() => pageIsBuilt(wanted) || buildPageNow(node, wanted));
}

function buildPageNow(node, wanted) {
  const began = Date.now();
  say('Setting up: building the page …');
  // Beside the old one and then in its place, so that a page being served is never half there.
  const fresh = `${page}.${process.pid}`;
  const result = spawnSync(
    node,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      '--config',
      join(root, 'renderer/vite.config.ts'),
      '--outDir',
      fresh,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (result.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Missing(`The page could not be built.\n${result.error?.message ?? ''}${result.stdout}${result.stderr}`);
  }
  rmSync(page, { recursive: true, force: true });
  renameSync(fresh, page);
  writeFileSync(stamp, wanted);
  say(`Setting up: page built in ${seconds(began)}`);
}

// ---------------------------------------------------------------- hand over

/** Command → the file it runs, first arguments, and whether it shows the page. */
const commands = {
  setup: { page: true },
  start: { file: 'electron/cli/start.ts', page: true },
  hardcase: { file: 'electron/cli/index.ts', page: (args) => args[0] === 'serve' },
  demo: { file: 'electron/cli/index.ts', first: ['demo'] },
  dev: { file: 'electron/web/dev.ts' },
  // All of them build the page as a step of their own, beside others.
  test: { file: 'test/run.ts', page: (args) => args.includes('browser') },
  // Only the canvas is measured in the page.
  bench: { file: 'test/bench/run.ts', page: (args) => args.length === 0 || args.includes('canvas') },
  package: { file: 'electron/package.ts', page: true },
  run: {},
};

function handOver(node, command, args) {
  const entry = commands[command];
  const [file, ...rest] = command === 'run' ? args : [join(root, entry.file), ...(entry.first ?? []), ...args];
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', command === 'run' ? join(root, file) : file, ...rest], {
    // npm changes to the package's folder; paths that a person typed are relative to where they stood.
    cwd: command === 'hardcase' || command === 'demo' ? (process.env.INIT_CWD ?? process.cwd()) : root,
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'node'),
      PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    say(`Hardcase could not be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

function main() {
  const [command = 'setup', ...args] = process.argv.slice(2);
  const entry = Object.prototype.hasOwnProperty.call(commands, command) ? commands[command] : undefined;
  if (!entry) {
    say(`There is no command "${command}". There are: ${Object.keys(commands).join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new Missing(
      `Node.js 18 or newer is needed to begin with; this is ${process.versions.node}. Install one from https://nodejs.org.`,
    );
  }
  const began = Date.now();
  installPackages();
  const node = bringNode();
  if (typeof entry.page === 'function' ? entry.page(args) : entry.page) buildPage(node);
  if (command === 'setup') say(`Hardcase is set up (${seconds(began)}). Start it with: npm start`);
  else handOver(node, command, args);
}

try {
  main();
} catch (error) {
  say(error instanceof Missing ? error.message : `Setting up failed: ${error?.stack ?? error}`);
  process.exitCode = 1;
}
