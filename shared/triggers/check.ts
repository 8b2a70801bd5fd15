import { AppError } from '../errors.ts';
import type { CheckContext, CheckedFile, CheckedTrigger } from './checkedTrigger.ts';
import { checkSyntax } from './checker.ts';
import { parseFile, parseText } from './parser.ts';
import type { TriggerProblem } from './problem.ts';
import { problemError, ProblemSignal } from './problem.ts';

/** `file` is what a `.trigger` file holds; `text` also takes a bare expression and the short form (`--text`, the query bar). */
export type TextForm = 'file' | 'text';

/**
 * The door of the language: parses and checks a text. Of grammar errors the first is reported, of unknown names and types all.
 * A trigger with a problem is left out of `triggers`; the others are there.
 * @param context what names mean here; lists that are left out are not checked (a file without a dataset)
 */
export function checkTriggers(text: string, context: CheckContext = {}, form: TextForm = 'file'): CheckedFile {
  try {
    const syntax = form === 'file' ? parseFile(text) : parseText(text);
    return checkSyntax(text, syntax, context);
  } catch (error) {
    if (error instanceof ProblemSignal) return { triggers: [], problems: [error.problem] };
    throw error;
  }
}

/** The same for callers that need all of it right. Throws the first problem as `AppError`, with all of them in its details. */
export function requireTriggers(text: string, context: CheckContext = {}, form: TextForm = 'file'): readonly CheckedTrigger[] {
  const { triggers, problems } = checkTriggers(text, context, form);
  throwProblems(problems);
  return triggers;
}

/**
 * Checks a frame expression (EXPR of the command line and the query bar): a bare expression or the short form.
 * Throws `AppError`; run it with `compileTrigger(…).truth(frame)` or as `where` of the engine.
 */
export function requireFrameFilter(text: string, context: CheckContext = {}): CheckedTrigger {
  const [filter, another] = requireTriggers(text, context, 'text');
  if (filter === undefined || another !== undefined || filter.name !== '') {
    throw new AppError(
      'trigger_syntax',
      'Line 1, column 1: A frame expression is expected here, not a file of triggers. Expected an expression.',
      {
        line: 1,
        column: 1,
        length: text.length,
        offset: 0,
        found: 'trigger',
        expected: 'an expression such as exists b: bicycle',
        suggestion: null,
      },
    );
  }
  return filter;
}

function throwProblems(problems: readonly TriggerProblem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw problemError([first, ...others]);
}
