/**
 * The tree after checking: every name resolved, every `%` tied to the side it compares with, `x.f` and `f(x)` one thing.
 * Plain data (it travels to worker threads); what the compiler turns into closures.
 */
import type { AggregateFn, ArithmeticOp, CompareOp } from './syntax.ts';

export interface TypedSet {
  /** Names of the categories, sorted; null for `any`. */
  readonly categories: readonly string[] | null;
  /** As written after `@`; null for the default source. */
  readonly source: string | null;
  readonly track: boolean;
}

export interface Variable {
  /** Its own place among all variables of the trigger. */
  readonly slot: number;
  readonly name: string;
  readonly set: TypedSet;
}

export interface Quantifier {
  readonly variables: readonly Variable[];
  readonly where: BoolNode | null;
}

export type BoxField = 'width' | 'height' | 'area' | 'aspect' | 'x1' | 'y1' | 'x2' | 'y2' | 'cx' | 'cy';
export type OverlapFn = 'iou' | 'ioa' | 'iomin' | 'giou';
export type RelationFn = 'contains' | 'center_in' | 'left_of' | 'right_of' | 'above' | 'below';
export type FrameNumber = 'width' | 'height' | 'index' | 'time' | 'brightness' | 'luma_p95' | 'contrast' | 'sharpness';
export type FrameText = 'name' | 'state' | 'split' | 'sequence';
export type FlagField = 'ignore' | 'crowd' | 'occluded' | 'truncated' | 'reviewed';

export type BoxNode =
  { readonly kind: 'variable'; readonly slot: number } | { readonly kind: 'expand'; readonly box: BoxNode; readonly by: NumberNode };

export type NumberNode =
  | { readonly kind: 'constant'; readonly value: number }
  /** `share` (0.01 is 1 %) of the frame's width, height or area. */
  | { readonly kind: 'shareOfFrame'; readonly share: NumberNode; readonly of: 'width' | 'height' | 'area' }
  | { readonly kind: 'boxField'; readonly field: BoxField; readonly box: BoxNode }
  | { readonly kind: 'score' | 'id'; readonly slot: number }
  | { readonly kind: 'frameNumber'; readonly field: FrameNumber }
  | { readonly kind: 'overlap'; readonly fn: OverlapFn; readonly a: BoxNode; readonly b: BoxNode }
  | { readonly kind: 'gap' | 'distance'; readonly a: BoxNode; readonly b: BoxNode }
  | { readonly kind: 'arithmetic'; readonly op: ArithmeticOp; readonly left: NumberNode; readonly right: NumberNode }
  | { readonly kind: 'negate'; readonly of: NumberNode }
  | {
      readonly kind: 'aggregate';
      readonly fn: AggregateFn;
      readonly quantifier: Quantifier;
      readonly value: NumberNode | null;
      /** Rule 6: what the aggregate of nothing is; null for unknown. */
      readonly ofNothing: number | null;
    }
  | { readonly kind: 'attributeNumber'; readonly slot: number; readonly name: string }
  /** Checked, but not evaluated yet (tracks, q). */
  | { readonly kind: 'later' };

export type TextNode =
  | { readonly kind: 'constant'; readonly value: string }
  | { readonly kind: 'frameText'; readonly field: FrameText }
  | { readonly kind: 'origin'; readonly slot: number }
  | { readonly kind: 'attributeText'; readonly slot: number; readonly name: string };

export type CategoryNode = { readonly kind: 'constant'; readonly name: string } | { readonly kind: 'category'; readonly slot: number };

export type BoolNode =
  | { readonly kind: 'and' | 'or'; readonly items: readonly BoolNode[] }
  | { readonly kind: 'not'; readonly of: BoolNode }
  | { readonly kind: 'exists'; readonly quantifier: Quantifier }
  | { readonly kind: 'compareNumbers'; readonly op: CompareOp; readonly left: NumberNode; readonly right: NumberNode }
  | { readonly kind: 'inRange'; readonly of: NumberNode; readonly low: NumberNode; readonly high: NumberNode }
  | { readonly kind: 'compareTexts'; readonly equal: boolean; readonly left: TextNode; readonly right: TextNode }
  | { readonly kind: 'compareCategories'; readonly equal: boolean; readonly left: CategoryNode; readonly right: CategoryNode }
  | { readonly kind: 'compareBools'; readonly equal: boolean; readonly left: BoolNode; readonly right: BoolNode }
  | { readonly kind: 'relation'; readonly fn: RelationFn; readonly a: BoxNode; readonly b: BoxNode }
  | { readonly kind: 'flag'; readonly field: FlagField; readonly slot: number }
  | { readonly kind: 'touchesBorder'; readonly box: BoxNode; readonly margin: NumberNode }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'attributeBool'; readonly slot: number; readonly name: string }
  | { readonly kind: 'later' };

export type AnyNode = BoolNode | NumberNode | TextNode | CategoryNode | BoxNode;

/** The parts of a node, in reading order (the quantifier's `where` and the aggregate's value included). */
export function partsOf(node: AnyNode): readonly AnyNode[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.items;
    case 'not':
    case 'negate':
      return [node.of];
    case 'exists':
      return node.quantifier.where === null ? [] : [node.quantifier.where];
    case 'compareNumbers':
    case 'compareTexts':
    case 'compareCategories':
    case 'compareBools':
    case 'arithmetic':
      return [node.left, node.right];
    case 'inRange':
      return [node.of, node.low, node.high];
    case 'relation':
    case 'overlap':
    case 'gap':
    case 'distance':
      return [node.a, node.b];
    case 'touchesBorder':
      return [node.box, node.margin];
    case 'shareOfFrame':
      return [node.share];
    case 'boxField':
      return [node.box];
    case 'expand':
      return [node.box, node.by];
    case 'aggregate':
      return [node.quantifier.where, node.value].filter((part) => part !== null);
    default:
      return [];
  }
}

/** Slots of all variables a node reads, those bound inside it included. */
export function slotsOf(node: AnyNode, into: Set<number> = new Set()): Set<number> {
  if ('slot' in node) into.add(node.slot);
  for (const part of partsOf(node)) slotsOf(part, into);
  return into;
}

/** The items of a conjunction, nested ones flattened; the node itself where it is none. */
export function conjuncts(node: BoolNode | null): readonly BoolNode[] {
  if (node === null) return [];
  return node.kind === 'and' ? node.items.flatMap(conjuncts) : [node];
}

/**
 * A text that two nodes share exactly when they say the same, with slots renamed by `rename` and the arguments of symmetric
 * functions in a fixed order. It decides whether a condition stays the same when two variables swap places.
 */
export function nodeKey(node: AnyNode, rename: (slot: number) => number): string {
  const parts = partsOf(node).map((part) => nodeKey(part, rename));
  const { kind } = node;
  const symmetric =
    kind === 'and' ||
    kind === 'or' ||
    kind === 'gap' ||
    kind === 'distance' ||
    (kind === 'overlap' && node.fn !== 'ioa') ||
    (kind === 'compareNumbers' && (node.op === '=' || node.op === '!=')) ||
    kind === 'compareTexts' ||
    kind === 'compareCategories' ||
    kind === 'compareBools';
  if (symmetric) parts.sort();
  const own: unknown[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === 'slot' && typeof value === 'number') own.push(rename(value));
    else if (value === null || typeof value !== 'object') own.push(key, value);
  }
  if (kind === 'exists' || kind === 'aggregate') {
    for (const v of node.quantifier.variables) own.push(rename(v.slot), v.set);
    if (kind === 'aggregate') own.push(node.quantifier.where === null);
  }
  return JSON.stringify([own, parts]);
}
