import type { BoxConflict, ConflictValue } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';
import { decodeCbor } from '../../../shared/sync/cbor.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeOp, fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { Dot, Op } from '../../../shared/sync/operation.ts';
import { sameValue } from '../../../shared/sync/reverse.ts';
import type { ReadConnection } from '../connection.ts';

interface ConflictRow {
  readonly e: number;
  readonly fld: string;
  readonly kind: string;
  readonly hard: number;
}

interface Sibling {
  readonly op: Op;
  readonly replica: string;
  readonly ms: number;
  readonly field: string;
  readonly value: CborValue;
}

/** What people have to settle on a frame, the oldest first. `boxOf` gives a box whole, also a deleted one. */
export function conflictsOf(c: ReadConnection, frame: number, boxOf: (box: number) => Annotation | null): readonly BoxConflict[] {
  return c
    .prepare<ConflictRow>(
      "select e, fld, kind, hard from conflict where frame = ? and kind in ('field', 'edit-vs-delete') order by opened_h",
    )
    .all(frame)
    .filter(({ e }) => c.prepare('select 1 from box where id = ?').get(e) !== undefined)
    .map((row) => (row.kind === 'edit-vs-delete' ? deletionConflict(c, row, boxOf) : valueConflict(c, row)));
}

/** Boxes of these frames that are in conflict. */
export function boxesInConflict(c: ReadConnection, frames: Iterable<number>): readonly BoxId[] {
  if (c.prepare('select 1 from conflict limit 1').get() === undefined) return [];
  const select = c.prepare<{ e: number }>("select distinct e from conflict where frame = ? and kind in ('field', 'edit-vs-delete')");
  return [...frames].flatMap((frame) => select.all(frame).map(({ e }) => e as BoxId));
}

function valueConflict(c: ReadConnection, row: ConflictRow): BoxConflict {
  const siblings = siblingsOf(c, row.e, 'h.fld = ? and h.ak = 0', [row.fld]);
  const started = ancestorOf(c, siblings, row.fld);
  const shown = columnValue(c, row.e, row.fld);
  return {
    box: row.e as BoxId,
    field: fieldName(row.fld),
    alike: row.hard === 0,
    ancestor: started === undefined ? null : valueOf(c, row.fld, started),
    alternatives: siblings.map((sibling) => ({
      ...givenBy(c, sibling),
      shown: sameValue(sibling.value, shown),
      value: valueOf(c, sibling.field, sibling.value),
    })),
    ghost: null,
  };
}

/** First what was edited, then the deletion, which holds until somebody decides. */
function deletionConflict(c: ReadConnection, row: ConflictRow, boxOf: (box: number) => Annotation | null): BoxConflict {
  const [deletion] = siblingsOf(c, row.e, "h.fld = 'life'", []).filter(({ value }) => value === 0);
  const seen = new Set((deletion?.op.seen ?? []).map((dot) => `${dot.replica}:${dot.seq}`));
  const edits = siblingsOf(c, row.e, "h.fld <> 'life' and h.ak = 0", []).filter(({ op, replica }) => !seen.has(`${replica}:${op.seq}`));
  const last = edits.at(-1);
  const edited = edits.reduce<ConflictValue>((all, edit) => ({ ...all, ...valueOf(c, edit.field, edit.value) }), {});
  const side = (sibling: Sibling | undefined, shown: boolean, value: ConflictValue) =>
    sibling === undefined ? [] : [{ ...givenBy(c, sibling), shown, value }];
  return {
    box: row.e as BoxId,
    field: 'deleted',
    alike: false,
    ancestor: null,
    alternatives: [...side(last, false, { ...edited, deleted: false }), ...side(deletion, true, { deleted: true })],
    ghost: boxOf(row.e),
  };
}

function siblingsOf(c: ReadConnection, box: number, where: string, more: readonly unknown[]): readonly Sibling[] {
  return c
    .prepare<{ fld: string; r: number; s: number; ms: number; x: Buffer; body: Buffer | null; id: Buffer }>(
      `select h.fld, h.r, h.s, h.h >> 16 ms, h.x, o.body, g.id from head h join origin g on g.no = h.r
       left join op o on o.r = h.r and o.s = h.s where h.e = ? and ${where} order by h.h, h.r, h.s`,
    )
    .all(box, ...more)
    .flatMap((row) => {
      if (row.body === null) return [];
      const replica = toHex(row.id);
      return [{ op: decodeOp(row.body, replica), replica, ms: row.ms, field: row.fld, value: decodeCbor(row.x) }];
    });
}

function givenBy(c: ReadConnection, sibling: Sibling): { readonly author: string; readonly time: string } {
  const { op, ms } = firstWord(c, sibling);
  return { author: op.author, time: new Date(ms).toISOString() };
}

/** How often a value was settled and given back is followed so far. */
const maxTurns = 16;

/** A value that an undo gave back is the word of who gave it first: found in what the settling operation had replaced. */
function firstWord(c: ReadConnection, sibling: Sibling): { readonly op: Op; readonly ms: number } {
  let at: { readonly op: Op; readonly ms: number; readonly replica: string } = sibling;
  for (let turns = 0; turns < maxTurns && /^(?:undo|redo):/.test(at.op.note ?? ''); turns++) {
    const settled = transactionOf(c, at.replica, at.op).flatMap((op) => replacedBy(op, sibling.field));
    const before = settled
      .flatMap((dot) => operationAt(c, dot) ?? [])
      .flatMap(({ op }) => replacedBy(op, sibling.field))
      .flatMap((dot) => operationAt(c, dot) ?? [])
      .find(({ op }) => op.writes.some((write) => write.field === sibling.field && sameValue(write.value, sibling.value)));
    if (before === undefined) break;
    at = before;
  }
  return at;
}

/** How far back a common ancestor is looked for. */
const maxWalk = 64;

/**
 * The value that all siblings come from: the nearest write that each of them replaced, directly or by writes in between, however
 * often a side has been edited again since. undefined where they have none in common.
 */
function ancestorOf(c: ReadConnection, siblings: readonly Sibling[], field: string): CborValue | undefined {
  const [nearest, ...others] = siblings.map((sibling) => walkBack(c, firstWord(c, sibling).op, field));
  for (const [key, { dot }] of nearest ?? []) {
    if (nearest === undefined || !others.every((walk) => walk.has(key))) continue;
    const own = valueIn(operationAt(c, dot)?.op, field);
    if (own !== undefined) return own;
    // It came with the import or the birth of the box: the first write over it had it on show.
    const children = [nearest, ...others].flatMap((walk) => walk.get(key)?.child ?? []);
    const [first] = children.toSorted((a, b) => Number(a.clock - b.clock));
    return first?.writes.find((write) => write.field === field && write.entity === undefined)?.before;
  }
  return undefined;
}

/** What an operation replaced, and what that had replaced, the nearest first; each with the operation that replaced it. */
function walkBack(c: ReadConnection, from: Op, field: string): ReadonlyMap<string, { readonly dot: Dot; readonly child: Op }> {
  const found = new Map<string, { readonly dot: Dot; readonly child: Op }>();
  const queue: Op[] = [from];
  for (let op = queue.shift(); op !== undefined && found.size < maxWalk; op = queue.shift())
    for (const dot of replacedBy(op, field)) {
      const key = `${dot.replica}:${dot.seq}`;
      if (found.has(key)) continue;
      found.set(key, { dot, child: op });
      const before = operationAt(c, dot);
      if (before !== undefined) queue.push(before.op);
    }
  return found;
}

function valueIn(op: Op | undefined, field: string): CborValue | undefined {
  return op?.writes.find((write) => write.field === field && write.entity === undefined)?.value;
}

function replacedBy(op: Op, field: string): readonly Dot[] {
  return op.writes.filter((write) => write.field === field && write.entity === undefined).flatMap(({ replaces }) => replaces);
}

function operationAt(c: ReadConnection, dot: Dot): { readonly op: Op; readonly ms: number; readonly replica: string } | undefined {
  const row = c
    .prepare<{ ms: number; body: Buffer }>('select o.h >> 16 ms, o.body from op o join origin g on g.no = o.r where g.id = ? and o.s = ?')
    .get(fromHex(dot.replica), dot.seq);
  return row === undefined ? undefined : { op: decodeOp(row.body, dot.replica), ms: row.ms, replica: dot.replica };
}

/** The operations of a transaction that are about the same thing. */
function transactionOf(c: ReadConnection, replica: string, one: Op): readonly Op[] {
  return c
    .prepare<{ body: Buffer }>(
      `select o.body from op o join origin g on g.no = o.r join step t on t.r = o.r and t.t = o.t
       where g.id = ? and o.s between t.t and t.last and t.t = ? and o.e = (select e from op where r = o.r and s = ?)`,
    )
    .all(fromHex(replica), one.t, one.seq)
    .map(({ body }) => decodeOp(body, replica));
}

function columnValue(c: ReadConnection, box: number, field: string): CborValue | undefined {
  const row = c
    .prepare<{
      x: number;
      y: number;
      w: number;
      h: number;
      angle: number | null;
      track: number | null;
      entity: Buffer;
      attributes: string | null;
    }>('select b.x, b.y, b.w, b.h, b.angle, b.track, c.entity, b.attributes from box b join category c on c.id = b.category where b.id = ?')
    .get(box);
  if (row === undefined) return undefined;
  if (field === 'g') return [row.x, row.y, row.w, row.h, row.angle ?? 0];
  if (field === 'c') return row.entity;
  if (field === 't') return row.track;
  const attributes = row.attributes === null ? {} : (JSON.parse(row.attributes) as { readonly [key: string]: CborValue });
  const key = field.slice(2);
  return Object.hasOwn(attributes, key) ? attributes[key] : null;
}

function fieldName(field: string): BoxConflict['field'] {
  return field === 'g' ? 'geometry' : field === 'c' ? 'category' : field === 't' ? 'track' : 'attribute';
}

function valueOf(c: ReadConnection, field: string, value: CborValue): ConflictValue {
  if (field === 'g') {
    const [x = 0, y = 0, w = 0, h = 0, angle = 0] = value as readonly number[];
    return { bbox: [x, y, w, h], angle };
  }
  if (field === 'c') {
    const id = c.prepare<{ id: number }>('select id from category where entity = ?').get(value)?.id;
    return id === undefined ? {} : { category: id as CategoryId };
  }
  if (field === 't') return { track: value as number | null };
  if (field.startsWith('a:')) return { attributes: { [field.slice(2)]: value as string | number | boolean | null } };
  return {};
}
