import type { BoxTable } from './boxTable.ts';
import type { Candidates } from './candidates.ts';
import type { Truth } from './causes.ts';
import { both } from './causes.ts';
import type { Machine } from './machine.ts';
import { StepLimit } from './machine.ts';
import type { OverlapBound } from './overlap.ts';
import { fulfils } from './overlap.ts';

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

  const eachPair = (test: OverlapBound, before: Truth, visit: Visit): void => {
    pair ??= createPairScratch(variables);
    const first = lists[0]!;
    const second = lists[1]!;
    const sameTable = tables[0] === tables[1];
    const half = symmetric && variables[0]!.sameSet === variables[1]!.sameSet;
    const a = pair.a;
    const b = half ? pair.a : pair.b;
    load(a, first, tables[0]!);
    if (!half) load(b, second, tables[1]!);
    const slotA = slots[0]!;
    const slotB = slots[1]!;

    const meet = (i: number, j: number): boolean => {
      const left = a.x1[i]! > b.x1[j]! ? a.x1[i]! : b.x1[j]!;
      const right = a.x2[i]! < b.x2[j]! ? a.x2[i]! : b.x2[j]!;
      const w = right - left;
      if (!(w > 0)) return false;
      const top = a.y1[i]! > b.y1[j]! ? a.y1[i]! : b.y1[j]!;
      const bottom = a.y2[i]! < b.y2[j]! ? a.y2[i]! : b.y2[j]!;
      const h = bottom - top;
      if (!(h > 0)) return false;
      if (!fulfils(test, w * h, a.area[i]!, b.area[j]!)) return false;
      const rowA = first.rows[i]!;
      const rowB = half ? first.rows[j]! : second.rows[j]!;
      if (sameTable && rowA === rowB) return false;
      rows[slotA] = rowA;
      rows[slotB] = rowB;
      let value = first.masks === null ? before : both(before, first.masks[i]!);
      const masksB = half ? first.masks : second.masks;
      if (masksB !== null) value = both(value, masksB[j]!);
      return finishPair(value, visit);
    };

    const n = first.count;
    const m = half ? n : second.count;
    if (n * m > crowded) {
      sweep(a, n, b, m, half, meet);
      return;
    }
    tick(n * m);
    const found = findPairs(a, n, b, m, half, test, pair.found);
    for (let k = 0; k < found; k++) if (meet(pair.found[2 * k]!, pair.found[2 * k + 1]!)) return;
  };

  /** Forward scan of both lists by x1: only boxes that meet along x are looked at. */
  const sweep = (a: Edges, n: number, b: Edges, m: number, half: boolean, meet: (i: number, j: number) => boolean): void => {
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
    if (overlap !== null) eachPair(overlap, before, visit);
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
  readonly y1: Float64Array;
  readonly x2: Float64Array;
  readonly y2: Float64Array;
  readonly area: Float64Array;
  readonly order: Uint32Array;
}

interface PairScratch {
  readonly a: Edges;
  readonly b: Edges;
  /** Places of pairs that fulfil the bound, two by two. */
  readonly found: Uint32Array;
}

function createPairScratch(variables: readonly BoundVariable[]): PairScratch {
  const edges = (n: number): Edges => ({
    x1: new Float64Array(n),
    y1: new Float64Array(n),
    x2: new Float64Array(n),
    y2: new Float64Array(n),
    area: new Float64Array(n),
    order: new Uint32Array(n),
  });
  return {
    a: edges(variables[0]!.candidates.rows.length),
    b: edges(variables[1]!.candidates.rows.length),
    found: new Uint32Array(2 * crowded),
  };
}

function load(into: Edges, list: VariableList, table: BoxTable): void {
  const { boxes } = table;
  for (let i = 0; i < list.count; i++) {
    const at = 4 * list.rows[i]!;
    const w = boxes[at + 2]!;
    const h = boxes[at + 3]!;
    into.x1[i] = boxes[at]!;
    into.y1[i] = boxes[at + 1]!;
    into.x2[i] = boxes[at]! + w;
    into.y2[i] = boxes[at + 1]! + h;
    into.area[i] = w * h;
  }
}

/**
 * All pairs of two short lists that fulfil a bound; with `half`, of one list, each once. A plain function over typed arrays: this is
 * where queries over all boxes spend their time.
 */
function findPairs(a: Edges, n: number, b: Edges, m: number, half: boolean, test: OverlapBound, out: Uint32Array): number {
  const { x1: ax1, x2: ax2, y1: ay1, y2: ay2, area: areaA } = a;
  const { x1: bx1, x2: bx2, y1: by1, y2: by2, area: areaB } = b;
  let found = 0;
  for (let i = 0; i < n; i++) {
    const left = ax1[i]!;
    const right = ax2[i]!;
    const top = ay1[i]!;
    const bottom = ay2[i]!;
    for (let j = half ? i + 1 : 0; j < m; j++) {
      const l = bx1[j]!;
      const r = bx2[j]!;
      if (!(l < right && left < r)) continue;
      const t = by1[j]!;
      const u = by2[j]!;
      if (!(t < bottom && top < u)) continue;
      const w = (right < r ? right : r) - (left > l ? left : l);
      const h = (bottom < u ? bottom : u) - (top > t ? top : t);
      if (!(w > 0 && h > 0) || !fulfils(test, w * h, areaA[i]!, areaB[j]!)) continue;
      out[2 * found] = i;
      out[2 * found + 1] = j;
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
