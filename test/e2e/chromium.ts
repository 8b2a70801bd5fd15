import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { chromium, type BrowserServer } from 'playwright-core';

export interface Chromium {
  readonly executablePath: string;
  readonly env: { readonly [name: string]: string };
  /** For the line that says which browser was tested. */
  readonly from: string;
}

const root = join(import.meta.dirname, '../..');

function onPath(names: readonly string[]): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** A folder of this user's that keeps what was unpacked. */
function cacheFolder(): string {
  const own = join(root, '.cache');
  try {
    mkdirSync(own, { recursive: true });
    accessSync(own, constants.W_OK);
    return own;
  } catch {
    const other = join(tmpdir(), `hardcase-${userInfo().uid}`);
    mkdirSync(other, { recursive: true });
    return other;
  }
}

/** The browser from the registry, unpacked once (1.5 s, 210 MB). */
async function packagedChromium(): Promise<Chromium> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const packageFolder = join(dirname(entry), '..');
  const version = (createRequire(import.meta.url)(join(packageFolder, 'package.json')) as { readonly version: string }).version;
  const folder = join(cacheFolder(), `chromium-${version}`);
  if (!existsSync(folder)) {
    // The package unpacks to the temporary folder, wherever that is; renamed when whole, so that a broken start leaves no half.
    const fresh = `${folder}.${process.pid}`;
    mkdirSync(fresh, { recursive: true });
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = fresh;
    try {
      const { default: packaged, inflate } = await import('@sparticuz/chromium');
      await packaged.executablePath();
      await inflate(join(packageFolder, 'bin', 'al2023.tar.br'));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    try {
      renameSync(fresh, folder);
    } catch {
      // Another run was quicker.
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  const executablePath = join(folder, 'chromium');
  const env: { [name: string]: string } = {};
  // A bare system lacks NSS; the package brings one.
  if (/not found/.test(execFileSync('ldd', [executablePath], { encoding: 'utf8' }))) {
    env['LD_LIBRARY_PATH'] = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(delimiter);
  }
  if (!existsSync('/etc/fonts/fonts.conf')) env['FONTCONFIG_PATH'] = join(folder, 'fonts');
  return { executablePath, env, from: `@sparticuz/chromium ${version}` };
}

export async function findChromium(): Promise<Chromium> {
  const system = process.env['HARDCASE_CHROMIUM'] ?? onPath(['chromium', 'chromium-browser', 'google-chrome']);
  if (system !== undefined) return { executablePath: system, env: {}, from: system };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'There is no Chromium on the path, and the packaged one is for Linux x64 only: install Chromium or Chrome, or name it in HARDCASE_CHROMIUM',
    );
  }
  return packagedChromium();
}

/**
 * One browser for all specs. Without its sandbox: as root it does not start with one, for other users pages hang in it on
 * some systems, and the only pages it ever opens are our own.
 */
export async function launchChromium(): Promise<{ readonly server: BrowserServer; readonly from: string }> {
  const { executablePath, env, from } = await findChromium();
  const server = await chromium.launchServer({
    executablePath,
    headless: true,
    chromiumSandbox: false,
    env: { ...(process.env as { [name: string]: string }), ...env },
    args: ['--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
  return { server, from };
}
