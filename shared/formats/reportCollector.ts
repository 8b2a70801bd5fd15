import type { ReportEntry } from '../contract/common.ts';

export interface ReportNote {
  readonly code: string;
  readonly severity: ReportEntry['severity'];
  readonly message: string;
  readonly item: string;
}

const maxExamples = 5;
const maxItemLength = 256;

/**
 * Gathers what happened to single items into one line a kind, so that a million broken boxes cost one line and not a
 * million. Lines keep the order in which their first item came; `code` and `severity` together name a line.
 */
export class ReportCollector {
  readonly #lines = new Map<string, { note: ReportNote; count: number; examples: string[] }>();

  add(note: ReportNote, count = 1): void {
    const key = `${note.severity} ${note.code}`;
    const line = this.#lines.get(key);
    const item = shownItem(note.item);
    if (line === undefined) {
      this.#lines.set(key, { note: { ...note, item }, count, examples: [] });
      return;
    }
    line.count += count;
    if (line.examples.length < maxExamples) line.examples.push(item);
  }

  count(severity: ReportEntry['severity']): number {
    let sum = 0;
    for (const line of this.#lines.values()) if (line.note.severity === severity) sum += line.count;
    return sum;
  }

  entries(): readonly ReportEntry[] {
    return [...this.#lines.values()].map(({ note, count, examples }) => ({
      code: note.code,
      severity: note.severity,
      message: note.message,
      item: note.item,
      count,
      ...(examples.length > 0 ? { examples } : {}),
    }));
  }
}

/** Item names come from the data: control and bidi characters are shown escaped, and very long ones cut. */
export function shownItem(item: string): string {
  const cut = item.length > maxItemLength ? `${item.slice(0, maxItemLength)}…` : item;
  return cut.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
