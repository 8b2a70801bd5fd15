import { AppError } from '../errors.ts';
import { createSha256 } from '../hash/sha256.ts';
import { compareText } from './manifest.ts';

export type SplitShares = { readonly [split: string]: number };
export type GroupBy = 'sequence' | 'none';

export interface SplitFrame {
  readonly sha256: string;
  readonly sequence: string | null;
}

/** How far the shares may be from 1 in all: decimal fractions do not add up exactly. */
const tolerance = 1e-6;

/**
 * What must stay together. By sequence: the sequence, and a frame without one stands alone; else every frame stands alone.
 * A frame alone is named by its image's hash, so that copies of one image under two names land in the same split.
 */
export function groupOf(frame: SplitFrame, groupBy: GroupBy): string {
  return groupBy === 'sequence' && frame.sequence !== null ? `sequence:${frame.sequence}` : `image:${frame.sha256}`;
}

/**
 * Stable splits by group (METHODS 8.2): u = first 8 bytes of SHA-256(seed ‖ 0x00 ‖ group) / 2^64, and the group goes to the
 * first split whose cumulated share is above u. `test` comes first, then `val`, then the others by name, `train` last: so
 * neither more data nor another share of val moves a frame into or out of the test set.
 *
 * `frozen` holds the groups that an earlier version already gave to a split; they stay there whatever the shares say.
 * Shares hold for groups in the mean: with 10 groups one of 0.1 is empty every third time.
 * Errors: `invalid_request` where shares are not from 0 to 1 or do not add up to 1.
 */
export function createSplitter(shares: SplitShares, seed = 0, frozen: ReadonlyMap<string, string> = new Map()): (group: string) => string {
  const splits = orderedSplits(shares);
  const bounds: number[] = [];
  let sum = 0;
  for (const split of splits) bounds.push((sum += shares[split]!));
  // The last one with a share takes what rounding leaves.
  const last = splits.findLast((split) => shares[split]! > 0)!;
  const salt = `${seed}`;
  const utf8 = new TextEncoder();
  return (group) => {
    const kept = frozen.get(group);
    if (kept !== undefined) return kept;
    const digest = createSha256()
      .update(utf8.encode(`${salt}\0${group}`))
      .digest();
    let u = 0;
    for (let i = 7; i >= 0; i--) u = (u + digest[i]!) / 256;
    const place = bounds.findIndex((bound) => u < bound);
    return place < 0 ? last : splits[place]!;
  };
}

function orderedSplits(shares: SplitShares): readonly string[] {
  const splits = Object.keys(shares);
  if (splits.length === 0) throw new AppError('invalid_request', 'Name at least one split.');
  let sum = 0;
  for (const split of splits) {
    const share = shares[split]!;
    if (split === '' || split.length > 64 || !split.isWellFormed()) {
      throw new AppError('invalid_request', 'A split needs a name of at most 64 characters.');
    }
    if (!Number.isFinite(share) || share < 0 || share > 1) {
      throw new AppError('invalid_request', `The share of “${split}” must be from 0 to 1.`, { split, share });
    }
    sum += share;
  }
  if (Math.abs(sum - 1) > tolerance) {
    throw new AppError('invalid_request', `The shares of the splits must add up to 1, not ${Number(sum.toPrecision(6))}.`, { sum });
  }
  const rank = (split: string): number => (split === 'test' ? 0 : split === 'val' ? 1 : split === 'train' ? 3 : 2);
  return splits.sort((a, b) => rank(a) - rank(b) || compareText(a, b));
}
