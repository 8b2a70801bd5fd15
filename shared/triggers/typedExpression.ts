import type { BoolNode, BoxNode, CategoryNode, NumberNode, TextNode } from './typedTree.ts';
import type { Role } from './vocabulary.ts';

/** What an expression turned out to be, with the node it becomes. */
export type Typed =
  | { readonly type: 'bool'; readonly node: BoolNode }
  | {
      readonly type: 'ratio' | 'score' | 'number' | 'px' | 'px2' | 'seconds' | 'percent';
      readonly node: NumberNode;
      readonly axis?: 'width' | 'height';
      readonly literalZero?: boolean;
    }
  | { readonly type: 'text'; readonly node: TextNode; readonly literal?: string }
  | { readonly type: 'category'; readonly node: CategoryNode }
  | { readonly type: 'attribute'; readonly slot: number; readonly name: string }
  | { readonly type: 'box'; readonly node: BoxNode }
  | { readonly type: 'object'; readonly slot: number }
  | { readonly type: 'track' | 'frame' | 'event' | 'wrong' };

export type NumberTyped = Extract<Typed, { readonly node: NumberNode; readonly axis?: unknown }>;

export function typedNumber(type: NumberTyped['type'], node: NumberNode, axis: 'width' | 'height' | undefined): NumberTyped {
  return axis === undefined ? { type, node } : { type, node, axis };
}

/** Numbers without a unit go together; lengths, areas and durations only with their like. */
export function dimension(type: Typed['type']): string {
  return type === 'score' || type === 'number' ? 'ratio' : type;
}

export function isNumber(typed: Typed): typed is NumberTyped {
  return ['ratio', 'score', 'number', 'px', 'px2', 'seconds', 'percent'].includes(typed.type);
}

/** Whether it can stand where a word takes that. */
export function fits(typed: Typed, role: Role): boolean {
  switch (role) {
    case 'object':
      return typed.type === 'object';
    case 'box':
      return typed.type === 'object' || typed.type === 'box';
    case 'px':
      return typed.type === 'px' || (isNumber(typed) && typed.literalZero === true);
    case 'ratio':
      return isNumber(typed) && (typed.type === 'percent' || dimension(typed.type) === 'ratio');
    case 'expression':
      return true;
    default:
      return typed.type === role;
  }
}

export function asBox(typed: Typed): BoxNode | null {
  if (typed.type === 'object') return { kind: 'variable', slot: typed.slot };
  return typed.type === 'box' ? typed.node : null;
}
