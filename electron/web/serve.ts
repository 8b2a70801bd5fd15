import { join } from 'node:path';
import type { Log } from '../host/ports.ts';
import { newClientId, serveContract, type ServableHost } from '../node/hostServer.ts';
import { installation } from '../node/nodePorts.ts';
import { staticFiles } from '../node/staticFiles.ts';
import { startWebServer, type WebServer, type WebServerOptions } from './webServer.ts';

export interface ServeOptions {
  readonly host: ServableHost & { media(request: Request): Promise<Response> };
  readonly log: Log;
  readonly port: number;
  /** Who is labeling, as the settings say now. */
  readonly author: () => string;
  readonly fallback?: WebServerOptions['fallback'];
}

/** Browser mode: a host behind the guarded door. */
export async function serve(options: ServeOptions): Promise<WebServer> {
  const rpc = serveContract(options.host, options.log);
  const server = await startWebServer({
    port: options.port,
    files: staticFiles(join(installation, 'dist', 'renderer')),
    media: (request) => options.host.media(request),
    onChannel: (channel) => rpc.connect(channel, { clientId: newClientId('web'), author: options.author }),
    onError: (error) => options.log.error('A request failed', { error }),
    ...(options.fallback === undefined ? {} : { fallback: options.fallback }),
  });
  return {
    ...server,
    async close() {
      rpc.close();
      await server.close();
    },
  };
}
