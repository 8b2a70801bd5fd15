import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { securityHeaders } from '../../../../electron/node/securityHeaders.ts';
import { staticFiles } from '../../../../electron/node/staticFiles.ts';
import { webSocketChannel } from '../../../../electron/node/webSocketChannel.ts';
import { startWebServer, type WebServer } from '../../../../electron/web/webServer.ts';
import { createRpcClient } from '../../../../shared/rpc/client.ts';
import { createRpcServer } from '../../../../shared/rpc/server.ts';
import { sample, sampleHandlers } from '../../../contract/sampleContract.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let folder = '';
let server: WebServer;
let cookie = '';
const problems: unknown[] = [];

/** Without a client's help: any Host, any Origin, any path as it is. */
function send(path: string, headers: { readonly [name: string]: string } = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: server.port, path, method, headers: { host: `127.0.0.1:${server.port}`, ...headers } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const token = (): string => new URLSearchParams(new URL(server.address()).hash.slice(1)).get('token') ?? '';
const own = (): { readonly [name: string]: string } => ({
  origin: `http://127.0.0.1:${server.port}`,
  'content-type': 'application/json',
  'x-hardcase': '1',
});
const signIn = (given: string): Promise<Answer> => send('/session', own(), 'POST', JSON.stringify({ token: given }));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hardcase-web-'));
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>the app</title>');
  writeFileSync(join(folder, 'page/assets/app-1a2b3c.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  const rpc = createRpcServer({
    contract: sample,
    handlers: sampleHandlers({ aborts: [] }),
    onDefect: (error) => problems.push(error),
    newTraceId: () => 't',
  });
  server = await startWebServer({
    port: 0,
    files: staticFiles(join(folder, 'page')),
    media: (asked) => {
      if (asked.url.endsWith('/broken')) throw new Error('defect');
      const range = asked.headers.get('range');
      return Promise.resolve(
        new Response(asked.method === 'HEAD' ? null : new Blob(['image']), {
          status: range === null ? 200 : 206,
          headers: { 'Content-Type': 'image/jpeg', 'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Range': range ?? 'none' },
        }),
      );
    },
    onChannel: (channel) => rpc.connect(channel, { clientId: 'page', author: () => 'mara' }),
    onError: (error) => problems.push(error),
  });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a stranger sees the sign-in page and nothing else', async () => {
  expect((await send('/')).body.toString()).toContain('sign-in.js');
  for (const path of ['/sign-in.js', '/sign-in.css']) expect((await send(path)).status).toBe(200);
  for (const path of ['/index.html', '/assets/app-1a2b3c.js', '/media/d/1/original', '/session'])
    expect((await send(path)).status, path).toBe(401);
  expect((await send('/rpc', own(), 'POST', '{}')).status).toBe(401);
  // The token is in no answer, and the address carries it where no request does.
  expect((await send('/')).body.toString()).not.toContain(token());
  expect(new URL(server.address('/d/x/frames')).search).toBe('');
});

test('the token buys a cookie', async () => {
  expect((await signIn('wrong')).status).toBe(401);
  expect((await send('/session', { ...own(), origin: 'http://evil.example' }, 'POST', JSON.stringify({ token: token() }))).status).toBe(
    403,
  );
  expect((await send('/session', own(), 'POST', 'x'.repeat(5_000))).status).toBe(401);
  const answer = await signIn(token());
  expect(answer.status).toBe(204);
  const [set = ''] = answer.headers['set-cookie'] ?? [];
  expect(set).toMatch(new RegExp(`^hardcase_${server.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
  cookie = set.split(';')[0] ?? '';
  expect((await send('/session', { cookie })).status).toBe(200);
});

describe('signed in', () => {
  test('the page, with what was named by content kept for ever', async () => {
    const page = await send('/', { cookie });
    expect(page.body.toString()).toContain('the app');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect((await send('/', { cookie, 'if-none-match': page.headers.etag ?? '' })).status).toBe(304);
    expect((await send('/assets/app-1a2b3c.js', { cookie })).headers['cache-control']).toContain('immutable');
    expect((await send('/', { cookie }, 'HEAD')).body).toHaveLength(0);
  });

  test('every answer carries the headers', async () => {
    for (const path of ['/', '/nothing', '/assets/app-1a2b3c.js']) {
      const { headers } = await send(path, { cookie });
      for (const [name, value] of Object.entries(securityHeaders)) expect(headers[name.toLowerCase()], `${name} of ${path}`).toBe(value);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('no path leads outside the page', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '//secret.txt',
      '/assets/',
      '/.',
      '/%00',
    ]) {
      expect((await send(path, { cookie })).status, path).toBe(404);
    }
  });

  test('media pass with their own, stricter policy, ranges and all', async () => {
    const image = await send('/media/d/1/original', { cookie, range: 'bytes=0-1' });
    expect([image.status, image.headers['x-range'], image.body.toString()]).toEqual([206, 'bytes=0-1', 'image']);
    expect(image.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
    expect(image.headers['x-content-type-options']).toBe('nosniff');
    expect((await send('/media/d/1/original', { cookie }, 'HEAD')).headers['content-type']).toBe('image/jpeg');
    expect((await send('/media/d/1/broken', { cookie })).status).toBe(500);
    expect(problems.splice(0)).toHaveLength(1);
  });

  test('nothing can be changed by a plain request', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await send('/media/d/1/original', { ...own(), cookie }, method, '{}')).status).toBe(403);
    expect((await send('/', { cookie, origin: 'http://evil.example' }, 'OPTIONS')).status).toBe(403);
  });

  test('a foreign Host is refused, a malformed one too, and the server lives', async () => {
    expect((await send('/', { cookie, host: `rebound.example:${server.port}` })).status).toBe(403);
    expect((await send('/', { cookie, host: '[::1' })).status).toBe(400);
    expect((await send('/', { cookie })).status).toBe(200);
  });
});

describe('the line', () => {
  const dial = (headers: { readonly [name: string]: string }, path = '/rpc'): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
  const refused = (socket: WebSocket): Promise<number> =>
    new Promise((resolve, reject) => {
      socket.on('unexpected-response', (_, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      socket.on('open', () => reject(new Error('it was opened')));
    });

  test('is for signed-in pages of this origin', async () => {
    const origin = `http://127.0.0.1:${server.port}`;
    expect(await refused(dial({ cookie }))).toBe(403);
    expect(await refused(dial({ cookie, origin: 'null' }))).toBe(403);
    expect(await refused(dial({ cookie, origin: 'http://evil.example' }))).toBe(403);
    expect(await refused(dial({ origin }))).toBe(401);
    expect(await refused(dial({ cookie, origin, host: `rebound.example:${server.port}` }))).toBe(403);
    expect(await refused(dial({ cookie, origin }, '/other'))).toBe(404);
  });

  test('carries calls, and large answers; a client that sends too much at once is cut off', async () => {
    const socket = dial({ cookie, origin: `http://127.0.0.1:${server.port}` });
    const client = createRpcClient({ contract: sample, connect: () => Promise.resolve(webSocketChannel(socket)), retryDelaysMs: [] });
    expect(await client.api.calls.whoami({})).toEqual({ clientId: 'page', author: 'mara' });
    expect(server.idleMs()).toBe(0);
    const { doubled } = await client.api.calls.sum({ numbers: new Float64Array(900_000) });
    expect(doubled.byteLength).toBe(7_200_000);
    await expect(client.api.calls.sum({ numbers: new Float64Array(1_100_000) })).rejects.toMatchObject({ code: 'unavailable' });
    expect(client.state()).toBe('closed');
    await vi.waitFor(() => expect(server.idleMs()).toBeGreaterThan(0));
  });
});

test('nobody outside this machine can connect', async () => {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of addresses) {
    await expect(fetch(`http://${address}:${server.port}/`)).rejects.toThrow();
  }
  expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
});

test('a port that is taken is said to be', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const options = {
    files: staticFiles(folder),
    media: () => Promise.reject(new Error()),
    onChannel: () => undefined,
    onError: () => undefined,
  };
  await expect(startWebServer({ ...options, port })).rejects.toMatchObject({ code: 'busy', details: { port } });
  await new Promise((resolve) => other.close(resolve));
});
