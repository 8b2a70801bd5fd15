import type { Attributes } from '../../../shared/domain/annotation.ts';
import { boxFlags, interpolatedBit } from '../../../shared/domain/annotation.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeOp, toHex } from '../../../shared/sync/operation.ts';
import type { Op } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { attributesOf } from './attributeText.ts';
import { selectStoredBox, type StoredBoxRow } from './storedBoxRow.ts';

/** A box as it was. `category` is the dataset's number. */
export interface PastBox {
  readonly id: number;
  readonly category: number;
  /** x, y, w, h, angle */
  readonly geometry: readonly [number, number, number, number, number];
  readonly flags: number;
  readonly track: number | null;
  readonly attributes: Attributes;
  readonly live: boolean;
}

export interface LaterOp {
  readonly r: number;
  readonly s: number;
  readonly ms: number;
  readonly box: number | null;
  readonly op: Op;
}

/** Operations of a frame behind a place in the log, the latest first. `after`: an SQL row (h, r, s) and its parameters. */
export function laterOps(c: ReadConnection, frame: number, after: string, parameters: readonly unknown[]): readonly LaterOp[] {
  const ids = replicaIds(c);
  return c
    .prepare<{ r: number; s: number; ms: number; e: number | null; body: Buffer }>(
      `select r, s, h >> 16 ms, e, body from op where f = ? and (h, r, s) > ${after} order by h desc, r desc, s desc`,
    )
    .all(frame, ...parameters)
    .map(({ r, s, ms, e, body }) => {
      const op = decodeOp(body, ids.get(r) ?? '');
      return { r, s, ms, box: op.entity?.kind === 'box' ? e : null, op };
    });
}

function replicaIds(c: ReadConnection): ReadonlyMap<number, string> {
  return new Map(
    c
      .prepare<{ no: number; id: Buffer }>('select no, id from replica')
      .all()
      .map(({ no, id }) => [no, toHex(id)]),
  );
}

/**
 * The boxes of a frame before these operations (latest first), deleted ones included, by key; boxes that were not there yet are
 * left out. Goes back from what is there now by what each operation's author saw (`before`), so that no pack is opened.
 */
export function boxesBefore(c: ReadConnection, frame: number, later: readonly LaterOp[]): Map<number, PastBox> {
  const boxes = boxesNow(c, frame);
  const categories = new Map(
    c
      .prepare<{ id: number; entity: Buffer }>('select id, entity from category')
      .all()
      .map(({ id, entity }) => [toHex(entity), id]),
  );
  for (const { box, op } of later) {
    const now = box === null ? undefined : boxes.get(box);
    if (box === null || now === undefined) continue;
    if (op.kind === 'add') {
      boxes.delete(box);
      continue;
    }
    let past: PastBox = now;
    for (const write of op.writes) {
      if (write.entity !== undefined) continue;
      if (write.field === 'life') past = { ...past, live: write.value === 0 };
      else if (write.before !== undefined) past = withField(past, write.field, write.before, categories);
    }
    boxes.set(box, past);
  }
  return boxes;
}

export function boxesNow(c: ReadConnection, frame: number): Map<number, PastBox> {
  return new Map(
    c
      .prepare<StoredBoxRow>(`${selectStoredBox} where frame = ?`)
      .all(frame)
      .map((row) => [
        row.id,
        {
          id: row.id,
          category: row.category,
          geometry: [row.x, row.y, row.w, row.h, row.angle ?? 0],
          flags: row.flags,
          track: row.track,
          attributes: attributesOf(row.attributes),
          live: row.live === 1,
        },
      ]),
  );
}

function withField(box: PastBox, field: string, value: CborValue, categories: ReadonlyMap<string, number>): PastBox {
  if (field === 'g') {
    const [x = 0, y = 0, w = 0, h = 0, angle = 0] = value as readonly number[];
    return { ...box, geometry: [x, y, w, h, angle] };
  }
  if (field === 'c') return { ...box, category: categories.get(toHex(value as Uint8Array)) ?? box.category };
  if (field === 't') return { ...box, track: value as number | null };
  if (field.startsWith('k:')) {
    const index = boxFlags.indexOf(field.slice(2) as (typeof boxFlags)[number]);
    const bit = field === 'k:interpolated' ? interpolatedBit : index < 0 ? 0 : 1 << index;
    return { ...box, flags: value === true ? box.flags | bit : box.flags & ~bit };
  }
  if (field.startsWith('a:')) {
    const attributes = new Map(Object.entries(box.attributes));
    if (value === null) attributes.delete(field.slice(2));
    else attributes.set(field.slice(2), value as string | number | boolean);
    return { ...box, attributes: Object.fromEntries(attributes) };
  }
  return box;
}
