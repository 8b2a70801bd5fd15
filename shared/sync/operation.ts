import { decodeCbor, encodeCbor } from './cbor.ts';
import type { CborValue } from './cbor.ts';

/**
 * One operation: the unit of history, merge and recovery. Its bytes are deterministic CBOR and stand alone: they name
 * replicas and origins by their 16-byte ids, never by a local number, so that the hash chain does not depend on how
 * operations are cut into segments. An id left out is the operation's own replica.
 *
 * Beyond references/SYNC.md 2.6 a write can name the value its author saw (`b`) and whose value that was (`ba`): history,
 * undo and review read what an operation did without replaying the log or opening packs; it can write a second thing (`e`,
 * the frame's state that an edit changes); and it can pass on another actor's value (`a`: undo gives a model its value back).
 */
export type Id = string; // 32 hexadecimal digits

export interface Dot {
  readonly replica: Id;
  readonly seq: number;
}

export type EntityRef =
  | { readonly kind: 'frame' | 'box' | 'comment'; readonly origin: Id; readonly n: number }
  | { readonly kind: 'category'; readonly id: Id }
  /** What holds for the whole dataset: attributes of every category. It is always there and has no birth. */
  | { readonly kind: 'dataset' };

export const actorKinds = ['human', 'model', 'import', 'system'] as const;
export type ActorKind = 0 | 1 | 2 | 3;

export const opKinds = ['add', 'put', 'del', 'undel', 'resolve', 'pack', 'verdict', 'comment', 'meta'] as const;
export type OpKind = (typeof opKinds)[number];

export interface Write {
  /** Where it is not the operation's own entity. */
  readonly entity?: EntityRef;
  readonly field: string;
  readonly value: CborValue;
  readonly replaces: readonly Dot[];
  /** What the author saw; absent where there was nothing. */
  readonly before?: CborValue;
  /** Whose value `before` was, where it was not a person's. */
  readonly beforeActor?: ActorKind;
  /** Whose value this is, where it is not the operation's actor. */
  readonly actor?: ActorKind;
}

export interface Op {
  readonly seq: number;
  readonly clock: bigint;
  /** First seq of its transaction. */
  readonly t: number;
  readonly author: string;
  readonly actor: ActorKind;
  readonly kind: OpKind;
  /** Absent for `pack` and `meta`. */
  readonly entity?: EntityRef;
  readonly frame?: { readonly origin: Id; readonly n: number };
  readonly writes: readonly Write[];
  /** `del` only: heads of every other field that the author saw. */
  readonly seen?: readonly Dot[];
  /** What the transaction was for: `undo 12`, `apply run` … */
  readonly note?: string;
}

export function toHex(bytes: Uint8Array): Id {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

export function fromHex(hex: Id): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

const entityKinds = ['frame', 'box', 'category', 'comment', 'dataset'] as const;

/** Bytes of an operation of the replica `own`. */
export function encodeOp(op: Op, own: Id): Uint8Array<ArrayBuffer> {
  const dot = (d: Dot): CborValue => (d.replica === own ? d.seq : [fromHex(d.replica), d.seq]);
  const entity = (e: EntityRef): CborValue => {
    const kind = entityKinds.indexOf(e.kind);
    if (e.kind === 'category') return [kind, fromHex(e.id)];
    if (e.kind === 'dataset') return [kind];
    return e.origin === own ? [kind, e.n] : [kind, e.n, fromHex(e.origin)];
  };
  const map: { [key: string]: CborValue } = {
    v: 1,
    s: op.seq,
    h: op.clock,
    t: op.t,
    u: op.author,
    ak: op.actor,
    k: opKinds.indexOf(op.kind),
  };
  if (op.entity) map.e = entity(op.entity);
  if (op.frame) map.f = op.frame.origin === own ? op.frame.n : [op.frame.n, fromHex(op.frame.origin)];
  if (op.writes.length > 0)
    map.w = op.writes.map((w) => {
      const one: { [key: string]: CborValue } = { f: w.field, x: w.value, p: w.replaces.map(dot) };
      if (w.entity) one.e = entity(w.entity);
      if (w.before !== undefined) one.b = w.before;
      if (w.beforeActor !== undefined) one.ba = w.beforeActor;
      if (w.actor !== undefined) one.a = w.actor;
      return one;
    });
  if (op.seen && op.seen.length > 0) map.seen = op.seen.map(dot);
  if (op.note !== undefined) map.note = op.note;
  return encodeCbor(map);
}

/** What is not understood (a newer kind, an unknown field) is left to the caller: bytes are kept and passed on as they are. */
export class UnknownOperation extends Error {}

/** Error: RangeError (damaged or not canonical), UnknownOperation (made by a newer program). */
export function decodeOp(bytes: Uint8Array, own: Id): Op {
  const map = asMap(decodeCbor(bytes));
  if (map.v !== 1) throw new UnknownOperation('a later format');
  const dot = (value: CborValue | undefined): Dot => {
    if (typeof value === 'number') return { replica: own, seq: asCount(value) };
    const [id, seq] = asList(value);
    return { replica: asId(id), seq: asCount(seq) };
  };
  const entity = (value: CborValue | undefined): EntityRef => {
    const [no, second, third] = asList(value);
    const kind = entityKinds[Number(no)];
    if (kind === undefined) throw new UnknownOperation('a later kind of thing');
    if (kind === 'category') return { kind, id: asId(second) };
    if (kind === 'dataset') return { kind };
    return { kind, n: asCount(second), origin: third === undefined ? own : asId(third) };
  };
  const kind = opKinds[Number(map.k)];
  if (kind === undefined) throw new UnknownOperation('a later kind of operation');
  const clock = typeof map.h === 'bigint' ? map.h : BigInt(asCount(map.h));
  if (clock >= 1n << 63n) throw new RangeError('op: clock out of range');
  return {
    seq: asCount(map.s),
    clock,
    t: asCount(map.t),
    author: asText(map.u),
    actor: asActor(map.ak),
    kind,
    writes: map.w === undefined ? [] : asList(map.w).map((value) => write(asMap(value), dot, entity)),
    ...(map.e === undefined ? {} : { entity: entity(map.e) }),
    ...(map.f === undefined ? {} : { frame: frame(map.f, own) }),
    ...(map.seen === undefined ? {} : { seen: asList(map.seen).map(dot) }),
    ...(map.note === undefined ? {} : { note: asText(map.note) }),
  };
}

function frame(value: CborValue, own: Id): { readonly origin: Id; readonly n: number } {
  if (typeof value === 'number') return { origin: own, n: asCount(value) };
  const [n, origin] = asList(value);
  return { origin: asId(origin), n: asCount(n) };
}

function write(
  map: { readonly [key: string]: CborValue },
  dot: (value: CborValue | undefined) => Dot,
  entity: (value: CborValue | undefined) => EntityRef,
): Write {
  if (map.x === undefined) throw new RangeError('op: a write without a value');
  return {
    field: asText(map.f),
    value: map.x,
    replaces: asList(map.p).map(dot),
    ...(map.e === undefined ? {} : { entity: entity(map.e) }),
    ...(map.b === undefined ? {} : { before: map.b }),
    ...(map.ba === undefined ? {} : { beforeActor: asActor(map.ba) }),
    ...(map.a === undefined ? {} : { actor: asActor(map.a) }),
  };
}

function asMap(value: CborValue | undefined): { readonly [key: string]: CborValue } {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    throw new RangeError('op: no map');
  return value as { readonly [key: string]: CborValue };
}
function asList(value: CborValue | undefined): readonly CborValue[] {
  if (!Array.isArray(value)) throw new RangeError('op: no list');
  return value as readonly CborValue[];
}
function asText(value: CborValue | undefined): string {
  if (typeof value !== 'string') throw new RangeError('op: no text');
  return value;
}
function asCount(value: CborValue | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new RangeError('op: no count');
  return value;
}
function asActor(value: CborValue | undefined): ActorKind {
  if (value !== 0 && value !== 1 && value !== 2 && value !== 3) throw new UnknownOperation('a later kind of actor');
  return value;
}
function asId(value: CborValue | undefined): Id {
  if (!(value instanceof Uint8Array) || value.length !== 16) throw new RangeError('op: no id');
  return toHex(value);
}
