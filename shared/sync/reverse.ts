import type { CborValue } from './cbor.ts';
import { encodeCbor } from './cbor.ts';
import type { ActorKind, EntityRef, Op, OpKind, Write } from './operation.ts';

/** A write to make, before it is known what it replaces. */
export interface PlannedWrite {
  readonly entity: EntityRef;
  readonly field: string;
  readonly value: CborValue;
  readonly actor?: ActorKind;
}

export interface PlannedOp {
  readonly kind: OpKind;
  readonly entity: EntityRef;
  readonly frame?: { readonly origin: string; readonly n: number };
  readonly writes: readonly PlannedWrite[];
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
 * by now (somebody else changed it later), it is left alone. An empty list means that nothing of it stands any more.
 * `current(entity, field)` is the effective value now, undefined where the thing does not exist.
 */
export function reverse(ops: readonly Op[], current: (entity: EntityRef, field: string) => CborValue | undefined): readonly PlannedOp[] {
  const planned: PlannedOp[] = [];
  // What earlier steps of this reversal have already given back.
  const given = new Map<string, CborValue>();
  const keyOf = (entity: EntityRef, field: string): string => {
    if (entity.kind === 'dataset') return `dataset|${field}`;
    return entity.kind === 'category' ? `${entity.id}|${field}` : `${entity.origin}|${entity.n}|${field}`;
  };
  const now = (entity: EntityRef, field: string): CborValue | undefined => given.get(keyOf(entity, field)) ?? current(entity, field);
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
    } else for (const write of own) if (write.before !== undefined && stands(write)) writes.push(restored(entity, write));
    if (writes.length === 0) continue;
    for (const write of others) if (write.before !== undefined && stands(write)) writes.push(restored(write.entity ?? entity, write));
    for (const write of writes) given.set(keyOf(write.entity, write.field), write.value);
    planned.push({ kind: reversedKind(op), entity, writes, ...(op.frame === undefined ? {} : { frame: op.frame }) });
  }
  return planned;
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
  return op.kind === 'del' ? 'undel' : op.kind;
}
