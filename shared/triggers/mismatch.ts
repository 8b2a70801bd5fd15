import { kindOf, typeWord, wantedNames } from './checkerWords.ts';
import type { Expr } from './syntax.ts';
import { dimension, type Typed } from './typedExpression.ts';
import type { Word } from './vocabulary.ts';
import { meaningsOf, words } from './vocabulary.ts';

/** One side of a comparison or a sum. */
export interface Side {
  readonly expr: Expr;
  readonly typed: Typed;
}

/** What is said of two sides that do not go together, with what could stand there instead. */
export function mismatch(
  left: Side,
  right: Side,
  op: string,
  slice: (expr: Expr) => string,
): { readonly message: string; readonly found: string; readonly expected: string; readonly suggestions: readonly string[] } {
  // The literal is what stands there wrongly; otherwise the right side.
  const [wanted, given] = isLiteral(left.expr) && !isLiteral(right.expr) ? [right, left] : [left, right];
  const isSideless = wanted.typed.type === 'px' && given.typed.type === 'percent';
  return {
    message: `${slice(left.expr)} is ${kindOf(left.expr, left.typed)}, ${slice(right.expr)} is ${kindOf(right.expr, right.typed)}.`,
    found: typeWord(given.typed),
    expected: isSideless ? 'a length in px: this one lies along no side of the frame' : wantedNames[wanted.typed.type],
    suggestions: op === 'in' ? [] : mend(wanted, given, op, slice),
  };
}

/** Comparisons that do check and lie near: another function of the same boxes, or the number with the right unit. */
function mend(wanted: Side, given: Side, op: string, slice: (expr: Expr) => string): readonly string[] {
  const shown = slice(given.expr);
  const suggestions: string[] = [];
  if (wanted.expr.kind === 'call' && given.typed.type !== 'wrong') {
    const args = wanted.expr.args.map((arg) => slice(arg)).join(', ');
    const current = meaningsOf(wanted.expr.fn)[0];
    const like = words.find((w) => current !== undefined && dimension(w.gives) === dimension(given.typed.type) && sameRoles(w, current));
    if (like !== undefined)
      suggestions.push(like.takes.length === 1 ? `${args}.${like.name} ${op} ${shown}` : `${like.name}(${args}) ${op} ${shown}`);
  }
  if (given.expr.kind === 'number' && given.typed.type !== 'percent') {
    const { value } = given.expr;
    const { type } = wanted.typed;
    const plain = (type === 'ratio' || type === 'score') && value > 1 ? value / 100 : value;
    const unit = type === 'px' || type === 'px2' ? type : type === 'seconds' ? 's' : '';
    const mended = `${slice(wanted.expr)} ${op} ${plain}${unit}`;
    if (given.typed.type === 'ratio') suggestions.unshift(mended);
    else suggestions.push(mended);
  }
  return suggestions;
}

function isLiteral(expr: Expr): boolean {
  return expr.kind === 'number' || expr.kind === 'text' || (expr.kind === 'negate' && isLiteral(expr.of));
}

function sameRoles(a: Word, b: Word): boolean {
  return a.takes.length === b.takes.length && a.takes.every((role, i) => role === b.takes[i]);
}
