import type { CompareOp } from './syntax.ts';
import type { BoolNode, NumberNode } from './typedTree.ts';

/** `fn(p, q) > bound` (or `>=`), which only boxes that meet can fulfil: what the joins test before anything else. */
export interface OverlapBound {
  /** 0 iou, 1 I / area of p, 2 I / area of q, 3 iomin. */
  readonly measure: 0 | 1 | 2 | 3;
  readonly strict: boolean;
  readonly bound: number;
}

const flipped: Readonly<Record<CompareOp, CompareOp>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=', '!=': '!=' };

/**
 * The bound that a condition sets to the overlap of the variables `p` and `q`, where it sets one that excludes boxes that do not meet.
 * `whole` says that the bound is all the condition asks.
 */
export function overlapBound(node: BoolNode, p: number, q: number): { readonly bound: OverlapBound; readonly whole: boolean } | null {
  if (node.kind === 'inRange') {
    if (node.of.kind !== 'overlap' || node.low.kind !== 'constant') return null;
    const bound = bounded(node.of, '>=', node.low.value, p, q);
    return bound === null ? null : { bound, whole: false };
  }
  if (node.kind !== 'compareNumbers') return null;
  let bound: OverlapBound | null = null;
  if (node.left.kind === 'overlap' && node.right.kind === 'constant') bound = bounded(node.left, node.op, node.right.value, p, q);
  else if (node.right.kind === 'overlap' && node.left.kind === 'constant') {
    bound = bounded(node.right, flipped[node.op], node.left.value, p, q);
  }
  return bound === null ? null : { bound, whole: true };
}

function bounded(node: Extract<NumberNode, { kind: 'overlap' }>, op: CompareOp, value: number, p: number, q: number): OverlapBound | null {
  if (node.a.kind !== 'variable' || node.b.kind !== 'variable' || node.fn === 'giou') return null;
  if (!((op === '>' && value >= 0) || (op === '>=' && value > 0))) return null;
  const straight = node.a.slot === p && node.b.slot === q;
  if (!straight && !(node.a.slot === q && node.b.slot === p)) return null;
  const measure = node.fn === 'iou' ? 0 : node.fn === 'iomin' ? 3 : straight ? 1 : 2;
  return { measure, strict: op === '>', bound: value };
}

/** The same bound with the two boxes named in the other order. */
export function mirrored(test: OverlapBound): OverlapBound {
  return test.measure === 1 ? { ...test, measure: 2 } : test.measure === 2 ? { ...test, measure: 1 } : test;
}

/** Whether a pair with intersection `i` > 0 and areas `a`, `b` fulfils the bound. Areas are > 0 where boxes meet. */
export function fulfils(test: OverlapBound, i: number, a: number, b: number): boolean {
  const { measure } = test;
  const value = measure === 0 ? i / (a + b - i) : measure === 1 ? i / a : measure === 2 ? i / b : i / Math.min(a, b);
  return test.strict ? value > test.bound : value >= test.bound;
}

/** The same for two rows of `boxes` (x, y, w, h each), which need not meet. */
export function rowsFulfil(test: OverlapBound, boxesA: Float64Array, rowA: number, boxesB: Float64Array, rowB: number): boolean {
  const a = 4 * rowA;
  const b = 4 * rowB;
  const ax = boxesA[a]!;
  const aw = boxesA[a + 2]!;
  const bx = boxesB[b]!;
  const bw = boxesB[b + 2]!;
  const w = (ax + aw < bx + bw ? ax + aw : bx + bw) - (ax > bx ? ax : bx);
  if (!(w > 0)) return false;
  const ay = boxesA[a + 1]!;
  const ah = boxesA[a + 3]!;
  const by = boxesB[b + 1]!;
  const bh = boxesB[b + 3]!;
  const h = (ay + ah < by + bh ? ay + ah : by + bh) - (ay > by ? ay : by);
  return h > 0 && fulfils(test, w * h, aw * ah, bw * bh);
}

/** Edges at the ends of their 16 bits may have been cut: they say nothing about sizes. */
const lowestEdge = 0;
const highestEdge = 65_535;
/** Room for what `x + w` and `w * h` round. */
const slack = 1 - 1e-6;

/**
 * Whether two boxes, of which only the rounded edges are known (`bounds` of the table), may fulfil the bound: false only where the
 * largest intersection and the smallest areas that round to these edges do not. Edges lie in `[edge, edge + 1)`.
 */
export function mayFulfil(
  test: OverlapBound,
  ax1: number,
  ay1: number,
  ax2: number,
  ay2: number,
  bx1: number,
  by1: number,
  bx2: number,
  by2: number,
): boolean {
  const i = ((ax2 < bx2 ? ax2 : bx2) - (ax1 > bx1 ? ax1 : bx1) + 1) * ((ay2 < by2 ? ay2 : by2) - (ay1 > by1 ? ay1 : by1) + 1);
  const a = (ax2 > ax1 ? ax2 - ax1 - 1 : 0) * (ay2 > ay1 ? ay2 - ay1 - 1 : 0);
  const b = (bx2 > bx1 ? bx2 - bx1 - 1 : 0) * (by2 > by1 ? by2 - by1 - 1 : 0);
  const { measure } = test;
  const whole = measure === 0 ? a + b - i : measure === 1 ? a : measure === 2 ? b : a < b ? a : b;
  if (i >= test.bound * whole * slack) return true;
  return (
    ax1 === lowestEdge ||
    ay1 === lowestEdge ||
    bx1 === lowestEdge ||
    by1 === lowestEdge ||
    ax2 === highestEdge ||
    ay2 === highestEdge ||
    bx2 === highestEdge ||
    by2 === highestEdge
  );
}
