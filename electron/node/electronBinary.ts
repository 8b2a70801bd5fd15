import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installation } from './nodePorts.ts';

export type ElectronBinary = { readonly available: true; readonly path: string } | { readonly available: false; readonly reason: string };

const packageFolder = join(installation, 'node_modules', 'electron');
const refusal = join(installation, '.cache', 'electron-unavailable.txt');
const askAgainMs = 24 * 3_600_000;
const fetchLimitMs = 120_000;

/** The binary, if it is here. Looks only; `import 'electron'` would start a download. */
export function findElectron(): ElectronBinary {
  const record = join(packageFolder, 'path.txt');
  if (!existsSync(packageFolder)) return { available: false, reason: 'the electron package is not installed' };
  if (!existsSync(record)) return { available: false, reason: 'its binary has not been downloaded' };
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(packageFolder, 'dist');
  const path = join(folder, readFileSync(record, 'utf8').trim());
  return existsSync(path) ? { available: true, path } : { available: false, reason: 'its binary is missing' };
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /Error|ENOTFOUND|ECONN|ETIMEDOUT|certificate/i.test(line)) ?? lines.find((line) => line !== '');
  return (telling ?? 'no answer').slice(0, 160);
}

/**
 * The binary, downloaded where it can be had. A refusal is remembered for a day, so that machines which cannot reach the
 * download do not ask at every start.
 */
export async function fetchElectron(say: (text: string) => void): Promise<ElectronBinary> {
  const found = findElectron();
  const script = join(packageFolder, 'install.js');
  if (found.available || !existsSync(script)) return found;
  if (existsSync(refusal) && Date.now() - statSync(refusal).mtimeMs < askAgainMs) {
    return { available: false, reason: readFileSync(refusal, 'utf8') };
  }
  say('Fetching the Electron binary …');
  const reason = await new Promise<string | undefined>((resolve) => {
    const child = spawn(process.execPath, [script], { cwd: packageFolder, stdio: ['ignore', 'pipe', 'pipe'], timeout: fetchLimitMs });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal === null ? lastLine(output) : 'the download took too long'),
    );
  });
  if (reason === undefined) return findElectron();
  try {
    mkdirSync(dirname(refusal), { recursive: true });
    writeFileSync(refusal, reason);
  } catch {
    // Only costs the next start a moment.
  }
  return { available: false, reason };
}
