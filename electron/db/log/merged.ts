import type { ReadConnection } from '../connection.ts';

/** Categories that were merged, each with the one its boxes are in at last. Empty in most datasets. */
export function mergedTargets(c: ReadConnection): ReadonlyMap<number, number> {
  const rows = c.prepare<{ id: number; target: number }>('select id, merged_into target from category where merged_into is not null').all();
  const direct = new Map(rows.map(({ id, target }) => [id, target]));
  return new Map(rows.map(({ id }) => [id, follow(direct, id)]));
}

/** The category that stands for this one: itself, unless it was merged. */
export function mergedTarget(c: ReadConnection, category: number): number {
  return mergedTargets(c).get(category) ?? category;
}

/** Two people can merge two categories into each other; the chain then ends where it would begin again. */
function follow(direct: ReadonlyMap<number, number>, from: number): number {
  const seen = new Set([from]);
  let at = from;
  for (let next = direct.get(at); next !== undefined && !seen.has(next); next = direct.get(at)) {
    seen.add(next);
    at = next;
  }
  return at;
}
