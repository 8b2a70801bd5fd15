import type { HistoryEntry } from '../../../shared/contract/annotations.ts';
import { boxFlags, flagsOf } from '../../../shared/domain/annotation.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';
import { joinKey, splitKey } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeOp, fromHex, toHex } from '../../../shared/sync/operation.ts';
import type { Op, Write } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { commentBirth } from '../log/commentRows.ts';

type Fields = { [field: string]: unknown };

interface LogRow {
  readonly r: number;
  readonly s: number;
  readonly ms: number;
  readonly e: number | null;
  readonly body: Buffer;
}

/** Operations of a frame, oldest first; with `box`, of that box alone. Error: not_found. */
function history(c: ReadConnection, input: { readonly frame: number; readonly box?: number }): readonly HistoryEntry[] {
  if (c.prepare('select 1 from frame where id = ?').get(input.frame) === undefined)
    throw new AppError('not_found', 'This frame does not exist.', { frame: input.frame });
  const rows = c.prepare<LogRow>('select r, s, h >> 16 ms, e, body from op where f = ? order by h, r, s').all(input.frame);
  const ids = new Map(
    c
      .prepare<{ no: number; id: Buffer }>('select no, id from replica')
      .all()
      .map((row) => [row.no, toHex(row.id)]),
  );
  const wanted = input.box === undefined ? rows : rows.filter((row) => row.e === input.box);
  const ops = wanted.map((row) => ({ row, op: decodeOp(row.body, ids.get(row.r) ?? '') }));
  const flags = firstFlags(c, ops);
  return [...imports(c, input), ...ops.map(({ row, op }) => entry(c, row, op, flags))];
}

/** The imports that brought the frame and its boxes (or the one box). */
function imports(c: ReadConnection, input: { readonly frame: number; readonly box?: number }): HistoryEntry[] {
  const keys =
    input.box === undefined
      ? [
          input.frame,
          ...c
            .prepare<{ id: number }>('select id from box where frame = ? and born is null')
            .all(input.frame)
            .map((row) => row.id),
        ]
      : [input.box];
  const boxes = new Map<number, number>();
  for (const [i, key] of keys.entries()) {
    const { originNo } = splitKey(key);
    boxes.set(originNo, (boxes.get(originNo) ?? 0) + (i === 0 && input.box === undefined ? 0 : 1));
  }
  const select = c.prepare<{ s: number; ms: number; name: string; format: string; body: Buffer; replica: Buffer }>(
    `select p.s, o.h >> 16 ms, p.name, p.format, o.body, r.id replica from pack p join op o on o.r = p.r and o.s = p.s
     join replica r on r.no = p.r where p.no = ?`,
  );
  const found: HistoryEntry[] = [];
  for (const [no, count] of boxes) {
    const row = select.get(no);
    if (row === undefined) continue;
    found.push({
      seq: row.s,
      time: new Date(row.ms).toISOString(),
      author: decodeOp(row.body, toHex(row.replica)).author,
      actor: 'import',
      kind: 'import',
      before: null,
      after: { format: row.format, boxes: count },
    });
  }
  return found.sort((a, b) => a.seq - b.seq);
}

/** Flags are fields of their own, but are shown as the whole list: what each box had before its first operation here. */
function firstFlags(c: ReadConnection, ops: readonly { readonly row: LogRow; readonly op: Op }[]): Map<number, number> {
  const flags = new Map<number, number>();
  const seen = new Set<string>();
  for (const { row, op } of ops) {
    if (row.e === null || op.entity?.kind !== 'box') continue;
    if (!flags.has(row.e))
      flags.set(row.e, op.kind === 'add' ? 0 : (c.prepare<{ flags: number }>('select flags from box where id = ?').get(row.e)?.flags ?? 0));
    for (const write of op.writes) {
      const bit = flagBit(write.field);
      if (bit === 0 || seen.has(`${row.e}${write.field}`)) continue;
      seen.add(`${row.e}${write.field}`);
      const bits = flags.get(row.e) ?? 0;
      flags.set(row.e, write.before === true ? bits | bit : bits & ~bit);
    }
  }
  return flags;
}

function flagBit(field: string): number {
  const index = field.startsWith('k:') ? boxFlags.indexOf(field.slice(2) as (typeof boxFlags)[number]) : -1;
  return index < 0 ? 0 : 1 << index;
}

function entry(c: ReadConnection, row: LogRow, op: Op, flags: Map<number, number>): HistoryEntry {
  const { before, after } = changes(c, row, op, flags);
  const box = op.entity?.kind === 'box' ? row.e : commentBox(c, op);
  return {
    seq: row.s,
    id: `${row.r}.${row.s}`,
    time: new Date(row.ms).toISOString(),
    author: op.author,
    actor: op.actor === 0 ? 'human' : op.actor === 1 ? 'model' : 'import',
    kind: kindOf(op),
    ...(box === null ? {} : { box: box as BoxId }),
    before,
    after,
  };
}

function kindOf(op: Op): string {
  const verb = op.note?.split(':')[0];
  if (verb === 'undo' || verb === 'redo') return verb;
  switch (op.kind) {
    case 'put':
      if (op.entity?.kind === 'comment') return 'comment';
      return op.entity?.kind === 'frame' ? (op.writes[0]?.field.startsWith('tag:') ? 'tag' : (op.writes[0]?.field ?? 'set')) : 'set';
    case 'del':
      return op.entity?.kind === 'comment' ? 'comment' : 'delete';
    case 'undel':
      return 'undelete';
    case 'verdict':
      return 'state';
    default:
      return op.kind;
  }
}

function commentBox(c: ReadConnection, op: Op): number | null {
  if (op.kind !== 'comment') return null;
  const { box, parent } = commentBirth(op.writes.find((write) => write.field === 'text')?.value);
  return keyOf(c, box) ?? answered(c, keyOf(c, parent))?.box ?? null;
}

/** The comment that a reply answers. */
function answered(c: ReadConnection, parent: number | null): { readonly box: number | null; readonly born: number } | undefined {
  return parent === null
    ? undefined
    : c.prepare<{ box: number | null; born: number }>('select box, born from comment where id = ?').get(parent);
}

function keyOf(c: ReadConnection, ref: { readonly n: number; readonly origin: string } | null): number | null {
  const no = ref === null ? undefined : c.prepare<{ no: number }>('select no from origin where id = ?').get(fromHex(ref.origin))?.no;
  return ref === null || no === undefined ? null : joinKey(no, ref.n);
}

function changes(
  c: ReadConnection,
  row: LogRow,
  op: Op,
  flags: Map<number, number>,
): { readonly before: Fields | null; readonly after: Fields | null } {
  const own = op.writes.filter((write) => write.entity === undefined);
  const life = own.find((write) => write.field === 'life');
  if (op.entity?.kind === 'comment') {
    if (op.kind === 'put') return { before: fields(c, own, 'before'), after: fields(c, own, 'value') };
    const known = c
      .prepare<{ text: string; issue: string | null; parent: number | null }>('select text, issue, parent from comment where id = ?')
      .get(row.e);
    const words = own.find((write) => write.field === 'text')?.value;
    const text = (Array.isArray(words) ? (words[0] as CborValue) : undefined) ?? known?.text ?? null;
    const parent = known?.parent ?? null;
    const born = answered(c, parent)?.born;
    // By the entry that says what is answered, like everything that names one.
    const replyTo = parent === null || born === undefined ? {} : { replyTo: `${splitKey(parent).originNo}.${born}` };
    const whole = { text, ...(known?.issue ? { issue: known.issue } : {}), ...replyTo };
    return life?.value === 0 ? { before: whole, after: null } : { before: null, after: whole };
  }
  if (life !== undefined && op.entity?.kind === 'box') {
    const whole = wholeBox(c, life.before);
    return life.value === 0 ? { before: whole, after: null } : { before: null, after: whole };
  }
  if (op.kind === 'add' && op.entity?.kind === 'box') {
    applyFlags(flags, row.e, own);
    return { before: null, after: { ...emptyBox(), ...fields(c, own, 'value'), flags: flagsOf(flags.get(row.e ?? 0) ?? 0) } };
  }
  const before = fields(c, own, 'before');
  const after = fields(c, own, 'value');
  if (own.some((write) => flagBit(write.field) !== 0)) {
    before.flags = flagsOf(flags.get(row.e ?? 0) ?? 0);
    applyFlags(flags, row.e, own);
    after.flags = flagsOf(flags.get(row.e ?? 0) ?? 0);
  }
  // A pure turn changes the angle and not the box; a pure move the other way round.
  if (before.angle === after.angle) {
    delete before.angle;
    delete after.angle;
  } else if (JSON.stringify(before.bbox) === JSON.stringify(after.bbox)) {
    delete before.bbox;
    delete after.bbox;
  }
  return { before, after };
}

function applyFlags(flags: Map<number, number>, box: number | null, writes: readonly Write[]): void {
  if (box === null) return;
  let bits = flags.get(box) ?? 0;
  for (const write of writes) {
    const bit = flagBit(write.field);
    bits = write.value === true ? bits | bit : bits & ~bit;
  }
  flags.set(box, bits);
}

function emptyBox(): Fields {
  return { category: '', bbox: [0, 0, 0, 0], angle: 0, flags: [], attributes: {}, track: null };
}

function categoryName(c: ReadConnection, value: CborValue): string {
  return c.prepare<{ name: string }>('select name from category where entity = ?').get(value)?.name ?? '';
}

function wholeBox(c: ReadConnection, snapshot: CborValue | undefined): Fields {
  if (snapshot === undefined || snapshot === null) return emptyBox();
  const { c: category, g, k, t, a } = snapshot as { readonly [key: string]: CborValue };
  const [x, y, w, h, angle] = g as readonly number[];
  return {
    category: categoryName(c, category ?? null),
    bbox: [x, y, w, h],
    angle,
    flags: flagsOf(Number(k)),
    attributes: { ...(a as object) },
    track: t,
  };
}

function fields(c: ReadConnection, writes: readonly Write[], side: 'before' | 'value'): Fields {
  const out: Fields = {};
  const attributes: [string, unknown][] = [];
  for (const write of writes) {
    const value = write[side] ?? null;
    const { field } = write;
    if (field === 'g' && Array.isArray(value)) {
      out.bbox = value.slice(0, 4);
      out.angle = value[4] ?? 0;
    } else if (field === 'c') out.category = categoryName(c, value);
    else if (field === 't') out.track = value;
    else if (field === 'z') out.z = value ?? 0;
    else if (field === 'k:interpolated') out.interpolated = value === true;
    else if (field.startsWith('a:')) attributes.push([field.slice(2), value]);
    else if (field === 'state') out.state = Array.isArray(value) ? value[0] : value;
    else if (field.startsWith('tag:')) out.tags = { ...(out.tags as object), [field.slice(4)]: value === 1 };
    else if (field === 'split' || field === 'assignee' || field === 'text' || field === 'resolved') out[field] = value;
    else if (field === '@p') out.score = (value as readonly [number, number] | null)?.[1] ?? null;
  }
  if (attributes.length > 0) out.attributes = Object.fromEntries(attributes);
  return out;
}

export const reads = {
  'annotations.history': history,
} as const;
