import type { BoxTable } from './boxTable.ts';
import type { Candidates } from './candidates.ts';
import type { Truth } from './causes.ts';
import { both } from './causes.ts';
import type { Machine } from './machine.ts';
import { StepLimit } from './machine.ts';
import type { OverlapBound } from './overlap.ts';
import { rowsFulfil } from './overlap.ts';

/** One variable of a quantifier, ready to run. */
export interface BoundVariable {
  readonly slot: number;
  readonly candidates: Candidates;
  /** Variables of one number range over the same set. */
  readonly sameSet: number;
}

/** A conjunct of the `where` and the own variables (by place) it speaks of. */
export interface Condition {
  readonly test: () => Truth;
  readonly places: readonly number[];
}

export interface QuantifierPlan {
  readonly variables: readonly BoundVariable[];
  readonly conditions: readonly Condition[];
  /** Two variables only: a bound on their overlap that is not among the conditions. */
  readonly overlap: OverlapBound | null;
  /** Swapping variables of one set changes nothing: then only bindings with rising keys are tried. */
  readonly symmetric: boolean;
  /** Variables are bound in the order they were written in, for sums whose last bit depends on it. */
  readonly inOrder: boolean;
}

/** Called with the bindings that are true (1) or unknown; true stops the search. */
export type Visit = (value: Truth) => boolean;

export interface RunningQuantifier {
  /** Tries the bindings of the machine's frame; the machine's rows hold the binding while `visit` runs. */
  each(visit: Visit): void;
  /** `exists`: true where a binding is, else unknown where one is, with the causes of all of them. */
  truth(): Truth;
}

/** Pairs in a frame above which sorting by x1 pays (METHODS.md, 2.2). */
const crowded = 4_096;

interface VariableList {
  rows: Int32Array;
  masks: Int32Array | null;
  count: number;
}

const permutations: readonly (readonly (readonly number[])[])[] = [
  [[]],
  [[0]],
  [
    [0, 1],
    [1, 0],
  ],
  [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ],
];

export function createQuantifier(machine: Machine, plan: QuantifierPlan): RunningQuantifier {
  const { variables, conditions, overlap, symmetric } = plan;
  const { rows } = machine;
  const count = variables.length;
  const upfront = conditions.filter((c) => c.places.length === 0).map((c) => c.test);
  const filters = variables.map((_, v) => conditions.filter((c) => c.places.length === 1 && c.places[0] === v).map((c) => c.test));
  const joins = conditions.filter((c) => c.places.length > 1);
  const joinTests = joins.map((c) => c.test);
  const slots = variables.map((v) => v.slot);
  const tables = variables.map((v) => v.candidates.table);

  // For each order of binding: what can be asked once the k-th variable is bound.
  const orders = (permutations[count] ?? []).map((order) => ({
    order,
    levels: order.map((_, depth) => {
      const bound = order.slice(0, depth + 1);
      const last = order[depth]!;
      return joins.filter((c) => c.places.includes(last) && c.places.every((p) => bound.includes(p))).map((c) => c.test);
    }),
  }));

  const own = variables.map((v) => ({
    rows: new Int32Array(v.candidates.rows.length),
    masks: new Int32Array(v.candidates.rows.length),
  }));
  const lists: VariableList[] = variables.map((v) => ({ rows: v.candidates.rows, masks: null, count: 0 }));
  let pair: PairScratch | null = null;

  const tick = (n: number): void => {
    machine.steps += n;
    if (machine.steps > machine.budget) throw new StepLimit(machine.frame);
  };

  /** The candidates of each variable that pass what concerns it alone; false where one has none. */
  const prepare = (): boolean => {
    for (let v = 0; v < count; v++) {
      const { candidates } = variables[v]!;
      candidates.fill(machine.frame);
      if (candidates.count() === 0) return false;
    }
    for (let v = 0; v < count; v++) {
      const { candidates } = variables[v]!;
      const list = lists[v]!;
      const tests = filters[v]!;
      const n = candidates.count();
      if (tests.length === 0) {
        list.rows = candidates.rows;
        list.masks = null;
        list.count = n;
        continue;
      }
      tick(n);
      const kept = own[v]!;
      const slot = slots[v]!;
      let size = 0;
      let unknown = false;
      for (let i = 0; i < n; i++) {
        const row = candidates.rows[i]!;
        rows[slot] = row;
        let value: Truth = 1;
        for (let t = 0; t < tests.length; t++) {
          const result = tests[t]!();
          if (result === 0) {
            value = 0;
            break;
          }
          value = both(value, result);
        }
        if (value === 0) continue;
        if (value !== 1) unknown = true;
        kept.rows[size] = row;
        kept.masks[size++] = value;
      }
      if (size === 0) return false;
      list.rows = kept.rows;
      list.masks = unknown ? kept.masks : null;
      list.count = size;
    }
    return true;
  };

  /** Distinct objects (rule 2), and rising keys where swapping changes nothing. */
  const fits = (place: number, row: number, order: readonly number[], depth: number): boolean => {
    const variable = variables[place]!;
    const table = tables[place]!;
    for (let d = 0; d < depth; d++) {
      const other = order[d]!;
      if (tables[other] !== table) continue;
      const otherRow = rows[slots[other]!]!;
      if (otherRow === row) return false;
      if (symmetric && variables[other]!.sameSet === variable.sameSet) {
        const rising = table.ids[otherRow]! < table.ids[row]!;
        if (other < place !== rising) return false;
      }
    }
    return true;
  };

  const descend = (chosen: (typeof orders)[number], depth: number, before: Truth, visit: Visit): boolean => {
    const place = chosen.order[depth]!;
    const list = lists[place]!;
    const slot = slots[place]!;
    const tests = chosen.levels[depth]!;
    tick(list.count);
    for (let i = 0; i < list.count; i++) {
      const row = list.rows[i]!;
      if (!fits(place, row, chosen.order, depth)) continue;
      rows[slot] = row;
      let value = list.masks === null ? before : both(before, list.masks[i]!);
      for (let t = 0; t < tests.length; t++) {
        const result = tests[t]!();
        if (result === 0) {
          value = 0;
          break;
        }
        value = both(value, result);
      }
      if (value === 0) continue;
      if (depth + 1 === count ? visit(value) : descend(chosen, depth + 1, value, visit)) return true;
    }
    return false;
  };

  const choose = (): (typeof orders)[number] => {
    let best = orders[0]!;
    if (plan.inOrder || count < 2) return best;
    let bestCost = Infinity;
    for (const candidate of orders) {
      // Rarest first: the cost is how many bindings the outer loops open.
      let cost = 0;
      let open = 1;
      for (const place of candidate.order) {
        open *= lists[place]!.count;
        cost += open;
      }
      if (cost < bestCost) {
        best = candidate;
        bestCost = cost;
      }
    }
    return best;
  };

  /** Conditions of two variables besides the overlap bound, on the pair that is bound. */
  const finishPair = (value: Truth, visit: Visit): boolean => {
    let result = value;
    for (let t = 0; t < joinTests.length; t++) {
      const truth = joinTests[t]!();
      if (truth === 0) return false;
      result = both(result, truth);
    }
    return visit(result);
  };

  const boxesA = tables[0]!.boxes;
  const boxesB = tables.at(-1)!.boxes;
  const oneTable = tables[0] === tables.at(-1);
  let pairBefore: Truth = 1;
  let pairVisit: Visit = () => false;
  const half = symmetric && count === 2 && variables[0]!.sameSet === variables[1]!.sameSet;

  /** The pair of the i-th of the first and the j-th of the second list, exactly; true ends the search. */
  const meet = (i: number, j: number): boolean => {
    const first = lists[0]!;
    const second = half ? first : lists[1]!;
    const rowA = first.rows[i]!;
    const rowB = second.rows[j]!;
    if (!rowsFulfil(overlap!, boxesA, rowA, boxesB, rowB) || (oneTable && rowA === rowB)) return false;
    rows[slots[0]!] = rowA;
    rows[slots[1]!] = rowB;
    let value = first.masks === null ? pairBefore : both(pairBefore, first.masks[i]!);
    if (second.masks !== null) value = both(value, second.masks[j]!);
    return finishPair(value, pairVisit);
  };

  const eachPair = (before: Truth, visit: Visit): void => {
    pairBefore = before;
    pairVisit = visit;
    pair ??= createPairScratch(variables);
    const first = lists[0]!;
    const second = half ? first : lists[1]!;
    const n = first.count;
    const m = second.count;
    if (n * m > crowded) {
      sweep(pair, n, m);
      return;
    }
    tick(n * m);
    const { a, b, found } = pair;
    loadBounds(a.bounds, first, tables[0]!);
    if (!half) loadBounds(b.bounds, second, tables[1]!);
    const pairs = findPairs(a.bounds, n, half ? a.bounds : b.bounds, m, half, found);
    for (let k = 0; k < pairs; k++) if (meet(found[2 * k]!, found[2 * k + 1]!)) return;
  };

  /** Forward scan of both lists by x1: only boxes that meet along x are looked at. */
  const sweep = ({ a, b: other }: PairScratch, n: number, m: number): void => {
    const b = half ? a : other;
    loadEdges(a, lists[0]!, tables[0]!);
    if (!half) loadEdges(b, lists[1]!, tables[1]!);
    const byA = sortByX1(a.order, a.x1, n);
    const byB = half ? byA : sortByX1(b.order, b.x1, m);
    tick(n + m);
    if (half) {
      for (let p = 0; p < n; p++) {
        const i = byA[p]!;
        const end = a.x2[i]!;
        for (let k = p + 1; k < n && a.x1[byA[k]!]! < end; k++) {
          tick(1);
          const j = byA[k]!;
          // Rows of a list rise with their keys.
          if (i < j ? meet(i, j) : meet(j, i)) return;
        }
      }
      return;
    }
    let p = 0;
    let q = 0;
    while (p < n && q < m) {
      const i = byA[p]!;
      const j = byB[q]!;
      if (a.x1[i]! <= b.x1[j]!) {
        const end = a.x2[i]!;
        for (let k = q; k < m && b.x1[byB[k]!]! < end; k++) {
          tick(1);
          if (meet(i, byB[k]!)) return;
        }
        p++;
      } else {
        const end = b.x2[j]!;
        for (let k = p; k < n && a.x1[byA[k]!]! < end; k++) {
          tick(1);
          if (meet(byA[k]!, j)) return;
        }
        q++;
      }
    }
  };

  const each = (visit: Visit): void => {
    let before: Truth = 1;
    for (let t = 0; t < upfront.length; t++) {
      const result = upfront[t]!();
      if (result === 0) return;
      before = both(before, result);
    }
    if (!prepare()) return;
    if (overlap !== null) eachPair(before, visit);
    else descend(choose(), 0, before, visit);
  };

  let found: Truth = 0;
  const seek: Visit = (value) => {
    if (value === 1) {
      found = 1;
      return true;
    }
    found |= value;
    return false;
  };
  return {
    each,
    truth() {
      // A quantifier is never inside itself, so one register is enough.
      found = 0;
      each(seek);
      return found;
    },
  };
}

interface Edges {
  readonly x1: Float64Array;
  readonly x2: Float64Array;
  readonly order: Uint32Array;
  /** Rounded edges of short lists, four a box. */
  readonly bounds: Int32Array;
}

interface PairScratch {
  readonly a: Edges;
  readonly b: Edges;
  /** Places of pairs that may meet, two by two. */
  readonly found: Uint32Array;
}

function createPairScratch(variables: readonly BoundVariable[]): PairScratch {
  const edges = (n: number): Edges => ({
    x1: new Float64Array(n),
    x2: new Float64Array(n),
    order: new Uint32Array(n),
    bounds: new Int32Array(4 * Math.min(n, crowded)),
  });
  return {
    a: edges(variables[0]!.candidates.rows.length),
    b: edges(variables[1]!.candidates.rows.length),
    found: new Uint32Array(2 * crowded),
  };
}

function loadEdges(into: Edges, list: VariableList, table: BoxTable): void {
  const { boxes } = table;
  for (let i = 0; i < list.count; i++) {
    const at = 4 * list.rows[i]!;
    into.x1[i] = boxes[at]!;
    into.x2[i] = boxes[at]! + boxes[at + 2]!;
  }
}

function loadBounds(into: Int32Array, list: VariableList, table: BoxTable): void {
  const { bounds } = table;
  const { rows, count } = list;
  for (let i = 0; i < count; i++) {
    const from = 4 * rows[i]!;
    const to = 4 * i;
    into[to] = bounds[from]!;
    into[to + 1] = bounds[from + 1]!;
    into[to + 2] = bounds[from + 2]!;
    into[to + 3] = bounds[from + 3]!;
  }
}

/**
 * All pairs of two short lists whose rounded edges meet; with `half`, of one list, each once. A plain function over small integers:
 * this is where queries over all boxes spend their time.
 */
function findPairs(a: Int32Array, n: number, b: Int32Array, m: number, half: boolean, out: Uint32Array): number {
  let found = 0;
  const end = 4 * m;
  for (let i = 0; i < n; i++) {
    const x1 = a[4 * i]!;
    const y1 = a[4 * i + 1]!;
    const x2 = a[4 * i + 2]!;
    const y2 = a[4 * i + 3]!;
    for (let at = half ? 4 * i + 4 : 0; at < end; at += 4) {
      // All four differences are at least 0 exactly where no sign bit is set: one branch instead of four that are hard to foresee.
      if (((x2 - b[at]!) | (b[at + 2]! - x1) | (y2 - b[at + 1]!) | (b[at + 3]! - y1)) < 0) continue;
      out[2 * found] = i;
      out[2 * found + 1] = at >> 2;
      found++;
    }
  }
  return found;
}

function sortByX1(order: Uint32Array, x1: Float64Array, n: number): Uint32Array {
  const part = order.subarray(0, n);
  for (let i = 0; i < n; i++) part[i] = i;
  return part.sort((p, q) => x1[p]! - x1[q]! || p - q);
}
