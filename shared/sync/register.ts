import type { CborValue } from './cbor.ts';
import type { ActorKind } from './operation.ts';

/**
 * Multi-value registers. A field's heads are the writes that no known write replaces (M1). Replicas are named by small local
 * numbers here; ties between replicas are broken by their ids, which the caller knows.
 */
export interface Head {
  readonly r: number;
  readonly s: number;
  readonly clock: bigint;
  readonly actor: ActorKind;
  readonly value: CborValue;
}

export interface LocalDot {
  readonly r: number;
  readonly s: number;
}

export interface RegisterChange {
  readonly heads: readonly Head[];
  /** Replaced writes that have not arrived yet. */
  readonly early: readonly LocalDot[];
  /** The write itself was replaced before it arrived, and is not a head. */
  readonly wasEarly: boolean;
}

/** A2: what a write does to the heads of its field. `known(dot)`: that operation has been applied. */
export function applyWrite(
  heads: readonly Head[],
  write: Head,
  replaces: readonly LocalDot[],
  wasEarly: boolean,
  known: (dot: LocalDot) => boolean,
): RegisterChange {
  const left = heads.filter((head) => !replaces.some((dot) => dot.r === head.r && dot.s === head.s));
  const early = replaces.filter((dot) => !known(dot));
  return { heads: wasEarly ? left : [...left, write], early, wasEarly };
}

/** human > import > model > system: a person's value is never hidden behind a machine's. */
const rank = [3, 1, 2, 0] as const;

/** M2: order of siblings; the last one shows. */
export function compareHeads(a: Head, b: Head, compareReplicas: (a: number, b: number) => number): number {
  if (rank[a.actor] !== rank[b.actor]) return rank[a.actor] - rank[b.actor];
  if (a.clock !== b.clock) return a.clock < b.clock ? -1 : 1;
  return a.r === b.r ? a.s - b.s : compareReplicas(a.r, b.r);
}

/**
 * The head whose value counts. M7 for `life`: dead beats live. M12 for `split`: the lowest clock, so that a test set stays
 * what it was. M13 for tags: staying in the set wins. M2 for all others.
 */
export function effectiveHead(field: string, heads: readonly Head[], compareReplicas: (a: number, b: number) => number): Head | undefined {
  if (heads.length < 2) return heads[0];
  const sorted = [...heads].sort((a, b) => compareHeads(a, b, compareReplicas));
  if (field === 'life') return sorted.findLast((head) => head.value === 0) ?? sorted.at(-1);
  if (field.startsWith('tag:')) return sorted.findLast((head) => head.value === 1) ?? sorted.at(-1);
  if (field === 'split') return sorted.reduce((low, head) => (head.clock < low.clock ? head : low));
  if (field === 'state')
    return sorted.reduce((worst, head) => (conservative(head) > conservative(worst) ? head : worst), sorted.at(-1) as Head);
  return sorted.at(-1);
}

/** V3: of verdicts that did not know each other the more careful one holds. */
function conservative(head: Head): number {
  const state = typeof head.value === 'string' ? head.value : Array.isArray(head.value) ? (head.value[0] as unknown) : '';
  return state === 'needs_fix' ? 1 : state === 'approved' || state === 'locked' ? -1 : 0;
}
