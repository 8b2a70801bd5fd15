import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import { decodeCbor, encodeCbor } from '../../../shared/sync/cbor.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { packsFolder } from '../files.ts';
import { sha256 } from './hash.ts';
import type { OpLog } from './opLog.ts';

/** "HCK1", then records of u32 length and CBOR: the pack, its chunks one by one; at the end the SHA-256 of all before it. */
const magic = Uint8Array.of(0x48, 0x43, 0x4b, 0x31);
const maxLocalBytes = 256 * 2 ** 20;

interface PackRow {
  readonly sha256: Buffer;
  readonly format: string;
  readonly name: string;
  readonly header: Buffer;
  readonly frames: number;
  readonly boxes: number;
  readonly added_at: number;
}
interface ChunkRow {
  readonly no: number;
  readonly first_n: number;
  readonly frames: number;
  readonly boxes: number;
  readonly body: Buffer;
  readonly local: string | null;
}

export function packFile(folder: string, hash: Uint8Array): string {
  return path.join(packsFolder(folder), `${toHex(hash)}.pack`);
}

/**
 * The second copy of an import, beside the database: its operation in the journal only names it. With where its images lie, which
 * is no part of the pack. On the disk before the import is acknowledged.
 */
export function writePackFile(c: ReadConnection, folder: string, pack: number): void {
  const row = c.prepare<PackRow>('select sha256, format, name, header, frames, boxes, added_at from pack where no = ?').get(pack);
  if (row === undefined || folder === '') return;
  const target = packFile(folder, row.sha256);
  if (existsSync(target)) return;
  mkdirSync(packsFolder(folder), { recursive: true });
  const roots = c.prepare<{ id: number; relative: string | null; label: string }>('select id, relative, label from link_root').all();
  const temporary = `${target}.tmp`;
  const fd = openSync(temporary, 'w');
  let digest: Uint8Array = new Uint8Array(32);
  const put = (bytes: Uint8Array): void => {
    digest = sha256(digest, bytes);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  };
  const record = (value: Parameters<typeof encodeCbor>[0]): void => {
    const body = encodeCbor(value);
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, body.length);
    put(head);
    put(body);
  };
  try {
    put(magic);
    record({
      ...{ format: row.format, name: row.name, header: row.header, frames: row.frames, boxes: row.boxes, at: row.added_at },
      roots: roots.map(({ id, relative, label }) => [id, relative, label]),
    });
    const chunks = c.prepare<ChunkRow>('select no, first_n, frames, boxes, body, local from pack_chunk where pack = ? order by no');
    for (const chunk of chunks.iterate(pack))
      record({
        ...{ no: chunk.no, n: chunk.first_n, frames: chunk.frames, boxes: chunk.boxes, body: chunk.body },
        local: chunk.local === null ? null : deflateRawSync(chunk.local, { level: 1 }),
      });
    for (let at = 0; at < digest.length;) at += writeSync(fd, digest, at);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, target);
  } catch (error) {
    closeSync(fd);
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Brings the rows of an import back that the database does not have, so that its operation can be applied. False where it has
 * them. Errors: corrupt (the file is missing or not what was written).
 */
export function restorePackRows(c: ReadConnection, log: OpLog, folder: string, hash: Uint8Array): boolean {
  if (c.prepare("select 1 from pack where sha256 = ? and status <> 'staging'").get(hash) !== undefined) return false;
  const [head, ...chunks] = readPackFile(packFile(folder, hash));
  if (head === undefined) throw damaged(packFile(folder, hash));
  const no = log.entities.originNo(toHex(hash).slice(0, 32), 'pack');
  for (const [id, relative, label] of head.roots as readonly (readonly [number, string | null, string])[])
    c.prepare('insert or ignore into link_root (id, relative, label) values (?, ?, ?)').run(id, relative, label);
  c.prepare(
    "insert into pack (no, sha256, status, format, name, header, frames, boxes, added_at) values (?, ?, 'applying', ?, ?, ?, ?, ?, ?)",
  ).run(no, hash, head.format, head.name, head.header, head.frames, head.boxes, head.at);
  const insert = c.prepare('insert into pack_chunk (pack, no, first_n, frames, boxes, body, local) values (?, ?, ?, ?, ?, ?, ?)');
  for (const chunk of chunks) {
    const local = chunk.local as Uint8Array | null;
    const text = local === null ? null : inflateRawSync(local, { maxOutputLength: maxLocalBytes }).toString('utf8');
    insert.run(no, chunk.no, chunk.n, chunk.frames, chunk.boxes, chunk.body, text);
  }
  return true;
}

type Fields = { readonly [key: string]: unknown };

function readPackFile(file: string): Fields[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw damaged(file);
  }
  const end = bytes.length - 32;
  if (end < 4 || !magic.every((byte, i) => bytes[i] === byte)) throw damaged(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let digest = sha256(new Uint8Array(32), bytes.subarray(0, 4));
  const records: Fields[] = [];
  for (let at = 4; at < end;) {
    const length = view.getUint32(at);
    if (at + 4 + length > end) throw damaged(file);
    const body = bytes.subarray(at + 4, at + 4 + length);
    digest = sha256(sha256(digest, bytes.subarray(at, at + 4)), body);
    records.push(decodeCbor(body) as Fields);
    at += 4 + length;
  }
  if (!digest.every((byte, i) => bytes[end + i] === byte)) throw damaged(file);
  return records;
}

function damaged(file: string): AppError {
  return new AppError('corrupt', 'The second copy of an import is missing or damaged.', { file: path.basename(file) });
}
