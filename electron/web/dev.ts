import { createServer } from 'vite';
import { join } from 'node:path';
import { startSession } from '../cli/session.ts';
import { serve } from './serve.ts';
import { installation } from '../node/nodePorts.ts';

/**
 * `npm run dev`: the page straight from its sources with hot reload, behind the same door and against a real host.
 * The page's policy is off here: hot reload works by inline script.
 */
const session = await startSession({ kind: 'web', verbose: true });
const vite = await createServer({
  configFile: join(installation, 'renderer/vite.config.ts'),
  appType: 'spa',
  base: '/',
  server: { middlewareMode: true, hmr: { host: '127.0.0.1', port: 24_678 } },
});
const server = await serve({
  host: session.host,
  log: session.log,
  port: 8_766,
  author: () => session.host.services.settings.get().author,
  fallback: (request, response) => vite.middlewares(request, response),
});
process.stdout.write(`${server.address()}\n`);
session.signal.addEventListener('abort', () => {
  void Promise.all([server.close(), vite.close(), session.close()]).then(() => process.exit());
});
