import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fetchElectron } from '../node/electronBinary.ts';
import { installation } from '../node/nodePorts.ts';
import { errorOf } from './output.ts';
import { hasDisplay } from './openBrowser.ts';
import { serveHost } from './commands/serve.ts';
import { startSession, type Session } from './session.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** A newcomer begins with the demo and the whole job done on it; who has datasets begins with them. */
async function firstDataset(session: Session): Promise<string | undefined> {
  if ((await session.api.datasets.list({})).length > 0) return undefined;
  say('Making the demo dataset and running the whole job on it (once) …');
  const began = Date.now();
  let demo: Awaited<ReturnType<typeof session.api.datasets.demo>>;
  try {
    demo = await session.api.datasets.demo({}, session.follow());
  } catch (error) {
    // Ctrl+C means stop; anything else costs the demo, not the app.
    if (session.signal.aborted) throw error;
    say(`The demo dataset could not be made: ${errorOf(error).message}`);
    return undefined;
  }
  const { id, path, figures } = demo;
  say(`The demo dataset is ready after ${((Date.now() - began) / 1000).toFixed(0)} s: ${path}`);
  for (const [name, value] of Object.entries(figures)) say(`  ${name}: ${value}`);
  return `/d/${id}/frames`;
}

async function startDesktop(binary: string): Promise<number> {
  const session = await startSession({ kind: 'cli', verbose: false });
  let to: string | undefined;
  try {
    to = await firstDataset(session);
  } finally {
    await session.close();
  }
  const { buildElectron } = await import('../build.ts');
  await buildElectron();
  const child = spawn(binary, [installation, ...(to === undefined ? [] : [`--address=${to}`])], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function start(): Promise<number> {
  if (process.argv.includes('--browser') || !hasDisplay()) {
    say(process.argv.includes('--browser') ? 'Opening in the browser.' : 'There is no display here: opening in browser mode.');
  } else {
    const electron = await fetchElectron(say);
    if (electron.available) return startDesktop(electron.path);
    say(`The Electron binary cannot be had here (${electron.reason}): opening in browser mode.`);
  }
  return serveHost({ open: true }, async (session) => {
    const to = await firstDataset(session);
    say('Open this address in a browser (Ctrl+C stops Hardcase):');
    return to;
  });
}

try {
  process.exitCode = await start();
} catch (error) {
  const { message } = errorOf(error);
  say(`Hardcase could not start: ${message}`);
  process.exitCode = 1;
}
process.exit();
