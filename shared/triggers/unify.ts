import { dimension, isNumber, typedNumber, type NumberTyped, type Typed } from './typedExpression.ts';
import type { BoolNode, NumberNode, TextNode } from './typedTree.ts';

// Which types go together (rule 7), and as what.

/** Both sides as numbers of one dimension, `%` tied to the frame; null where they do not go together. */
export function asNumbers(left: Typed, right: Typed): readonly [NumberNode, NumberNode] | null {
  if (left.type === 'attribute' && isNumber(right)) return [{ kind: 'attributeNumber', slot: left.slot, name: left.name }, right.node];
  if (right.type === 'attribute' && isNumber(left)) return [left.node, { kind: 'attributeNumber', slot: right.slot, name: right.name }];
  if (!isNumber(left) || !isNumber(right)) return null;
  if (left.type === 'percent' && right.type !== 'percent') {
    const node = percentFor(left.node, right);
    return node === null ? null : [node, right.node];
  }
  if (right.type === 'percent' && left.type !== 'percent') {
    const node = percentFor(right.node, left);
    return node === null ? null : [left.node, node];
  }
  // Nothing is nothing in every unit.
  if (left.literalZero === true || right.literalZero === true) return [left.node, right.node];
  return dimension(left.type) === dimension(right.type) ? [left.node, right.node] : null;
}

/** What a percentage is a share of, beside the number it is compared with or added to. */
function percentFor(share: NumberNode, other: NumberTyped): NumberNode | null {
  if (dimension(other.type) === 'ratio') return share;
  if (other.type === 'px2') return { kind: 'shareOfFrame', share, of: 'area' };
  return other.type === 'px' && other.axis !== undefined ? { kind: 'shareOfFrame', share, of: other.axis } : null;
}

export function asText(typed: Typed): TextNode | null {
  if (typed.type === 'text') return typed.node;
  return typed.type === 'attribute' ? { kind: 'attributeText', slot: typed.slot, name: typed.name } : null;
}

export function asBool(typed: Typed): BoolNode | null {
  if (typed.type === 'bool') return typed.node;
  return typed.type === 'attribute' ? { kind: 'attributeBool', slot: typed.slot, name: typed.name } : null;
}

type ArithmeticOp = Extract<NumberNode, { kind: 'arithmetic' }>['op'];

/** A sum, difference, product or quotient; null where the two have no such thing. */
export function arithmetic(op: ArithmeticOp, left: NumberTyped, right: NumberTyped): NumberTyped | null {
  return op === '+' || op === '-' ? sumOf(op, left, right) : productOf(op, left, right);
}

function sumOf(op: '+' | '-', left: NumberTyped, right: NumberTyped): NumberTyped | null {
  const pair = asNumbers(left, right);
  if (pair === null) return null;
  const main = left.type === 'percent' || left.literalZero === true ? right : left;
  const other = main === left ? right : left;
  const type = main.type === other.type || dimension(main.type) !== 'ratio' ? main.type : 'number';
  const axis = other.type === 'percent' || main.axis === other.axis ? main.axis : undefined;
  return typedNumber(type, { kind: 'arithmetic', op, left: pair[0], right: pair[1] }, axis);
}

function productOf(op: '*' | '/', left: NumberTyped, right: NumberTyped): NumberTyped | null {
  const node: NumberNode = { kind: 'arithmetic', op, left: left.node, right: right.node };
  const a = factorOf(left);
  const b = factorOf(right);
  const scaled = (of: NumberTyped): NumberTyped => typedNumber(factorOf(of) === 'ratio' ? 'ratio' : of.type, node, of.axis);
  if (b === 'ratio') return scaled(left);
  if (op === '*') {
    if (a === 'ratio') return scaled(right);
    return a === 'px' && b === 'px' ? { type: 'px2', node } : null;
  }
  if (a === b) return { type: 'ratio', node };
  return a === 'px2' && b === 'px' ? { type: 'px', node } : null;
}

/** The dimension of a factor; a percentage is a plain one there. */
function factorOf(of: NumberTyped): string {
  return of.type === 'percent' ? 'ratio' : dimension(of.type);
}
