import type { Expr } from './syntax.ts';
import type { NumberTyped, Typed } from './typedExpression.ts';
import type { Role, Word } from './vocabulary.ts';

// How the checker speaks of types and words.

export const typeNames: Readonly<Record<Typed['type'], string>> = {
  bool: 'a condition',
  ratio: 'a ratio',
  score: 'a score',
  number: 'a number',
  px: 'a length',
  px2: 'an area',
  seconds: 'a duration',
  percent: 'a percentage',
  text: 'a text',
  category: 'a category',
  attribute: 'an attribute',
  box: 'a box',
  object: 'a box',
  track: 'a track',
  frame: 'the frame',
  event: 'an event',
  wrong: 'wrong',
};

export const wantedNames: Readonly<Record<Typed['type'], string>> = {
  ...typeNames,
  ratio: 'a ratio such as 0.5',
  score: 'a score such as 0.5',
  px: 'a length such as 5px',
  px2: 'an area such as 1024px2',
  seconds: 'a duration such as 2s',
};

/** Words other tools use for the same. */
export const aliases: Readonly<Record<string, string>> = {
  class: 'category',
  label: 'category',
  confidence: 'score',
  w: 'width',
  h: 'height',
  x: 'x1',
  y: 'y1',
  iof: 'ioa',
  ios: 'iomin',
  overlap: 'iou',
  inside: 'center_in',
  center: 'cx',
};

export const roleNames: Readonly<Record<Role, string>> = {
  object: 'a variable',
  box: 'a box',
  track: 'a track',
  frame: 'frame',
  text: 'a text in double quotes',
  px: 'a length such as 5px',
  ratio: 'a number',
  seconds: 'a duration such as 1s',
  expression: 'an expression',
};

/** `20` is no ratio in a reader's eyes: it is a number that lacks its unit. */
export function kindOf(expr: Expr, typed: Typed): string {
  return expr.kind === 'number' && expr.unit === null ? 'a number without a unit' : typeNames[typed.type];
}

/** A type in one word. */
export function typeWord(typed: Typed): string {
  if (typed.type === 'percent') return '%';
  return typed.type === 'object' ? 'box' : typed.type;
}

export function exampleOf(typed: NumberTyped): string {
  if (typed.type === 'px' || typed.type === 'px2') return `20${typed.type}`;
  return typed.type === 'seconds' ? '1s' : typed.type === 'number' ? '1' : '0.5';
}

export function signature(meaning: Word): string {
  const [receiver, ...others] = meaning.takes;
  const names = (role: Role, i: number): string =>
    role === 'box' ? (i === 0 ? 'a' : 'b') : role === 'text' ? '"name"' : role === 'px' ? '5px' : role === 'seconds' ? '1s' : '0.5';
  if (others.length > 0 && others.every((role) => role === 'box')) return `${meaning.name}(a, b)`;
  if (meaning.name === 'expand') return 'expand(a, 0.5)';
  if (meaning.name === 'event') return 'event("name")';
  if (meaning.name === 'q') return 'q(frame.sharpness, 0.01)';
  const of = receiver === 'frame' ? 'frame' : receiver === 'track' ? 't' : 'b';
  return others.length === 0 ? `${of}.${meaning.name}` : `${of}.${meaning.name}(${others.map(names).join(', ')})`;
}

export function argumentWords(meaning: Word): string {
  return meaning.takes.length === 1 ? 'one argument' : `${meaning.takes.length} arguments`;
}

export function quoteWhereNeeded(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u.test(name) ? name : `"${name}"`;
}
