import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { Id } from '../../../shared/sync/operation.ts';
import { decodePackHeader, encodePackFrame, encodePackHeader } from '../../../shared/sync/pack.ts';
import type { PackFrame, PackHeader } from '../../../shared/sync/pack.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { freeCategoryId } from '../log/categoryIds.ts';
import { mergedTarget } from '../log/merged.ts';
import { localText, type PackMedia } from '../log/packMedia.ts';
import { writePackFile } from '../log/packFiles.ts';
import { applyNextChunk, maxChunkRows, packChunkBody } from '../log/packs.ts';

export type StagedFrame = PackFrame & { readonly media: PackMedia };

/** Packs being staged: in memory, because what was only staged is dropped when the program ends. */
interface Staging {
  readonly hash: Hash;
  readonly names: Set<string>;
  readonly skip: number[];
  chunks: number;
  nextN: number;
}
const stagings = new Map<number, Staging>();

/**
 * Starts an import. `pack` names it in the calls that follow. Several can be staged at a time. Nothing of a pack is visible
 * before `packs.commit`; `packs.abort` leaves no trace.
 */
function begin(c: WriteConnection, input: { readonly header: PackHeader; readonly name: string }): { readonly pack: number } {
  const header = encodePackHeader(input.header);
  // The real name of the origin is the hash, which is known at the end.
  const no = c.log.entities.originNo(toHex(randomBytes(16)), 'pack');
  c.prepare("insert into pack (no, status, format, name, header, added_at) values (?, 'staging', ?, ?, ?, ?)").run(
    no,
    input.header.format,
    input.name,
    header,
    Date.now(),
  );
  stagings.set(no, { hash: createHash('sha256').update(header), names: new Set(), skip: [], chunks: 0, nextN: 0 });
  return { pack: no };
}

/**
 * Adds frames, in the order of their names over all calls. At most 50,000 rows (frames and boxes) a call. A frame that is in
 * the dataset under the same name must have the same content; its boxes are added, except those that are there already.
 * Errors: too_large, already_exists (a name twice in one pack), conflict (the name has another content).
 */
function append(
  c: WriteConnection,
  input: { readonly pack: number; readonly frames: readonly StagedFrame[] },
): { readonly frames: number; readonly boxes: number } {
  const staging = stagings.get(input.pack);
  if (staging === undefined) throw new AppError('not_found', 'This import is not open.', { pack: input.pack });
  const boxes = input.frames.reduce((sum, frame) => sum + frame.boxes.length, 0);
  if (boxes + input.frames.length > maxChunkRows && input.frames.length > 1)
    throw new AppError('too_large', 'Too many rows in one part of an import.', { rows: boxes + input.frames.length, limit: maxChunkRows });
  if (input.frames.length === 0) return { frames: 0, boxes: 0 };
  const header = headerOf(c, input.pack);
  const records: Uint8Array[] = [];
  const skip: number[] = [];
  const firstN = staging.nextN;
  let n = firstN;
  for (const frame of input.frames) {
    if (staging.names.has(frame.name)) throw new AppError('already_exists', 'One import names a frame twice.', { frame: frame.name });
    records.push(encodePackFrame(frame));
    const there = boxesThere(c, frame);
    n += 1;
    for (const box of frame.boxes) {
      const name = header.categories[box.category]?.name;
      if (name === undefined)
        throw new AppError('invalid_request', 'A box has a category that the import does not list.', { frame: frame.name });
      if (there !== null && (there.has(boxKey(name, box.bbox)) || (box.sourceId !== null && there.has(`${name}#${box.sourceId}`))))
        skip.push(n);
      n += 1;
    }
  }
  const body = Buffer.concat(records);
  c.prepare('insert into pack_chunk (pack, no, first_n, frames, boxes, body, local) values (?, ?, ?, ?, ?, ?, ?)').run(
    input.pack,
    staging.chunks,
    firstN,
    input.frames.length,
    boxes,
    packChunkBody(body),
    localText(input.frames.map(({ sha256, media }) => ({ sha256: toHex(sha256), media }))),
  );
  c.prepare('update pack set frames = frames + ?, boxes = boxes + ? where no = ?').run(input.frames.length, boxes, input.pack);
  staging.hash.update(body);
  for (const frame of input.frames) staging.names.add(frame.name);
  staging.skip.push(...skip);
  staging.chunks += 1;
  staging.nextN = n;
  return { frames: input.frames.length, boxes };
}

function headerOf(c: ReadConnection, pack: number): PackHeader {
  const row = c.prepare<{ header: Buffer }>('select header from pack where no = ?').get(pack);
  if (row === undefined) throw new AppError('not_found', 'This import is not open.', { pack });
  return decodePackHeader(row.header);
}

/** What imports already brought to a frame of this name; null where the frame is new. Deleted boxes count: they stay deleted. */
function boxesThere(c: ReadConnection, frame: PackFrame): ReadonlySet<string> | null {
  const known = c.prepare<{ id: number; sha256: Buffer }>('select id, sha256 from frame where name = ?').get(frame.name);
  if (known === undefined) return null;
  if (!known.sha256.equals(frame.sha256))
    throw new AppError('conflict', 'The dataset has a frame of this name with another image.', { frame: frame.name });
  const there = new Set<string>();
  const rows = c
    .prepare<{ name: string; x: number; y: number; w: number; h: number; source_id: number | null }>(
      'select c.name, b.x, b.y, b.w, b.h, b.source_id from box b join category c on c.id = b.category where b.frame = ? and b.born is null',
    )
    .all(known.id);
  for (const row of rows) {
    there.add(boxKey(row.name, [row.x, row.y, row.w, row.h]));
    if (row.source_id !== null) there.add(`${row.name}#${row.source_id}`);
  }
  return there;
}

function boxKey(category: string, bbox: readonly number[]): string {
  return `${category}|${bbox.join(',')}`;
}

export interface PackCommitted {
  /** The pack to apply; null where the dataset has the same import already, and nothing was done. */
  readonly pack: number | null;
  readonly sha256: string;
  readonly chunks: number;
  /** Boxes that were there already. */
  readonly skipped: number;
}

/**
 * Ends staging: the import gets its name (the hash of its content) and becomes an operation. `packs.applyNext` must follow
 * until it says done; should the program die in between, opening the dataset finishes it.
 */
function commit(c: WriteConnection, input: { readonly pack: number; readonly author: string }): PackCommitted {
  const staging = stagings.get(input.pack);
  if (staging === undefined) throw new AppError('not_found', 'This import is not open.', { pack: input.pack });
  const digest = staging.hash.copy().digest();
  const sha256 = digest.toString('hex');
  if (c.prepare('select 1 from pack where sha256 = ?').get(digest) !== undefined) {
    abort(c, input);
    return { pack: null, sha256, chunks: 0, skipped: 0 };
  }
  c.prepare('update origin set id = ? where no = ?').run(digest.subarray(0, 16), input.pack);
  c.log.entities.forget();
  const row = c.prepare<{ frames: number; boxes: number }>('select frames, boxes from pack where no = ?').get(input.pack);
  c.prepare('update pack set sha256 = ? where no = ?').run(digest, input.pack);
  const value: CborValue = {
    sha: digest,
    frames: row?.frames ?? 0,
    boxes: row?.boxes ?? 0,
    cats: categoriesFor(c, headerOf(c, input.pack)),
    skip: staging.skip,
  };
  writePackFile(c, c.folder, input.pack);
  c.log.step({ author: input.author, actor: 2 }, (step) => step.op({ kind: 'pack', writes: [{ field: 'pack', value, birth: true }] }));
  stagings.delete(input.pack);
  return { pack: input.pack, sha256, chunks: staging.chunks, skipped: staging.skip.length };
}

/**
 * A category of the same name is the same category, or the one it was merged into; the others come after the last, in the
 * order of the import.
 */
function categoriesFor(c: ReadConnection, header: PackHeader): CborValue {
  let ord = c.prepare<{ ord: number | null }>('select max(ord) ord from category').get()?.ord ?? -1;
  const taken = new Set<Id>();
  return header.categories.map(({ name }): CborValue => {
    const known = c.prepare<{ id: number }>('select id from category where name = ? and live = 1 and s > 0 order by archived').get(name);
    if (known !== undefined) {
      const {
        entity,
        name: kept,
        ord: place,
      } = c
        .prepare<{ entity: Buffer; name: string; ord: number }>('select entity, name, ord from category where id = ?')
        .get(mergedTarget(c, known.id)) as { entity: Buffer; name: string; ord: number };
      return [entity, kept, place];
    }
    const id = freeCategoryId(c, name, taken);
    taken.add(id);
    ord += 1;
    return [fromHex(id), name, ord];
  });
}

function applyNext(c: WriteConnection, input: { readonly pack: number }): { readonly done: boolean } {
  return { done: applyNextChunk(c, c.log, input.pack) };
}

/** Drops what was staged. */
function abort(c: WriteConnection, input: { readonly pack: number }): null {
  stagings.delete(input.pack);
  c.prepare("delete from pack where no = ? and status = 'staging'").run(input.pack);
  c.prepare('delete from origin where no = ? and not exists (select 1 from pack where pack.no = origin.no)').run(input.pack);
  c.log.entities.forget();
  return null;
}

/** Imports so far, oldest first. */
function list(
  c: ReadConnection,
  _input: object,
): readonly {
  readonly pack: number;
  readonly sha256: string;
  readonly format: string;
  readonly name: string;
  readonly frames: number;
  readonly boxes: number;
  readonly addedAt: number;
}[] {
  return c
    .prepare<{ no: number; sha256: Buffer; format: string; name: string; frames: number; boxes: number; added_at: number }>(
      "select no, sha256, format, name, frames, boxes, added_at from pack where status <> 'staging' order by no",
    )
    .all()
    .map((row) => ({
      pack: row.no,
      sha256: row.sha256.toString('hex'),
      format: row.format,
      name: row.name,
      frames: row.frames,
      boxes: row.boxes,
      addedAt: row.added_at,
    }));
}

/** Which of these names the dataset has, with the hash of their content (null where it has none). In the order asked. */
function known(
  c: ReadConnection,
  input: { readonly names: readonly string[] },
): readonly ({ readonly id: number; readonly sha256: string } | null)[] {
  const select = c.prepare<{ id: number; sha256: Buffer }>('select id, sha256 from frame where name = ?');
  return input.names.map((name) => {
    const row = select.get(name);
    return row === undefined ? null : { id: row.id, sha256: row.sha256.toString('hex') };
  });
}

/** Imports whose last parts are still to be applied, oldest first. */
function unfinished(c: ReadConnection, _input: object): readonly number[] {
  return c
    .prepare<{ no: number }>("select no from pack where status = 'applying' order by no")
    .all()
    .map(({ no }) => no);
}

export const reads = {
  'packs.known': known,
  'packs.list': list,
  'packs.unfinished': unfinished,
} as const;

export const writes = {
  'packs.abort': abort,
  'packs.append': append,
  'packs.applyNext': applyNext,
  'packs.begin': begin,
  'packs.commit': commit,
} as const;
