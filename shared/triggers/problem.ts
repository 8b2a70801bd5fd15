import { AppError } from '../errors.ts';
import type { Span } from './syntax.ts';

export type TriggerErrorCode = 'trigger_syntax' | 'trigger_type' | 'trigger_limit' | 'unsupported';

/** One thing that is wrong with a trigger's text, and where. */
export interface TriggerProblem extends Span {
  readonly code: TriggerErrorCode;
  /** A sentence without the position. */
  readonly message: string;
  readonly found: string;
  readonly expected: string;
  /** What could stand there instead, best first. */
  readonly suggestions: readonly string[];
}

export function problem(
  code: TriggerErrorCode,
  span: Span,
  message: string,
  found: string,
  expected: string,
  suggestions: readonly string[] = [],
): TriggerProblem {
  return {
    code,
    message,
    found,
    expected,
    suggestions,
    offset: span.offset,
    length: span.length,
    line: span.line,
    column: span.column,
  };
}

/** The first problem as the error that crosses channels: details `{line, column, length, offset, found, expected, suggestion}`. */
export function problemError(problems: readonly [TriggerProblem, ...TriggerProblem[]]): AppError {
  const first = problems[0];
  const nearest = first.suggestions[0];
  // Where one thing alone can stand there, the sentence has named it already.
  const hint =
    nearest === undefined || nearest === first.expected
      ? `Expected ${first.expected}.`
      : `Expected ${first.expected}. Nearest: ${nearest}.`;
  return new AppError(first.code, `Line ${first.line}, column ${first.column}: ${first.message} ${hint}`, {
    line: first.line,
    column: first.column,
    length: first.length,
    offset: first.offset,
    found: first.found,
    expected: first.expected,
    suggestion: nearest ?? null,
    problems,
  });
}

/** Thrown inside the parser at the first place where the text does not follow the grammar. */
export class ProblemSignal extends Error {
  readonly problem: TriggerProblem;

  constructor(found: TriggerProblem) {
    super(found.message);
    this.name = 'ProblemSignal';
    this.problem = found;
  }
}

/** Edits between two words: insert, delete, replace, swap of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}

/** The words nearest to `word`, at most `count`, best first; words that share nothing with it are left out, and so is itself: it was refused. */
export function nearestWords(word: string, words: Iterable<string>, count = 3): readonly string[] {
  const wanted = word.toLowerCase().slice(0, 64);
  const scored: { readonly text: string; readonly cost: number }[] = [];
  for (const text of new Set(words)) {
    if (text === word) continue;
    const candidate = text.toLowerCase().slice(0, 64);
    const starts = wanted.length >= 2 && (candidate.startsWith(wanted) || wanted.startsWith(candidate));
    const cost = starts ? Math.min(1, editDistance(wanted, candidate)) : editDistance(wanted, candidate);
    if (cost <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 2.5))) scored.push({ text, cost });
  }
  scored.sort((p, q) => p.cost - q.cost || (p.text < q.text ? -1 : 1));
  return scored.slice(0, count).map((s) => s.text);
}
