/** Newest first: what stays of a list of backups. */
export const rotation = { recent: 8, days: 7, weeks: 4 } as const;

const dayMs = 86_400_000;

/**
 * The newest 8, the newest of each of 7 days, the newest of each of 4 weeks (references: SYNC 5.3). Days and weeks that have none
 * are skipped, so that a dataset left alone for a month keeps what it has.
 */
export function keepBackups<T extends { readonly at: string }>(
  backups: readonly T[],
): { readonly keep: readonly T[]; readonly drop: readonly T[] } {
  const sorted = [...backups].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const kept = new Set<T>(sorted.slice(0, rotation.recent));
  const newestOf = (span: number, count: number): void => {
    const seen = new Set<number>();
    for (const backup of sorted) {
      const slot = Math.floor(Date.parse(backup.at) / span);
      if (seen.has(slot)) continue;
      if (seen.size === count) return;
      seen.add(slot);
      kept.add(backup);
    }
  };
  newestOf(dayMs, rotation.days);
  newestOf(7 * dayMs, rotation.weeks);
  return { keep: sorted.filter((backup) => kept.has(backup)), drop: sorted.filter((backup) => !kept.has(backup)) };
}
