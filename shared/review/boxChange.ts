import type { Attributes, BoxFlag } from '../domain/annotation.ts';
import type { BoxId, CategoryId } from '../domain/ids.ts';
import type { Box } from '../geometry/box.ts';

/** A box as it was at some time. */
export interface BoxSnapshot {
  readonly category: CategoryId;
  readonly bbox: Box;
  readonly angle: number;
  readonly flags: readonly BoxFlag[];
  readonly track: number | null;
  readonly attributes: Attributes;
}

export const changeKinds = ['added', 'removed', 'moved', 'relabelled', 'changed'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What became of one box between two times. A box moved and relabelled is one entry with both. */
export interface BoxChange {
  readonly box: BoxId;
  readonly kinds: readonly ChangeKind[];
  readonly before: BoxSnapshot | null;
  readonly after: BoxSnapshot | null;
  /** Who touched it in between, each once, the latest first. */
  readonly authors: readonly string[];
}

/** How two states of a box differ; empty where they are the same. */
export function kindsOfChange(before: BoxSnapshot | null, after: BoxSnapshot | null): readonly ChangeKind[] {
  if (before === null) return after === null ? [] : ['added'];
  if (after === null) return ['removed'];
  const kinds: ChangeKind[] = [];
  if (before.bbox.some((value, i) => value !== after.bbox[i]) || before.angle !== after.angle) kinds.push('moved');
  if (before.category !== after.category) kinds.push('relabelled');
  const flags = before.flags.length === after.flags.length && before.flags.every((flag) => after.flags.includes(flag));
  if (!flags || before.track !== after.track || !sameAttributes(before.attributes, after.attributes)) kinds.push('changed');
  return kinds;
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}
