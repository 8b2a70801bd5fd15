import type { Hit, TriggerRunResult, Verdict } from '../../../shared/contract/triggers.ts';

/** How a hit is known from one run to the next: its frame and its boxes. */
export function hitKey(hit: Pick<Hit, 'frameId' | 'witness'>): string {
  return `${hit.frameId} ${hit.witness
    .map(({ id }) => id)
    .sort((a, b) => a - b)
    .join(' ')}`;
}

export type HitOrder = 'severity' | 'random' | 'frame';
export const hitOrders: readonly HitOrder[] = ['severity', 'random', 'frame'];

export function hitOrderOf(param: string | undefined): HitOrder {
  return hitOrders.find((order) => order === param) ?? 'severity';
}

/** What a verdict says of the trigger: every one but "not a hit" counts as right. */
export function isRight(verdict: Verdict): boolean {
  return verdict !== 'reject';
}

/** Verdicts given since the last run, over those that came with it. */
export function verdictOf(hit: Hit, given: ReadonlyMap<string, Verdict | null>): Verdict | null {
  const own = given.get(hitKey(hit));
  return own === undefined ? (hit.verdict ?? null) : own;
}

export function countReviewed(hits: readonly Hit[], given: ReadonlyMap<string, Verdict | null>): number {
  return hits.filter((hit) => verdictOf(hit, given) !== null).length;
}

/** The first hit at or after `from` that nobody judged, then from the start; -1 when all are. */
export function nextOpen(hits: readonly Hit[], given: ReadonlyMap<string, Verdict | null>, from = 0): number {
  for (let step = 0; step < hits.length; step += 1) {
    const at = (from + step) % hits.length;
    if (verdictOf(hits[at] as Hit, given) === null) return at;
  }
  return -1;
}

export interface SeverityBin {
  readonly from: number;
  readonly to: number;
  readonly hits: number;
}

/** Hits by severity in eight bins of equal width between the least and the greatest; null where that says nothing. */
export function severityBins(result: Pick<TriggerRunResult, 'hits' | 'top'>, count = 8): readonly SeverityBin[] | null {
  if (result.top.length < result.hits || result.hits < 8) return null;
  const values = result.top.map(({ severity }) => severity).filter(Number.isFinite);
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (!(high > low)) return null;
  // Severities that are shares keep round ends.
  if (low >= 0 && high <= 1) {
    low = Math.floor(low * 10) / 10;
    high = Math.ceil(high * 10) / 10;
  }
  const width = (high - low) / count;
  const bins = Array.from({ length: count }, () => 0);
  for (const value of values) {
    const bin = Math.min(count - 1, Math.floor((value - low) / width));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins.map((hits, i) => ({ from: low + i * width, to: low + (i + 1) * width, hits }));
}

/** The end of a frame's name, which is what tells frames of a sequence apart. */
export function nameEnd(frame: string): string {
  const base = frame.replace(/^.*[\\/]/, '').replace(/\.[^.]+$/, '');
  return base.length <= 8 ? base : `…${base.slice(-4)}`;
}
