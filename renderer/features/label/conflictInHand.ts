import type { BoxConflict } from '../../../shared/contract/annotations.ts';

/** The conflict that the inspector shows and the keys settle: that of a selected box, else the oldest one. */
export function conflictInHand(conflicts: readonly BoxConflict[], selected: ReadonlySet<number>): BoxConflict | null {
  return conflicts.find(({ box }) => selected.has(box)) ?? conflicts[0] ?? null;
}
