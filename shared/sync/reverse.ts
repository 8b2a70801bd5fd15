import type { CborValue } from './cbor.ts';
import { encodeCbor } from './cbor.ts';
import type { ActorKind, Dot, EntityRef, Id, Op, OpKind, Write } from './operation.ts';

/** A write to make, before it is known what it replaces. */
export interface PlannedWrite {
  readonly entity: EntityRef;
  readonly field: string;
  readonly value: CborValue;
  readonly actor?: ActorKind;
  /** Values of people that stood beside this one before somebody settled it: they come back, and the conflict with them. */
  readonly siblings?: readonly CborValue[];
  /** Operations whose values stand beside the one on show because an undo brought them back: this write settles them again. */
  readonly settles?: readonly number[];
}

export interface PlannedOp {
  readonly kind: OpKind;
  readonly entity: EntityRef;
  readonly frame?: { readonly origin: string; readonly n: number };
  readonly writes: readonly PlannedWrite[];
  /** A deletion that stands again had seen these writes, and no others. */
  readonly seen?: readonly Dot[];
}

/** A write that a later one replaced. `seen`: of a deletion. */
export interface Replaced {
  readonly kind: OpKind;
  readonly value: CborValue;
  readonly actor: ActorKind;
  readonly seen: readonly Dot[];
}

/** What a reversal looks up. */
export interface Surroundings {
  /** Whose operations are reversed. */
  readonly replica: Id;
  /** The value on show now, undefined where the thing does not exist. */
  current(entity: EntityRef, field: string): CborValue | undefined;
  /** undefined where the value came with the thing's birth. */
  replaced(dot: Dot, entity: EntityRef, field: string): Replaced | undefined;
}

export function sameValue(a: CborValue | undefined, b: CborValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const x = encodeCbor(a);
  const y = encodeCbor(b);
  return x.length === y.length && x.every((byte, i) => byte === y[i]);
}

/** Whether an operation brought its thing into being. */
export function isBirth(op: Op): boolean {
  return op.kind === 'add' || op.kind === 'comment';
}

/**
 * M14: the operations that take a transaction back. Only what still stands is taken back: where the field has another value
 * by now (somebody else changed it later), it is left alone. An empty list means that nothing of it stands any more. What settled
 * a conflict opens it again: every value that it answered comes back beside the one that was on show.
 */
export function reverse(ops: readonly Op[], around: Surroundings): readonly PlannedOp[] {
  const planned: PlannedOp[] = [];
  // What earlier steps of this reversal have already given back.
  const given = new Map<string, CborValue>();
  const keyOf = (entity: EntityRef, field: string): string => {
    if (entity.kind === 'dataset') return `dataset|${field}`;
    return entity.kind === 'category' ? `${entity.id}|${field}` : `${entity.origin}|${entity.n}|${field}`;
  };
  // Values that these operations set beside another.
  const beside = new Map<string, number[]>();
  for (const op of ops)
    if (!isBirth(op))
      for (const write of op.writes) {
        const entity = write.entity ?? op.entity;
        if (entity === undefined || write.before !== undefined || write.replaces.length > 0) continue;
        const key = keyOf(entity, write.field);
        beside.set(key, [...(beside.get(key) ?? []), op.seq]);
      }
  const seqsBeside = (entity: EntityRef, field: string): readonly number[] => beside.get(keyOf(entity, field)) ?? [];
  const now = (entity: EntityRef, field: string): CborValue | undefined => given.get(keyOf(entity, field)) ?? around.current(entity, field);
  for (const op of ops.toReversed()) {
    if (op.entity === undefined) continue;
    const entity = op.entity;
    const own = op.writes.filter((write) => write.entity === undefined);
    const others = op.writes.filter((write) => write.entity !== undefined);
    const stands = (write: Write): boolean => sameValue(now(write.entity ?? entity, write.field), write.value);
    const writes: PlannedWrite[] = [];
    if (isBirth(op)) {
      const untouched = own.every((write) => isImmutable(write.field) || stands(write));
      // Not a person's word about the box: it was never there.
      if (untouched && sameValue(now(entity, 'life'), 1)) writes.push({ entity, field: 'life', value: 0, actor: op.actor });
    } else
      for (const write of own)
        if (write.before !== undefined && stands(write))
          writes.push({ ...restored(entity, write), ...disputed(seqsBeside, op, write, around) });
    if (writes.length === 0) continue;
    for (const write of others) if (write.before !== undefined && stands(write)) writes.push(restored(write.entity ?? entity, write));
    for (const write of writes) given.set(keyOf(write.entity, write.field), write.value);
    const frame = op.frame === undefined ? {} : { frame: op.frame };
    const seen = seenByDeletion(op, entity, around);
    if (seen === undefined)
      planned.push({ kind: settlesAgain(op, entity, around) ? 'resolve' : reversedKind(op), entity, writes, ...frame });
    else {
      // Apart, because a deletion has not seen what is written together with it.
      const values = writes.filter((write) => write.field !== 'life');
      if (values.length > 0) planned.push({ kind: 'put', entity, writes: values, ...frame });
      if (values.length < writes.length)
        planned.push({ kind: 'del', entity, writes: [{ entity, field: 'life', value: 0 }], seen, ...frame });
    }
  }
  return planned;
}

/** What else there was beside the value that a write replaced, as its author had it on show. */
function disputed(
  seqsBeside: (entity: EntityRef, field: string) => readonly number[],
  op: Op,
  write: Write,
  around: Surroundings,
): { readonly siblings?: readonly CborValue[]; readonly settles?: readonly number[] } {
  const { entity } = op;
  if (entity === undefined || write.field === 'life') return {};
  const others: CborValue[] = [];
  if (write.replaces.length > 1)
    for (const dot of write.replaces) {
      const other = around.replaced(dot, entity, write.field);
      if (other?.actor === 0 && ![write.before, ...others].some((value) => sameValue(value, other.value))) others.push(other.value);
    }
  const besides = seqsBeside(entity, write.field);
  return { ...(others.length === 0 ? {} : { siblings: others }), ...(besides.length === 0 ? {} : { settles: besides }) };
}

/** Where an operation answered a deletion: what that deletion had seen. undefined where it did not. */
function seenByDeletion(op: Op, entity: EntityRef, around: Surroundings): readonly Dot[] | undefined {
  const life = op.writes.find((write) => write.field === 'life' && write.entity === undefined);
  if (life === undefined || entity.kind !== 'box' || (op.kind !== 'resolve' && op.kind !== 'del')) return undefined;
  const deletions = life.replaces.flatMap((dot) => around.replaced(dot, entity, 'life') ?? []).filter(({ value }) => value === 0);
  if (deletions.length === 0) return undefined;
  const seen = deletions.flatMap((deletion) => deletion.seen);
  const knew = (dot: Dot): boolean => seen.some((one) => one.replica === dot.replica && one.seq === dot.seq);
  const values = op.writes.filter((write) => write.entity === undefined && write.field !== 'life');
  return values.every((write) => write.replaces.every(knew)) ? [...seen, { replica: around.replica, seq: op.seq }] : seen;
}

/** Takes back a deletion that an undo let stand again: what had answered it answers it once more. */
function settlesAgain(op: Op, entity: EntityRef, around: Surroundings): boolean {
  const life = op.writes.find((write) => write.field === 'life' && write.entity === undefined);
  return op.kind === 'del' && (life?.replaces.some((dot) => around.replaced(dot, entity, 'life')?.kind === 'resolve') ?? false);
}

/** Said once at birth and never written again: where a model box came from, the text of a comment. */
function isImmutable(field: string): boolean {
  return field.startsWith('@') || field === 'text';
}

function restored(entity: EntityRef, write: Write): PlannedWrite {
  const value = write.field === 'life' ? (write.value === 1 ? 0 : 1) : (write.before as CborValue);
  return { entity, field: write.field, value, ...(write.beforeActor === undefined ? {} : { actor: write.beforeActor }) };
}

function reversedKind(op: Op): OpKind {
  if (isBirth(op) || op.kind === 'undel') return 'del';
  if (op.kind === 'resolve') return 'put';
  return op.kind === 'del' ? 'undel' : op.kind;
}
