import type { WireError } from '../../../shared/errors.ts';
import { AppError } from '../../../shared/errors.ts';
import type { TriggerProblem } from '../../../shared/triggers/problem.ts';
import type { EditorDiagnostic } from '../../ui/CodeEditor.tsx';
import { hostText } from '../../locales/hostText.ts';

export type TextProblem = Pick<TriggerProblem, 'offset' | 'length' | 'line' | 'column' | 'message' | 'suggestions' | 'expected'>;

const inText = new Set(['trigger_syntax', 'trigger_type', 'trigger_limit', 'unsupported']);

/** Everything wrong with a text that an error names, in the order of the text. Errors that are not about the text give none. */
export function problemsOf(error: WireError | null, text: string): readonly TextProblem[] {
  if (error === null || !inText.has(error.code)) return [];
  const details = error.details ?? {};
  const list = Array.isArray(details['problems']) ? details['problems'] : [{ ...details, message: error.message }];
  return list.map((entry: unknown) => oneProblem(entry, error.message, text)).sort((a, b) => a.offset - b.offset);
}

function oneProblem(entry: unknown, fallback: string, text: string): TextProblem {
  const value = (typeof entry === 'object' && entry !== null ? entry : {}) as { readonly [key: string]: unknown };
  const number = (key: string, otherwise: number): number => (typeof value[key] === 'number' ? value[key] : otherwise);
  const string = (key: string, otherwise: string): string => (typeof value[key] === 'string' ? value[key] : otherwise);
  const suggestion = value['suggestion'];
  const suggestions = Array.isArray(value['suggestions'])
    ? value['suggestions'].filter((one): one is string => typeof one === 'string')
    : typeof suggestion === 'string'
      ? [suggestion]
      : [];
  return {
    offset: number('offset', 0),
    length: number('length', text.length),
    line: number('line', 1),
    column: number('column', 1),
    message: string('message', fallback),
    expected: string('expected', ''),
    suggestions,
  };
}

/** Where to draw the line under what is wrong; an error at the end of the text stands under its last word. */
export function diagnosticsOf(problems: readonly TextProblem[], text: string): readonly EditorDiagnostic[] {
  return problems.map(({ offset, length, message: said }) => {
    const message = hostText(said);
    if (offset < text.trimEnd().length) return { from: offset, to: offset + Math.max(1, length), message };
    const end = text.trimEnd().length;
    return { from: Math.max(0, /\S+$/.exec(text.slice(0, end))?.index ?? 0), to: end, message };
  });
}

/** An error in the text that was asked, as opposed to one of the machine. */
export function textError(failure: unknown): WireError | null {
  if (!(failure instanceof AppError) || !inText.has(failure.code)) return null;
  return { code: failure.code, message: failure.message, ...(failure.details === undefined ? {} : { details: failure.details }) };
}
