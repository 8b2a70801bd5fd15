import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '../../../shared/errors.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import { joinKey } from '../../../shared/domain/ids.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import type { Op } from '../../../shared/sync/operation.ts';
import { decodePackFrameAt, decodePackHeader } from '../../../shared/sync/pack.ts';
import type { PackFrame } from '../../../shared/sync/pack.ts';
import type { ReadConnection } from '../connection.ts';
import type { OpLog } from './opLog.ts';
import { placeMedia } from './packMedia.ts';
import { writeAttributes } from './attributeText.ts';

/** Most rows that applying one chunk adds: a transaction stays small. */
export const maxChunkRows = 50_000;
/** No chunk inflates to more. */
const maxChunkBytes = 512 * 2 ** 20;

/** The value of a pack's operation. */
export interface PackValue {
  readonly sha: Uint8Array;
  readonly frames: number;
  readonly boxes: number;
  /** For each category of the header: the dataset's category (16 bytes), its name and place. */
  readonly cats: readonly (readonly [Uint8Array, string, number])[];
  /** Numbers of boxes that were there already, from another import of the same frame. */
  readonly skip: readonly number[];
}

function packValueOf(value: CborValue | undefined): PackValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array || !isPackValue(value))
    throw new AppError('corrupt', 'An import has lost its operation.');
  return value;
}

function isPackValue(value: object): value is PackValue {
  const { sha, frames, boxes, cats, skip } = value as { readonly [key: string]: unknown };
  return (
    sha instanceof Uint8Array &&
    typeof frames === 'number' &&
    typeof boxes === 'number' &&
    Array.isArray(cats) &&
    cats.every((cat) => Array.isArray(cat) && cat[0] instanceof Uint8Array && typeof cat[1] === 'string' && typeof cat[2] === 'number') &&
    Array.isArray(skip) &&
    skip.every((n) => typeof n === 'number')
  );
}

export function packChunkBody(body: Uint8Array): Buffer {
  return deflateRawSync(body, { level: 1 });
}

export function chunkRecords(body: Uint8Array): Buffer {
  return inflateRawSync(body, { maxOutputLength: maxChunkBytes });
}

interface PackRow {
  no: number;
  sha256: Buffer;
  r: number;
  s: number;
  header: Buffer;
  applied: number;
}

/** Makes the pack's operation take effect: its categories now, its frames and boxes chunk by chunk (`applyNextChunk`). */
export function packApplier(c: ReadConnection, log: OpLog): (op: Op, r: number) => void {
  return (op, r) => {
    const value = packValueOf(op.writes.find((w) => w.field === 'pack')?.value);
    const no = log.entities.originNo(toHex(value.sha).slice(0, 32), 'pack');
    const pack = c.prepare<{ header: Buffer }>('select header from pack where no = ?').get(no);
    c.prepare("update pack set r = ?, s = ?, status = 'applying', applied = 0 where no = ?").run(r, op.seq, no);
    const categories = pack === undefined ? [] : decodePackHeader(pack.header).categories;
    value.cats.forEach(([id, name, ord], i) => {
      const category = log.state.categoryFor(toHex(id));
      const exists = (c.prepare<{ s: number }>('select s from category where id = ?').get(category)?.s ?? 0) !== 0;
      if (!exists)
        log.state.addCategoryRow(
          category,
          { r, s: op.seq },
          { name, ord, super: categories[i]?.supercategory ?? null, source: categories[i]?.sourceId ?? null },
          op,
        );
    });
  };
}

/** Brings one more chunk of a pack into the state tables. True when it was the last. */
export function applyNextChunk(c: ReadConnection, log: OpLog, no: number): boolean {
  const pack = c.prepare<PackRow>("select no, sha256, r, s, header, applied from pack where no = ? and status = 'applying'").get(no);
  if (pack === undefined) return true;
  const chunk = c
    .prepare<{ id: number; first_n: number; body: Buffer; local: string | null }>(
      'select id, first_n, body, local from pack_chunk where pack = ? and no = ?',
    )
    .get(no, pack.applied);
  if (chunk === undefined) {
    c.prepare("update pack set status = 'done' where no = ?").run(no);
    return true;
  }
  const value = packValueOf(log.packValue(pack.r, pack.s));
  const skip = new Set(value.skip);
  const categories = value.cats.map(([id]) => log.state.categoryFor(toHex(id)));
  const records = chunkRecords(chunk.body);
  const counts = new Map<number, number>();
  log.openRev();
  if (chunk.local !== null) {
    placeMedia(c, chunk.local);
    c.prepare('update pack_chunk set local = null where id = ?').run(chunk.id);
  }
  let n = chunk.first_n;
  for (let at = 0; at < records.length;) {
    const { frame, end } = decodePackFrameAt(records, at);
    at = end;
    n = applyFrame(c, log, { no, birth: { r: pack.r, s: pack.s } }, frame, n, { categories, skip, counts });
  }
  const bump = c.prepare('update category set boxes = boxes + ? where id = ?');
  for (const [category, count] of counts) bump.run(count, category);
  c.prepare('update pack set applied = applied + 1 where no = ?').run(no);
  const left = c.prepare('select 1 from pack_chunk where pack = ? and no > ? limit 1').get(no, pack.applied);
  if (left === undefined) c.prepare("update pack set status = 'done' where no = ?").run(no);
  return left === undefined;
}

interface Target {
  readonly categories: readonly number[];
  readonly skip: ReadonlySet<number>;
  readonly counts: Map<number, number>;
}

function applyFrame(
  c: ReadConnection,
  log: OpLog,
  pack: { readonly no: number; readonly birth: { readonly r: number; readonly s: number } },
  frame: PackFrame,
  firstN: number,
  { categories, skip, counts }: Target,
): number {
  let n = firstN;
  const key = joinKey(pack.no, n);
  n += 1;
  const known = c.prepare<{ id: number }>('select id from frame where name = ?').get(frame.name);
  const id = known?.id ?? key;
  if (known === undefined) insertFrame(c, log, id, frame);
  let added = 0;
  const insert = c.prepare(
    `insert or ignore into box (id, frame, category, x, y, w, h, flags, origin, live, angle, track, source_id, area, attributes, extra)
     values (?, ?, ?, ?, ?, ?, ?, ?, 2, 1, ?, ?, ?, ?, ?, ?)`,
  );
  for (const box of frame.boxes) {
    const boxKey = joinKey(pack.no, n);
    n += 1;
    if (skip.has(n - 1)) continue;
    const category = categories[box.category];
    if (category === undefined) throw new AppError('corrupt', 'An import is damaged.', { pack: pack.no, reason: 'category out of range' });
    const [x, y, w, h] = box.bbox;
    const attributes = box.attributes === null ? null : writeAttributes(new Map(Object.entries(box.attributes)));
    const inserted = insert.run(
      boxKey,
      id,
      category,
      x,
      y,
      w,
      h,
      box.flags,
      box.angle === 0 ? null : box.angle,
      box.track,
      box.sourceId,
      box.area,
      attributes,
      box.extra,
    );
    if (inserted.changes === 0) continue;
    added += 1;
    counts.set(category, (counts.get(category) ?? 0) + 1);
    if (log.state.many) log.state.settle(boxKey, pack.birth);
  }
  c.prepare('update frame set boxes = boxes + ?, rev = ? where id = ?').run(added, log.state.rev, id);
  if (known === undefined) {
    if (log.state.many) log.state.settle(id, pack.birth);
    return n;
  }
  // A frame that waited for labels has them now, unless somebody said otherwise.
  c.prepare(
    "update frame set state = ? where id = ? and state = 0 and not exists (select 1 from head where e = frame.id and fld = 'state')",
  ).run(frameStates.indexOf(frame.state), id);
  log.state.verdicts.recheck(id);
  return n;
}

function insertFrame(c: ReadConnection, log: OpLog, id: number, frame: PackFrame): void {
  c.prepare("insert or ignore into media (sha256, place) values (?, 'none')").run(frame.sha256);
  const media = c.prepare<{ id: number }>('select id from media where sha256 = ?').get(frame.sha256)?.id;
  // Boxes that others drew on this frame before it arrived; so it is with comments, below.
  const early = log.state.many ? (c.prepare<{ n: number }>('select count(*) n from box where frame = ? and live = 1').get(id)?.n ?? 0) : 0;
  c.prepare(
    `insert into frame (id, name, sha256, width, height, media, state, split, sequence, idx, time, boxes, rev, extra)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    frame.name,
    frame.sha256,
    frame.width,
    frame.height,
    media,
    frameStates.indexOf(frame.state),
    frame.split,
    frame.sequence,
    frame.index,
    frame.time,
    early,
    log.state.rev,
    frame.extra,
  );
  if (log.state.many) log.state.comments.countThreads(id);
  for (const tag of frame.tags) c.prepare('insert or ignore into frame_tag (frame, tag) values (?, ?)').run(id, tag);
}
