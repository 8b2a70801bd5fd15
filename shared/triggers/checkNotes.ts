import type { UnsupportedWord } from './checkedTrigger.ts';
import type { TriggerProblem } from './problem.ts';
import { problem } from './problem.ts';
import type { Expr, Span } from './syntax.ts';

/** What is found wrong with a text, and how the text itself reads where something is said about it. */
export class CheckNotes {
  readonly problems: TriggerProblem[] = [];
  readonly #text: string;
  #unsupported: UnsupportedWord[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  report(span: Span, message: string, found: string, expected: string, suggestions: readonly string[] = []): void {
    this.problems.push(problem('trigger_type', span, message, found, expected, suggestions));
  }

  limit(span: Span, message: string, found: string, expected: string): void {
    this.problems.push(problem('trigger_limit', span, message, found, expected));
  }

  /** A word that is right and does not run yet. */
  later(word: string, { offset, length, line, column }: Span): void {
    this.#unsupported.push({ word, offset, length, line, column });
  }

  /** The words of the trigger that was checked last. */
  takeUnsupported(): readonly UnsupportedWord[] {
    const taken = this.#unsupported;
    this.#unsupported = [];
    return taken;
  }

  /** An expression as it was written, on one line and shortened. */
  slice({ span }: Pick<Expr, 'span'>): string {
    const text = this.#text.slice(span.offset, span.offset + span.length).replaceAll(/\s+/g, ' ');
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  }
}
