import type { BoxTable } from './boxTable.ts';
import type { Truth } from './causes.ts';
import type { OverlapBound } from './overlap.ts';
import { overlapBound } from './overlap.ts';
import type { BoundVariable } from './quantifier.ts';
import type { BoolNode, NumberNode } from './typedTree.ts';
import { nodeKey } from './typedTree.ts';

// What the conjuncts of a `where` say before anything runs.

/** Where a pair of plain variables overlaps and what is left to ask then: what the merge join runs on. */
export interface PairJoin {
  readonly overlap: OverlapBound;
  readonly first: BoundVariable;
  readonly second: BoundVariable;
  readonly tests: readonly (() => Truth)[];
  /** Bounds on the scores of either one, where they are all known: also among the tests, but cheap to ask beforehand. */
  readonly firstScore: ScoreBound | null;
  readonly secondScore: ScoreBound | null;
}

export interface ScoreBound {
  readonly strict: boolean;
  readonly bound: number;
}

/** The first conjunct that bounds the overlap of two variables; `covered` where the bound says all of it. */
export function firstOverlapBound(
  parts: readonly BoolNode[],
  [first, second]: readonly [number, number],
): { readonly overlap: OverlapBound; readonly covered: BoolNode | null } | null {
  for (const part of parts) {
    const found = overlapBound(part, first, second);
    if (found !== null) return { overlap: found.bound, covered: found.whole ? part : null };
  }
  return null;
}

/** A conjunct that bounds the score of a variable from below by a constant; none where a box of its table has no score. */
export function scoreBound(parts: readonly BoolNode[], slot: number, table: BoxTable): ScoreBound | null {
  if (!table.scoresKnown) return null;
  for (const part of parts) {
    if (part.kind !== 'compareNumbers' || part.left.kind !== 'score' || part.left.slot !== slot) continue;
    if (part.right.kind !== 'constant' || (part.op !== '>' && part.op !== '>=')) continue;
    return { strict: part.op === '>', bound: part.right.value };
  }
  return null;
}

/** Whether exchanging two variables of one set leaves the condition (and severity) the same. */
export function swapsFreely(variables: readonly BoundVariable[], parts: readonly BoolNode[], severity: NumberNode | undefined): boolean {
  const key = (rename: (slot: number) => number): string =>
    JSON.stringify([parts.map((part) => nodeKey(part, rename)).sort(), severity === undefined ? null : nodeKey(severity, rename)]);
  const same = key((slot) => slot);
  for (let i = 0; i < variables.length; i++) {
    for (let j = i + 1; j < variables.length; j++) {
      const p = variables[i]!;
      const q = variables[j]!;
      if (p.sameSet !== q.sameSet) continue;
      if (key((slot) => (slot === p.slot ? q.slot : slot === q.slot ? p.slot : slot)) !== same) return false;
    }
  }
  return true;
}
