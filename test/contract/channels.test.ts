import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { portChannel } from '../../electron/node/portChannel.ts';
import { webSocketChannel } from '../../electron/node/webSocketChannel.ts';
import { isAppError, type AppError } from '../../shared/errors.ts';
import type { Channel } from '../../shared/rpc/channel.ts';
import { createRpcClient, type ConnectionState, type RpcClient } from '../../shared/rpc/client.ts';
import { encodeFrame } from '../../shared/rpc/framing.ts';
import { memoryChannelPair } from '../../shared/rpc/memoryChannel.ts';
import { createRpcServer, type RpcServer } from '../../shared/rpc/server.ts';
import { sample, sampleHandlers, type SampleContract } from './sampleContract.ts';

/** Makes connected pairs; `dropAll` breaks the lines as a crash of the host would. */
interface Transport {
  start(serve: (channel: Channel) => void): Promise<{ connect(): Promise<Channel>; dropAll(): void; stop(): Promise<void> }>;
}

const transports: { readonly [name: string]: Transport } = {
  memory: {
    start: (serve) => {
      const servers: Channel[] = [];
      return Promise.resolve({
        connect: () => {
          const [client, server] = memoryChannelPair();
          servers.push(server);
          serve(server);
          return Promise.resolve(client);
        },
        dropAll: () => servers.splice(0).forEach((channel) => channel.close()),
        stop: () => Promise.resolve(),
      });
    },
  },
  messagePort: {
    start: (serve) => {
      const servers: Channel[] = [];
      return Promise.resolve({
        connect: () => {
          const { port1, port2 } = new MessageChannel();
          const server = portChannel(port1);
          servers.push(server);
          serve(server);
          return Promise.resolve(portChannel(port2));
        },
        dropAll: () => servers.splice(0).forEach((channel) => channel.close()),
        stop: () => Promise.resolve(servers.forEach((channel) => channel.close())),
      });
    },
  },
  webSocket: {
    start: async (serve) => {
      const http = createServer();
      const sockets = new WebSocketServer({ server: http });
      sockets.on('connection', (socket) => serve(webSocketChannel(socket)));
      await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
      return {
        connect: () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
            // Made before the line opens, so that no early frame is missed.
            const channel = webSocketChannel(socket);
            const early: Uint8Array[] = [];
            let listener = (frame: Uint8Array): void => void early.push(frame);
            channel.onMessage((frame) => listener(frame));
            socket.once('error', reject);
            socket.once('open', () =>
              resolve({
                ...channel,
                onMessage: (next) => {
                  listener = next;
                  early.splice(0).forEach(next);
                },
              }),
            );
          }),
        dropAll: () => sockets.clients.forEach((socket) => socket.terminate()),
        stop: () =>
          new Promise((resolve) => {
            sockets.clients.forEach((socket) => socket.terminate());
            http.close(() => resolve());
          }),
      };
    },
  },
};

async function failure(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise;
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { interval: 5, timeout: 5_000 }).toBe(true);
}

describe.each(Object.entries(transports))('over %s', (_, transport) => {
  let line: Awaited<ReturnType<Transport['start']>>;
  let server: RpcServer;
  let client: RpcClient<SampleContract>;
  let clients = 0;
  const seen = { aborts: [] as string[] };
  const defects: { readonly error: unknown; readonly traceId: string }[] = [];
  const states: ConnectionState[] = [];
  let publish: (group: string, name: string, payload: unknown) => void = () => undefined;

  beforeEach(async () => {
    seen.aborts.length = defects.length = states.length = clients = 0;
    server = createRpcServer({
      contract: sample,
      handlers: sampleHandlers(seen),
      subscribe: (listener) => {
        publish = listener;
        return () => undefined;
      },
      onDefect: (error, { traceId }) => defects.push({ error, traceId }),
      newTraceId: () => `trace-${defects.length + 1}`,
    });
    line = await transport.start((channel) => server.connect(channel, { clientId: `client-${++clients}`, author: () => 'mara' }));
    client = createRpcClient({
      contract: sample,
      connect: () => line.connect(),
      retryDelaysMs: [1],
      onState: (state) => states.push(state),
    });
  });

  afterEach(async () => {
    client.close();
    server.close();
    await line.stop();
  });

  test('values come back as they went', async () => {
    const value = {
      text: '한국어 " \\ \u0000',
      list: [1, -2.5, true, null, []],
      nested: { 'v.a': { a: [[]] } },
      long: 'x'.repeat(300_000),
    };
    expect(await client.api.calls.echo({ value })).toEqual(value);
  });

  test('typed arrays of all six kinds come back, NaN and Infinity in them, beside data that looks like their marks', async () => {
    const value = {
      a: [['v', 'f64', 0, 1]],
      u8: Uint8Array.of(1, 2, 255),
      u16: Uint16Array.of(65_535),
      i32: Int32Array.of(-1),
      u32: Uint32Array.of(4_294_967_295),
      f32: [Float32Array.of(0.5, NaN), Float32Array.of()],
      f64: { 'deep.key': Float64Array.of(NaN, Infinity, -0, 0.1) },
      // A view in the middle of a larger buffer, at an odd offset.
      part: new Uint8Array(Uint8Array.of(9, 8, 7, 6).buffer, 1, 2),
    };
    const back = await client.api.calls.echo({ value });
    expect(back).toEqual(value);
    const { sum, doubled } = await client.api.calls.sum({ numbers: Float64Array.from({ length: 100_000 }, (_, i) => i) });
    expect(sum).toBe(4_999_950_000);
    expect(doubled[99_999]).toBe(199_998);
    // Its own memory, not a window into the message.
    expect(doubled.buffer.byteLength).toBe(800_000);
  });

  test('a coded error arrives with its details', async () => {
    const error = await failure(client.api.calls.fail({ how: 'coded' }));
    expect({ code: error.code, message: error.message, details: error.details }).toEqual({
      code: 'not_found',
      message: 'There is no such frame',
      details: { frame: 'a.jpg' },
    });
    expect(defects).toEqual([]);
  });

  test('bad input is refused with the place, and the handler never sees it', async () => {
    const error = await failure(client.api.calls.greet({ name: 'x' }));
    expect(error.code).toBe('invalid_request');
    expect(error.message).toMatch(/^name: /);
    expect(error.details).toMatchObject({ issues: [{ path: 'name' }] });
    expect((await failure(client.api.calls.sum({ numbers: [1, 2] as never }))).code).toBe('invalid_request');
    expect((await failure(client.api.calls.greet(null as never))).code).toBe('invalid_request');
  });

  test('what cannot travel is refused before it is sent', async () => {
    for (const value of [NaN, Infinity, 1n, () => 1, new Date(), new Map(), { deep: [{ n: NaN }] }]) {
      const error = await failure(client.api.calls.echo({ value }));
      expect(error.code).toBe('invalid_request');
    }
    expect(await client.api.calls.greet({ name: 'still here' })).toBe('Hello, still here');
  });

  test('names of prototypes are no calls', async () => {
    const channel = await line.connect();
    const answers: unknown[] = [];
    const { decodeFrame } = await import('../../shared/rpc/framing.ts');
    channel.onMessage((frame) => answers.push(decodeFrame(frame)));
    const names = [
      ['constructor', 'name'],
      ['__proto__', 'toString'],
      ['calls', 'constructor'],
      ['calls', '__proto__'],
      ['calls', 'hasOwnProperty'],
      ['toString', 'call'],
      ['calls', 'ticked'],
      ['other', 'changed'],
    ] as const;
    for (const [id, [group, name]] of names.entries()) {
      channel.send(encodeFrame({ t: 'call', id, group, name, input: {} }));
      channel.send(encodeFrame({ t: 'subscribe', group: name, name: group }));
    }
    await until(() => answers.length === names.length + 1);
    expect(answers.slice(1).map((answer) => (answer as { error: { code: string } }).error.code)).toEqual(
      names.map(() => 'invalid_request'),
    );
    expect(defects).toEqual([]);
    channel.close();
  });

  test('a defect is masked, and logged once under the id that the client got', async () => {
    const error = await failure(client.api.calls.fail({ how: 'defect' }));
    expect(error.code).toBe('internal');
    expect(JSON.stringify([error.message, error.details])).not.toMatch(/secret|mara/);
    expect(defects).toHaveLength(1);
    expect(error.details).toEqual({ traceId: defects[0]?.traceId });
    expect(defects[0]?.error).toBeInstanceOf(TypeError);
  });

  test('an answer that cannot travel is a defect of the host', async () => {
    expect((await failure(client.api.calls.fail({ how: 'unsendable' }))).code).toBe('internal');
    expect(defects).toHaveLength(1);
  });

  test('progress is coalesced: the first at once, the last before the answer, few between', async () => {
    const steps: number[] = [];
    const result = await client.api.calls.count({ to: 50_000 }, { onProgress: ({ done }) => steps.push(done) });
    expect(result).toEqual({ counted: 50_000, cancelled: false });
    expect(steps[0]).toBe(1);
    expect(steps.at(-1)).toBe(50_000);
    expect(steps.length).toBeLessThan(10);
  });

  test('cancel of a job reaches its signal, and its answer is what counts', async () => {
    const controller = new AbortController();
    const running = client.api.calls.forever({}, { signal: controller.signal, onProgress: () => controller.abort() });
    expect((await failure(running)).code).toBe('cancelled');
    expect(seen.aborts).toEqual(['cancelled']);
    expect(defects).toEqual([]);
  });

  test('cancel of a method rejects at once; cancelled before it began, it is never asked', async () => {
    const controller = new AbortController();
    const hanging = client.api.calls.hang({}, { signal: controller.signal });
    await client.api.calls.greet({ name: 'first' });
    controller.abort();
    expect((await failure(hanging)).code).toBe('cancelled');
    await until(() => seen.aborts.length === 1);
    expect((await failure(client.api.calls.hang({}, { signal: AbortSignal.abort() }))).code).toBe('cancelled');
    await client.api.calls.greet({ name: 'last' });
    expect(seen.aborts).toEqual(['cancelled']);
  });

  test('identity comes from the connection', async () => {
    expect(await client.api.calls.whoami({ clientId: 'somebody', author: 'else' } as never)).toEqual({
      clientId: 'client-1',
      author: 'mara',
    });
    expect(client.clientId()).toBe('client-1');
  });

  test('topics reach those who asked, until they stop', async () => {
    const got: unknown[] = [];
    const stop = client.api.calls.ticked((payload) => got.push(payload));
    await client.api.calls.greet({ name: 'subscribed now' });
    publish('other', 'changed', 'nobody listens');
    publish('calls', 'ticked', { n: 1, data: Uint16Array.of(7) });
    await until(() => got.length === 1);
    expect(got).toEqual([{ n: 1, data: Uint16Array.of(7) }]);
    stop();
    await client.api.calls.greet({ name: 'unsubscribed now' });
    publish('calls', 'ticked', { n: 2, data: Uint16Array.of(8) });
    await client.api.calls.greet({ name: 'after' });
    expect(got).toHaveLength(1);
  });

  test('a lost line rejects what is pending with unavailable, then comes back with its topics', async () => {
    const got: number[] = [];
    client.api.calls.ticked(({ n }) => got.push(n));
    const hanging = client.api.calls.hang({});
    const forever = client.api.calls.forever({});
    await client.api.calls.greet({ name: 'all sent' });
    line.dropAll();
    expect((await failure(hanging)).code).toBe('unavailable');
    expect((await failure(forever)).code).toBe('unavailable');
    // The handlers learn that their caller went, not that somebody cancelled.
    await until(() => seen.aborts.length === 2);
    expect(seen.aborts).toEqual(['unavailable', 'unavailable']);
    await until(() => client.state() === 'connected');
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
    expect(await client.api.calls.greet({ name: 'again' })).toBe('Hello, again');
    expect(client.clientId()).toBe('client-2');
    publish('calls', 'ticked', { n: 3, data: Uint16Array.of() });
    await until(() => got.length === 1);
    expect(got).toEqual([3]);
  });

  test('bytes that are no message end the connection', async () => {
    for (const bytes of [
      Uint8Array.of(),
      Uint8Array.of(255, 255, 255, 255, 1),
      Uint8Array.of(2, 0, 0, 0, 123, 125),
      encodeFrame({ t: 'nonsense' }),
      encodeFrame({ t: 'call', id: 'x', group: 'calls', name: 'greet' }),
      encodeFrame(null),
    ]) {
      const channel = await line.connect();
      let closed = false;
      channel.onMessage(() => undefined);
      channel.onClose(() => (closed = true));
      channel.send(bytes);
      await until(() => closed);
    }
    expect(await client.api.calls.greet({ name: 'unharmed' })).toBe('Hello, unharmed');
  });
});

test('a page of another build is told to load again', async () => {
  const server = createRpcServer({
    contract: sample,
    handlers: sampleHandlers({ aborts: [] }),
    onDefect: () => undefined,
    newTraceId: () => 't',
  });
  const client = createRpcClient({
    contract: { calls: { echo: sample.calls.echo } },
    connect: () => {
      const [near, far] = memoryChannelPair();
      server.connect(far, { clientId: 'c', author: () => 'a' });
      return Promise.resolve(near);
    },
  });
  expect((await failure(client.api.calls.echo({ value: 1 }))).message).toMatch(/load this page again/);
  expect(client.state()).toBe('outdated');
});
