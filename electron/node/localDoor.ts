import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Door } from '../host/ports.ts';
import { AppError } from '../../shared/errors.ts';
import type { Channel } from '../../shared/rpc/channel.ts';

/** What a caller may send at once, as through the browser's line. What the host answers may be larger. */
const maxCallerFrameBytes = 8 << 20;
const maxAnswerBytes = 512 << 20;
const congestedBytes = 1 << 20;
const helloMs = 5_000;

export interface LocalDoor {
  /** Written into the lock's owner file, for programs of the same user on the same computer. */
  readonly door: Door;
  /** Who comes in; callers that came before wait. */
  serve(onChannel: (channel: Channel, author: string | null) => void): void;
  close(): Promise<void>;
}

/**
 * A door to this process for other programs of the same user: a socket in a folder that only the user may enter (a pipe with a
 * name nobody can guess on Windows), and a token that is asked for first.
 */
export async function openLocalDoor(): Promise<LocalDoor> {
  const folder = process.platform === 'win32' ? null : mkdtempSync(path.join(tmpdir(), 'hardcase-'));
  const address = folder === null ? `\\\\.\\pipe\\hardcase-${randomBytes(16).toString('hex')}` : path.join(folder, 'host.sock');
  const token = randomBytes(32).toString('hex');
  let serve: ((channel: Channel, author: string | null) => void) | null = null;
  const early: [Channel, string | null][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const channel = socketChannel(socket, maxCallerFrameBytes);
    const late = setTimeout(() => socket.destroy(), helloMs);
    channel.onMessage((frame) => {
      clearTimeout(late);
      const hello = parseHello(frame);
      if (hello === null || !sameText(hello.token, token)) return channel.close();
      if (serve === null) early.push([channel, hello.author]);
      else serve(channel, hello.author);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve());
  });
  if (folder !== null) chmodSync(address, 0o600);
  // A host with nothing else to do may end.
  server.unref();
  return {
    door: { address, token },
    serve(onChannel) {
      serve = onChannel;
      for (const [channel, author] of early.splice(0)) onChannel(channel, author);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The way in to another process that owns a dataset. Error: unavailable. */
export function knockAt(door: Door, author: string | null): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = connect(door.address);
    socket.once('error', (error) =>
      reject(
        new AppError('unavailable', 'The program that has this dataset open does not answer.', { reason: error.message }, { cause: error }),
      ),
    );
    socket.once('connect', () => {
      const channel = socketChannel(socket, maxAnswerBytes);
      channel.send(new TextEncoder().encode(JSON.stringify({ token: door.token, author })));
      resolve(channel);
    });
  });
}

/** Frames on a stream: u32 length, big-endian, then the bytes. */
function socketChannel(socket: Socket, maxBytes: number): Channel {
  let listener: ((frame: Uint8Array) => void) | undefined;
  const kept: Uint8Array[] = [];
  let parts: Buffer[] = [];
  let have = 0;
  let need = -1;
  // An 'error' is always followed by 'close', which is what counts.
  socket.on('error', () => undefined);
  socket.on('data', (data: Buffer) => {
    parts.push(data);
    have += data.length;
    for (;;) {
      if (need < 0) {
        if (have < 4) return;
        const all = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
        need = all.readUInt32BE(0);
        parts = [all.subarray(4)];
        have = all.length - 4;
        if (need > maxBytes) return void socket.destroy();
      }
      if (have < need) return;
      const all = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      const frame = new Uint8Array(all.subarray(0, need));
      parts = [all.subarray(need)];
      have = all.length - need;
      need = -1;
      if (listener === undefined) kept.push(frame);
      else listener(frame);
    }
  });
  return {
    send(frame) {
      if (socket.destroyed) return;
      const head = Buffer.alloc(4);
      head.writeUInt32BE(frame.byteLength);
      socket.cork();
      socket.write(head);
      socket.write(frame);
      socket.uncork();
    },
    onMessage(next) {
      listener = next;
      for (const frame of kept.splice(0)) next(frame);
    },
    onClose(closed) {
      if (socket.destroyed) closed();
      else socket.once('close', () => closed());
    },
    close: () => socket.destroy(),
    congested: () => socket.writableLength > congestedBytes,
  };
}

function parseHello(frame: Uint8Array): { readonly token: string; readonly author: string | null } | null {
  if (frame.byteLength > 4_096) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(frame));
    if (typeof value !== 'object' || value === null || !('token' in value) || typeof value.token !== 'string') return null;
    const author =
      'author' in value && typeof value.author === 'string' && value.author.trim() !== '' ? value.author.trim().slice(0, 128) : null;
    return { token: value.token, author };
  } catch {
    return null;
  }
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
