import { once } from 'node:events';
import type { Command } from 'commander';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { wholeNumber } from '../parse.ts';
import { writeOut } from '../output.ts';
import { addGlobalOptions, fail, type GlobalOptions } from '../run.ts';
import { startSession, typedPath, exists, type Session } from '../session.ts';
import { hasDisplay, openBrowser } from '../openBrowser.ts';

export interface ServeOptions extends GlobalOptions {
  readonly port?: number;
  readonly root?: readonly string[];
  readonly open?: boolean;
  /** Shuts down after so long without a page; 0: never. */
  readonly idleMinutes?: number;
}

/** A night and a half: a page left open keeps the host up, a forgotten host does not stay for ever. */
const defaultIdleMinutes = 12 * 60;
const defaultPort = 8_765;

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** A damaged dataset is served, too: the page is where it is restored. */
async function openOrShow(session: Session, dataset: string): Promise<{ readonly id: string }> {
  try {
    return await session.open(dataset);
  } catch (error) {
    const path = typedPath(dataset);
    const card = isAppError(error, 'corrupt') ? (await session.api.datasets.list({})).find((known) => known.path === path) : undefined;
    if (card === undefined || !isAppError(error)) throw error;
    process.stderr.write(`${dataset}: ${error.message}\n`);
    return card;
  }
}

/** Opens the datasets that were named; the first is where the page begins. */
async function openNamed(session: Session, datasets: readonly string[]): Promise<string | undefined> {
  const opened = [];
  for (const dataset of datasets) opened.push(await openOrShow(session, dataset));
  const [first] = opened;
  return first === undefined ? undefined : `/d/${first.id}/frames`;
}

/**
 * Serves until it is told to stop, prints one address, returns the exit status. `prepare` works with the host before anybody
 * can see it and answers where the page begins.
 */
export async function serveHost(options: ServeOptions, prepare: (session: Session) => Promise<string | undefined>): Promise<number> {
  const roots = (options.root ?? []).map(typedPath);
  const missing = roots.find((root) => !exists(root));
  if (missing !== undefined) throw new AppError('not_found', `The folder ${missing} does not exist`, { path: missing });
  const session = await startSession({ kind: 'web', verbose: options.verbose === true, roots });
  const stop = new AbortController();
  try {
    const to = await prepare(session);
    const { serve } = await import('../../web/serve.ts');
    const start = (port: number): ReturnType<typeof serve> =>
      serve({ host: session.host, log: session.log, port, author: () => session.host.services.settings.get().author });
    // Without a wish for a port, another one than the usual is fine, too.
    const server =
      options.port === undefined
        ? await start(defaultPort).catch((error: unknown) => {
            if (error instanceof AppError && error.code === 'busy') return start(0);
            throw error;
          })
        : await start(options.port);
    const address = server.address(to);
    await writeOut(options.json === true ? `${JSON.stringify({ address, port: server.port })}\n` : `${address}\n`);
    if (options.open === true && hasDisplay()) openBrowser(address);

    const idleMs = (options.idleMinutes ?? defaultIdleMinutes) * 60_000;
    const idle = setInterval(() => {
      if (idleMs > 0 && server.idleMs() > idleMs) stop.abort();
    }, 30_000);
    const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
    await Promise.race([stopped, session.signal.aborted ? undefined : once(session.signal, 'abort')]);
    clearInterval(idle);
    await server.close();
    return 0;
  } finally {
    await session.close();
  }
}

export function addServeCommand(program: Command): void {
  addGlobalOptions(
    program
      .command('serve')
      .description('browser mode: prints the address to open')
      .argument('[dataset...]')
      .option('--port <p>', `${defaultPort}, or a free one`, wholeNumber)
      .option('--root <dir>', 'a folder the file picker may look into; may be given again', collect)
      .option('--open', 'open it in the browser')
      .option('--idle-minutes <n>', 'stop after so long without a page; 0: never', wholeNumber),
  ).action(async (datasets: readonly string[], options: ServeOptions) => {
    try {
      process.exitCode = await serveHost(options, (session) => openNamed(session, datasets));
    } catch (error) {
      process.exitCode = await fail(error, options.json === true);
    }
  });
}
