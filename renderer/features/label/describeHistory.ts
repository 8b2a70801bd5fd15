import type { HistoryEntry } from '../../../shared/contract/annotations.ts';
import type { BoxFlag } from '../../../shared/domain/annotation.ts';

/** One line of a box's history as a text key with its numbers; the view writes it in the person's language. */
export interface HistoryLine {
  readonly seq: number;
  readonly time: string;
  readonly author: string;
  readonly actor: HistoryEntry['actor'];
  readonly key: string;
  readonly values: { readonly [name: string]: string | number };
}

type Fields = HistoryEntry['after'];

/** Says what an operation did to a box, the most telling part first: "moved the lower edge 14 px", "set occluded". */
export function describeHistory(entry: HistoryEntry, categoryName: (value: unknown) => string): HistoryLine {
  const line = (key: string, values: HistoryLine['values'] = {}): HistoryLine => ({
    seq: entry.seq,
    time: entry.time,
    author: entry.author,
    actor: entry.actor,
    key,
    values,
  });
  const { before, after } = entry;
  const isWhole = before === null || before === undefined;
  if (entry.kind === 'assignee') return line(after?.['assignee'] ? 'assigned' : 'unassigned', { name: textOf(after?.['assignee']) });
  if (entry.kind === 'split') return line(after?.['split'] ? 'split' : 'noSplit', { name: textOf(after?.['split']) });
  if (entry.kind === 'tag') return tagLine(after, line);
  if (entry.kind === 'comment' && after && 'resolved' in after) return line(after['resolved'] === true ? 'resolved' : 'reopened');
  if (entry.kind === 'comment' && (after === null || after === undefined)) return line('commentDeleted');
  if (entry.kind === 'comment' && after && after['text'] === '') return line('issue');
  if (entry.kind === 'comment' && after && 'replyTo' in after) return line('replied', { text: textOf(after['text']) });
  if (entry.kind === 'comment' && before && 'text' in before) return line('reworded', { text: textOf(after?.['text']) });
  if (entry.kind === 'undo' || entry.kind === 'redo' || entry.kind === 'comment' || entry.kind === 'state')
    return line(entry.kind, stateValues(after));
  if (entry.kind === 'import') return line('importedFrom', stateValues(after));
  if (isWhole && after)
    return line(entry.actor === 'model' ? 'proposed' : entry.actor === 'import' ? 'imported' : 'drew', {
      category: categoryName(after['category']),
    });
  if (before && (after === null || after === undefined)) return line('deleted');
  const box = moved(before?.['bbox'], after?.['bbox']);
  if (box) return line(box.key, box.values);
  if (typeof after?.['angle'] === 'number') return line('turned', { angle: Math.round(after['angle'] * 10) / 10 });
  if (after && 'z' in after) return line('stacked');
  if (after && 'track' in after) return line('tracked');
  if (after && 'category' in after) return line('relabelled', { category: categoryName(after['category']) });
  if (after && 'flags' in after) return flagLine(before, after, line);
  if (after && 'attributes' in after) return attributeLine(after['attributes'], line);
  return line('changed', { fields: Object.keys(after ?? {}).join(', ') });
}

function stateValues(after: Fields): HistoryLine['values'] {
  const values: { [name: string]: string } = {};
  for (const [key, value] of Object.entries(after ?? {})) if (typeof value === 'string') values[key] = value;
  return values;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function tagLine(after: Fields, line: (key: string, values?: HistoryLine['values']) => HistoryLine): HistoryLine {
  const [[tag, on] = ['', true]] = Object.entries((after?.['tags'] ?? {}) as { readonly [tag: string]: boolean });
  return line(on ? 'tagged' : 'untagged', { name: tag });
}

function attributeLine(after: unknown, line: (key: string, values?: HistoryLine['values']) => HistoryLine): HistoryLine {
  const [[key, value] = ['', null], ...more] = Object.entries((after ?? {}) as { readonly [key: string]: unknown });
  if (more.length > 0) return line('attributesSet', { keys: [key, ...more.map(([other]) => other)].join(', ') });
  return value === null ? line('attributeRemoved', { key }) : line('attributeSet', { key, value: String(value) });
}

function flagLine(before: Fields, after: Fields, line: (key: string, values?: HistoryLine['values']) => HistoryLine): HistoryLine {
  const was = flagsOf(before?.['flags']);
  const is = flagsOf(after?.['flags']);
  const set = is.filter((flag) => !was.includes(flag));
  const cleared = was.filter((flag) => !is.includes(flag));
  // Somebody said that what is there is right.
  if (set.length === 0 && cleared.length === 0) return line('confirmed');
  return set.length > 0 ? line('flagSet', { flag: set.join(' ') }) : line('flagCleared', { flag: cleared.join(' ') });
}

const flagsOf = (value: unknown): readonly BoxFlag[] => (Array.isArray(value) ? (value as BoxFlag[]) : []);

const edges = ['left', 'upper', 'right', 'lower'] as const;

/** Which edges went where: one edge is named, a whole box was moved, anything else was resized. Distances in px. */
function moved(before: unknown, after: unknown): { readonly key: string; readonly values: HistoryLine['values'] } | null {
  if (!isBox(before) || !isBox(after)) return null;
  const delta = [
    after[0] - before[0],
    after[1] - before[1],
    after[0] + after[2] - before[0] - before[2],
    after[1] + after[3] - before[1] - before[3],
  ] as const;
  const changed = delta.map((by) => Math.abs(by) > 0.005);
  const only = changed.filter(Boolean).length === 1 ? changed.indexOf(true) : -1;
  const edge = edges[only];
  if (edge) return { key: `edge.${edge}`, values: { px: Math.round(Math.abs(delta[only] ?? 0)) } };
  const isMove = Math.abs(after[2] - before[2]) < 0.02 && Math.abs(after[3] - before[3]) < 0.02;
  if (isMove) return { key: 'moved', values: { px: Math.round(Math.hypot(delta[0], delta[1])) } };
  return { key: 'resized', values: { width: Math.round(after[2]), height: Math.round(after[3]) } };
}

function isBox(value: unknown): value is readonly [number, number, number, number] {
  return Array.isArray(value) && value.length === 4 && value.every((part) => typeof part === 'number');
}
