import { problem, ProblemSignal } from './problem.ts';
import type { Span } from './syntax.ts';

export type TokenKind = 'name' | 'number' | 'string' | 'sign' | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The text as written; for a string what stands between its quotes, unescaped. */
  readonly text: string;
}

export interface LexOptions {
  /** For completion: an unfinished string ends with the text, unknown signs become tokens instead of errors. */
  readonly lenient?: boolean;
}

/** Longer texts are refused: nobody writes them, and everything behind is at most quadratic in them. */
export const maxTextLength = 1_000_000;

const namePattern = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const numberPattern = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const signPattern = /<=|>=|!=|[-+*/()[\]{},.:|@&<>=%]/y;
const spacePattern = /(?:\s|#[^\n]*)+/y;

/** Cuts a text into tokens; comments and blanks are gone, the last token is `end`. Throws `ProblemSignal`. */
export function tokenize(text: string, options: LexOptions = {}): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;

  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  const span = (length: number): Span => ({ offset: at, length, line, column: at - lineStart + 1 });
  const add = (kind: TokenKind, value: string, length: number): void => {
    tokens.push({ kind, text: value, ...span(length) });
    at += length;
  };
  const fail = (length: number, message: string, expected: string): never => {
    throw new ProblemSignal(problem('trigger_syntax', span(length), message, text.slice(at, at + length), expected));
  };

  if (text.length > maxTextLength) {
    throw new ProblemSignal(
      problem('trigger_limit', span(1), 'The text is too long.', `${text.length} characters`, `at most ${maxTextLength} characters`),
    );
  }
  while (at < text.length) {
    const blank = match(spacePattern);
    if (blank !== null) {
      for (let i = 0; i < blank.length; i++) {
        if (blank[i] !== '\n') continue;
        line++;
        lineStart = at + i + 1;
      }
      at += blank.length;
      continue;
    }
    const name = match(namePattern);
    if (name !== null) {
      add('name', name, name.length);
      continue;
    }
    const number = match(numberPattern);
    if (number !== null) {
      if (!Number.isFinite(Number(number))) fail(number.length, `${number} is too large.`, 'a number');
      add('number', number, number.length);
      continue;
    }
    if (text[at] === '"') {
      let end = at + 1;
      let value = '';
      for (; end < text.length && text[end] !== '"' && text[end] !== '\n'; end++) {
        if (text[end] === '\\' && (text[end + 1] === '"' || text[end + 1] === '\\')) end++;
        value += text[end];
      }
      if (text[end] !== '"') {
        if (options.lenient !== true) fail(end - at, 'This text has no closing quote.', '"');
        add('string', value, end - at);
      } else add('string', value, end + 1 - at);
      continue;
    }
    const sign = match(signPattern);
    if (sign !== null) {
      add('sign', sign, sign.length);
      continue;
    }
    const odd = String.fromCodePoint(text.codePointAt(at)!);
    if (options.lenient === true) add('sign', odd, odd.length);
    else fail(odd.length, `${odd} means nothing here.`, 'a name, a number, a text in double quotes or an operator');
  }
  add('end', '', 0);
  return tokens;
}
