import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { Id } from '../../../shared/sync/operation.ts';
import { sha256 } from './hash.ts';

/** "HCJ1": magic, dataset 16 bytes, replica 16 bytes, u64 first seq; then records u32 length, bytes. Big-endian. */
const magic = Uint8Array.of(0x48, 0x43, 0x4a, 0x31);
const headerBytes = 4 + 16 + 16 + 8;
/** In the place of a length: the segment is complete, and its SHA-256 follows. */
const sealMark = 0xffffffff;
/**
 * In the place of a length: u32 count, u16 length, key. The next `count` operations are what a request with this key did: all of
 * them or none, and who asks again with the key has them done once, also where a kill left them in the journal alone.
 */
const requestMark = 0xfffffffe;
const maxOps = 20_000;
const maxBytes = 4 * 2 ** 20;

/** What was asked under a key of the asker, and the operations that did it. */
export interface JournalRequest {
  readonly key: string;
  readonly first: number;
  readonly last: number;
}

interface JournalOp {
  readonly seq: number;
  readonly body: Uint8Array;
}

/**
 * The second copy of every operation: `journal/<replica>/<first seq>.seg.open`, flushed to the disk before anything is
 * acknowledged, sealed as `.seg` when it is full. A damaged database costs no edits: its operations are here.
 */
export class Journal {
  readonly #folder: string;
  readonly #dataset: Uint8Array;
  readonly #replica: Id;
  #fd: number | null = null;
  #file = '';
  #ops = 0;
  #bytes = 0;
  /** Length of the open segment before the last `append`: where a failed commit goes back to. */
  #before = 0;
  #opsBefore = 0;

  constructor(folder: string, dataset: Uint8Array, replica: Id) {
    this.#folder = path.join(folder, replica);
    this.#dataset = dataset;
    this.#replica = replica;
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Every operation of this replica that is in the journal, from `from` on, and their requests. A torn end is left out. */
  static read(
    folder: string,
    replica: Id,
    from: number,
  ): { readonly ops: readonly JournalOp[]; readonly requests: readonly JournalRequest[] } {
    const own = path.join(folder, replica);
    const names = segmentNames(own);
    const ops: JournalOp[] = [];
    const requests: JournalRequest[] = [];
    for (const [i, name] of names.entries()) {
      // A segment is over before the next one begins, so most need not be read.
      if (Number.parseInt(names[i + 1] ?? '999999999999', 10) <= from) continue;
      const segment = readSegment(path.join(own, name));
      for (const op of segment.ops) if (op.seq >= from) ops.push(op);
      for (const request of segment.requests) if (request.first >= from) requests.push(request);
    }
    return { ops, requests };
  }

  /** Goes on with the open segment where there is one. `nextSeq`: the seq of the operation that will be appended first. */
  open(nextSeq: number): void {
    const open = segmentNames(this.#folder).findLast((name) => name.endsWith('.open'));
    if (open === undefined) return;
    const file = path.join(this.#folder, open);
    const segment = readSegment(file);
    if (!segment.intact) {
      // Killed while the file was made: nothing of it was acknowledged.
      rmSync(file);
      return;
    }
    const fd = openSync(file, 'r+');
    // What lies behind the last whole record was never acknowledged.
    ftruncateSync(fd, segment.end);
    this.#fd = fd;
    this.#file = file;
    this.#ops = segment.ops.length;
    this.#bytes = segment.end;
    if (segment.first + segment.ops.length !== nextSeq) this.#seal();
  }

  /** Appends and flushes. `first` is the seq of the first body; `requests` are about these bodies. */
  append(first: number, bodies: readonly Uint8Array[], requests: readonly JournalRequest[] = []): void {
    if (this.#fd !== null && (this.#ops >= maxOps || this.#bytes >= maxBytes)) this.#seal();
    const fd = this.#fd ?? this.#start(first);
    const marks = new Map(requests.map((request) => [request.first, markOf(request)]));
    const block = Buffer.concat(
      bodies.flatMap((body, i) => {
        const length = new Uint8Array(4);
        new DataView(length.buffer).setUint32(0, body.length);
        const mark = marks.get(first + i);
        return mark === undefined ? [length, body] : [mark, length, body];
      }),
    );
    this.#before = this.#bytes;
    this.#opsBefore = this.#ops;
    try {
      writeAll(fd, block, this.#bytes);
      fdatasyncSync(fd);
    } catch (error) {
      // A full disk takes a part of the block: behind a shorter block it would be read as operations.
      ftruncateSync(fd, this.#bytes);
      throw error;
    }
    this.#bytes += block.length;
    this.#ops += bodies.length;
  }

  /** Takes the last `append` back: its commit failed. */
  takeBack(): void {
    if (this.#fd === null) return;
    ftruncateSync(this.#fd, this.#before);
    fsyncSync(this.#fd);
    this.#bytes = this.#before;
    this.#ops = this.#opsBefore;
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #start(first: number): number {
    this.#file = path.join(this.#folder, `${String(first).padStart(12, '0')}.seg.open`);
    const header = new Uint8Array(headerBytes);
    header.set(magic);
    header.set(this.#dataset, 4);
    header.set(fromHex(this.#replica), 20);
    new DataView(header.buffer).setBigUint64(36, BigInt(first));
    const fd = openSync(this.#file, 'w+');
    try {
      writeAll(fd, header, 0);
      fsyncSync(fd);
    } catch (error) {
      closeSync(fd);
      rmSync(this.#file, { force: true });
      throw error;
    }
    syncFolder(this.#folder);
    this.#fd = fd;
    this.#bytes = headerBytes;
    this.#ops = 0;
    return fd;
  }

  #seal(): void {
    const fd = this.#fd;
    if (fd === null) return;
    const trailer = new Uint8Array(36);
    new DataView(trailer.buffer).setUint32(0, sealMark);
    trailer.set(sha256(readFileSync(this.#file)), 4);
    writeAll(fd, trailer, fstatSync(fd).size);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(this.#file, this.#file.replace(/[.]open$/, ''));
    syncFolder(this.#folder);
    this.#fd = null;
  }
}

function markOf({ key, first, last }: JournalRequest): Uint8Array {
  const name = new TextEncoder().encode(key);
  const mark = new Uint8Array(10 + name.length);
  const view = new DataView(mark.buffer);
  view.setUint32(0, requestMark);
  view.setUint32(4, last - first + 1);
  view.setUint16(8, name.length);
  mark.set(name, 10);
  return mark;
}

/** One `write` call may write less than asked. */
function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at, bytes.length - at, position + at);
}

function syncFolder(folder: string): void {
  // Windows has no handle for a folder, and needs none.
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function segmentNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d{12}[.]seg([.]open)?$/.test(name))
    .sort();
}

export interface Segment {
  readonly replica: Id;
  readonly first: number;
  readonly ops: readonly JournalOp[];
  readonly requests: readonly JournalRequest[];
  /** Offset behind the last operation that is whole, and whose request is. */
  readonly end: number;
  readonly sealed: boolean;
  /** False where a sealed segment's bytes are not those that were sealed, or the header is no header. */
  readonly intact: boolean;
}

export function readSegment(file: string): Segment {
  const bytes = readFileSync(file);
  if (bytes.length < headerBytes || !magic.every((byte, i) => bytes[i] === byte))
    return { replica: '', first: 0, ops: [], requests: [], end: 0, sealed: false, intact: false };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = Number(view.getBigUint64(36));
  const ops: JournalOp[] = [];
  const requests: JournalRequest[] = [];
  let at = headerBytes;
  let end = at;
  // Operations up to this one belong to a request that has begun.
  let open = 0;
  let sealed = false;
  let intact = true;
  while (at + 4 <= bytes.length) {
    const length = view.getUint32(at);
    if (length === sealMark) {
      sealed = true;
      const digest = sha256(bytes.subarray(0, at));
      intact = at + 36 === bytes.length && digest.every((byte, i) => bytes[at + 4 + i] === byte);
      break;
    }
    if (length === requestMark) {
      const nameEnd = at + 10 <= bytes.length ? at + 10 + view.getUint16(at + 8) : Infinity;
      if (nameEnd > bytes.length) break;
      open = ops.length + view.getUint32(at + 4);
      const key = new TextDecoder().decode(bytes.subarray(at + 10, nameEnd));
      requests.push({ key, first: first + ops.length, last: first + open - 1 });
      at = nameEnd;
      continue;
    }
    if (at + 4 + length > bytes.length) break;
    ops.push({ seq: first + ops.length, body: bytes.subarray(at + 4, at + 4 + length) });
    at += 4 + length;
    if (ops.length >= open) end = at;
  }
  // Cut off in the middle of a request: none of it was acknowledged, and half of it would be nobody's edit.
  if (ops.length < open) ops.length = (requests.pop()?.first ?? first) - first;
  return { replica: toHex(bytes.subarray(20, 36)), first, ops, requests, end, sealed, intact };
}
