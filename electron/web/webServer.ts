import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WebSocketServer } from 'ws';
import { AppError } from '../../shared/errors.ts';
import type { Channel } from '../../shared/rpc/channel.ts';
import { webSocketChannel } from '../node/webSocketChannel.ts';
import { securityHeaders } from '../node/securityHeaders.ts';
import { createSessionGuard, type RequestFacts, type SessionGuard } from './session.ts';
import { signInPage, signInParts } from './signInPage.ts';
import { type StaticFile, type StaticFiles } from '../node/staticFiles.ts';

export interface WebServerOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly files: StaticFiles;
  media(request: Request): Promise<Response>;
  /** A signed-in page opened its line. */
  onChannel(channel: Channel): void;
  onError(error: unknown): void;
  /** Development only: gets what no route here answers, and brings its own policy. */
  readonly fallback?: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface WebServer {
  readonly port: number;
  /** The address to print: it signs a browser in. `to` is an address of the app, `/d/…`. */
  address(to?: string): string;
  /** Milliseconds since the last request or closed line; 0 while a line is open. */
  idleMs(): number;
  close(): Promise<void>;
}

/** What a client may send at once. What the host answers may be larger. */
const maxClientFrameBytes = 8 << 20;
const maxBodyBytes = 4_096;
const pingEveryMs = 30_000;

function factsOf(request: IncomingMessage): RequestFacts {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const [path = '/'] = (request.url ?? '/').split('?');
  return {
    method: request.method ?? 'GET',
    path,
    host: header('host'),
    origin: header('origin'),
    fetchSite: header('sec-fetch-site'),
    contentType: header('content-type'),
    customHeader: header('x-hardcase'),
    cookie: header('cookie'),
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > maxBodyBytes) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) if (value !== undefined) yield value;
  } finally {
    // Also where the reader of our answer went away: the file must be closed.
    await reader.cancel();
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: host === '::1' }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown } | null)?.code;

/** The same port on both loopback addresses, and on no other. Errors: `busy` where the port is taken. */
async function listenOnLoopback(makeServer: () => Server, port: number): Promise<Server[]> {
  for (let attempt = 0; ; attempt++) {
    const first = makeServer();
    try {
      await listen(first, port, '127.0.0.1');
    } catch (error) {
      if (codeOf(error) === 'EADDRINUSE')
        throw new AppError('busy', `Port ${port} is in use by another program`, { port }, { cause: error });
      if (codeOf(error) === 'EACCES')
        throw new AppError('unavailable', `Port ${port} may not be used by this user`, { port }, { cause: error });
      throw error;
    }
    const second = makeServer();
    try {
      await listen(second, (first.address() as AddressInfo).port, '::1');
      return [first, second];
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') return [first];
      first.close();
      // With a port of our choice: somebody else has it on the other address, so take the next.
      if (port !== 0 || attempt >= 10) throw new AppError('busy', `Port ${port} is in use by another program`, { port }, { cause: error });
    }
  }
}

/** Browser mode's door: the page, its media and its line to the host, for signed-in pages of this origin alone (SYNC rules N1 to N7). */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  // Its rules name the port, which is known once the servers listen.
  let guard: SessionGuard | undefined = undefined;
  let lastActive = Date.now();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxClientFrameBytes, perMessageDeflate: false });

  const refuse = (response: ServerResponse, status: number, why: string): void => {
    response.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
    response.end(`${why}\n`);
  };

  const sendFile = (request: IncomingMessage, response: ServerResponse, file: StaticFile): void => {
    const etag = file.headers['ETag'];
    if (etag !== undefined && request.headers['if-none-match'] === etag) {
      response.writeHead(304, { ...securityHeaders, ...file.headers }).end();
      return;
    }
    response.writeHead(200, { ...securityHeaders, ...file.headers, 'Content-Length': file.body.byteLength });
    response.end(request.method === 'HEAD' ? undefined : file.body);
  };

  const sendMedia = async (request: IncomingMessage, response: ServerResponse, port: number): Promise<void> => {
    const controller = new AbortController();
    response.on('close', () => controller.abort());
    const headers = new Headers();
    for (const name of ['range', 'if-none-match', 'if-range', 'accept']) {
      const value = request.headers[name];
      if (typeof value === 'string') headers.set(name, value);
    }
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    const answer = await options.media(new Request(url, { method: request.method ?? 'GET', headers, signal: controller.signal }));
    // What the answer says of itself is stricter than what a page needs, and wins.
    for (const [name, value] of [...Object.entries(securityHeaders), ...answer.headers]) response.setHeader(name, value);
    response.writeHead(answer.status);
    if (answer.body === null || request.method === 'HEAD') {
      await answer.body?.cancel();
      response.end();
      return;
    }
    await pipeline(chunksOf(answer.body), response);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (guard === undefined) return refuse(response, 400, 'starting');
    lastActive = Date.now();
    const facts = factsOf(request);
    const verdict = guard.checkRequest(facts);
    const reads = facts.method === 'GET' || facts.method === 'HEAD';
    if (verdict.status === 401 && reads) {
      if (facts.path === '/') return sendFile(request, response, signInPage);
      const part = signInParts.get(facts.path);
      if (part !== undefined) return sendFile(request, response, part);
    }
    if (verdict.status !== 200) return refuse(response, verdict.status, verdict.why);
    if (facts.path === '/session') {
      // Signed in or not: what a page asks when its line does not come back.
      if (reads) return refuse(response, 200, 'signed in');
      const body = await readJson(request);
      const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
      const exchanged = guard.exchange(token, Date.now());
      if (!('cookie' in exchanged)) return refuse(response, exchanged.status, exchanged.status === 200 ? '' : exchanged.why);
      response.writeHead(204, { ...securityHeaders, 'Set-Cookie': exchanged.cookie, 'Cache-Control': 'no-store' }).end();
      return;
    }
    if (!reads) return refuse(response, 403, 'nothing to change here');
    if (facts.path.startsWith('/media/')) return sendMedia(request, response, guard.port);
    const file = options.fallback === undefined ? options.files.get(facts.path) : undefined;
    if (file !== undefined) return sendFile(request, response, file);
    if (options.fallback !== undefined) return options.fallback(request, response);
    refuse(response, 404, facts.path === '/' ? 'The page is not built: npm run setup' : 'not found');
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => undefined);
    const facts = factsOf(request);
    const verdict = guard?.checkUpgrade(facts) ?? { status: 400 as const, why: 'starting' };
    if (verdict.status !== 200 || facts.path !== '/rpc') {
      const status = verdict.status === 200 ? 404 : verdict.status;
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      lastActive = Date.now();
      accepted.on('close', () => (lastActive = Date.now()));
      options.onChannel(webSocketChannel(accepted));
    });
  };

  const makeServer = (): Server => {
    const server = createServer((request, response) => {
      handle(request, response).catch((error: unknown) => {
        // A reader that went away in the middle of an image is no failure of ours.
        if (codeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE' && !(error instanceof Error && error.name === 'AbortError'))
          options.onError(error);
        if (!response.headersSent) refuse(response, 500, 'failed');
        else response.destroy();
      });
    });
    server.on('upgrade', upgrade);
    server.on('clientError', (_error, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      else socket.destroy();
    });
    return server;
  };

  const servers = await listenOnLoopback(makeServer, options.port);
  const port = (servers[0]?.address() as AddressInfo).port;
  const session = createSessionGuard(port);
  guard = session;

  // A line whose other end vanished without a word is noticed by its missing answer.
  const alive = new WeakSet<object>();
  const ping = setInterval(() => {
    for (const socket of sockets.clients) {
      if (alive.has(socket)) {
        alive.delete(socket);
        socket.terminate();
        continue;
      }
      alive.add(socket);
      socket.once('pong', () => alive.delete(socket));
      socket.ping();
    }
  }, pingEveryMs);
  ping.unref();

  return {
    port,
    address: (to) => `http://127.0.0.1:${port}/#token=${session.token}${to === undefined ? '' : `&to=${encodeURIComponent(to)}`}`,
    idleMs: () => (sockets.clients.size > 0 ? 0 : Date.now() - lastActive),
    async close() {
      clearInterval(ping);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await Promise.all(
        servers.map(async (server) => {
          server.close();
          server.closeAllConnections();
          if (server.listening) await once(server, 'close');
        }),
      );
    },
  };
}
