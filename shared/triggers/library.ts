import { ProblemSignal } from './problem.ts';
import { parseFile } from './parser.ts';
import type { Bind, Expr } from './syntax.ts';

/** The shelves of the library; a file says its own in its first comment, before the colon. */
export const libraryKinds = ['Scenario', 'Rarity', 'Source disagreement', 'Temporal instability', 'Human action', 'Sensor health'] as const;
export type LibraryKind = (typeof libraryKinds)[number];

export function libraryKind(text: string): LibraryKind | null {
  const head = /^#\s*([^:\n]+):/.exec(text)?.[1]?.trim();
  return libraryKinds.find((kind) => kind === head) ?? null;
}

export interface AdaptedTrigger {
  /** The text for this dataset. */
  readonly text: string;
  /** Categories without which the trigger means nothing here; where there are any, it is not applicable. */
  readonly missing: readonly string[];
  /** Members of groups that were left out. */
  readonly dropped: readonly string[];
}

/**
 * Fits a library trigger to the categories of a dataset: members of a group that it lacks are left out of the group, and fixtures
 * that name them go, too (not where the trigger speaks of `any`). A category that a variable names itself, or the whole of a group, cannot be left out.
 * Texts that do not parse come back as they are.
 */
export function adaptToDataset(text: string, categories: readonly string[]): AdaptedTrigger {
  try {
    const file = parseFile(text);
    const known = new Set(categories);
    const groups = new Map(file.groups.map((g) => [g.name, g]));
    const missing = new Set<string>();
    const dropped = new Set<string>();
    const edits: { readonly from: number; readonly to: number; readonly insert: string }[] = [];

    for (const group of file.groups) {
      const kept = group.members.filter((m) => known.has(m.name));
      const lost = group.members.filter((m) => !known.has(m.name));
      if (lost.length === 0 || kept.length === 0) continue;
      for (const member of lost) dropped.add(member.name);
      const [first, last] = [group.members[0]!.span, group.members.at(-1)!.span];
      const names = kept.map(({ span }) => text.slice(span.offset, span.offset + span.length));
      edits.push({ from: first.offset, to: last.offset + last.length, insert: names.join(' | ') });
    }
    for (const trigger of file.triggers) {
      const binds = [...bindsOf(trigger.when), ...(trigger.severity === null ? [] : bindsOf(trigger.severity))];
      for (const { set } of binds) {
        if (set.name === null) continue;
        const group = set.quoted ? undefined : groups.get(set.name);
        if (group === undefined) {
          if (!known.has(set.name)) missing.add(set.name);
        } else if (!group.members.some((m) => known.has(m.name))) for (const member of group.members) missing.add(member.name);
      }
      // With `any`, fixtures are worlds of their own.
      if (binds.some(({ set }) => set.name === null)) continue;
      for (const fixture of trigger.fixtures) {
        if (fixture.boxes.every((b) => known.has(b.category))) continue;
        const { offset, length } = fixture.span;
        const lineStart = text.lastIndexOf('\n', offset) + 1;
        const alone = text.slice(lineStart, offset).trim() === '';
        const end = offset + length;
        edits.push({ from: alone ? lineStart : offset, to: alone && text[end] === '\n' ? end + 1 : end, insert: '' });
      }
    }
    let adapted = text;
    for (const edit of edits.sort((p, q) => q.from - p.from)) adapted = adapted.slice(0, edit.from) + edit.insert + adapted.slice(edit.to);
    return { text: adapted, missing: [...missing].sort(), dropped: [...dropped].sort() };
  } catch (error) {
    if (error instanceof ProblemSignal) return { text, missing: [], dropped: [] };
    throw error;
  }
}

function bindsOf(expr: Expr): readonly Bind[] {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.items.flatMap(bindsOf);
    case 'not':
    case 'negate':
    case 'within':
      return bindsOf(expr.of);
    case 'compare':
    case 'arithmetic':
      return [...bindsOf(expr.left), ...bindsOf(expr.right)];
    case 'in':
      return [expr.of, expr.low, expr.high].flatMap(bindsOf);
    case 'call':
      return expr.args.flatMap(bindsOf);
    case 'exists':
      return [...expr.binds, ...(expr.where === null ? [] : bindsOf(expr.where))];
    case 'aggregate':
      return [...expr.binds, ...[expr.where, expr.value].filter((e) => e !== null).flatMap(bindsOf)];
    default:
      return [];
  }
}
