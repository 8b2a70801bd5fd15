/**
 * Hybrid logical clock of 64 bits: 48 bits of Unix milliseconds, 16 bits of counter. It orders the display and breaks ties;
 * what replaced what is said by the operations themselves, so a wrong clock never hides an edit.
 */
export interface HybridClock {
  readonly ms: number;
  readonly counter: number;
}

export const clockZero: HybridClock = { ms: 0, counter: 0 };

/** A clock further ahead than this is not followed, in ms. */
export const maxLead = 60_000;

export function packClock({ ms, counter }: HybridClock): bigint {
  return (BigInt(ms) << 16n) | BigInt(counter);
}

export function unpackClock(packed: bigint): HybridClock {
  return { ms: Number(packed >> 16n), counter: Number(packed & 0xffffn) };
}

/** C1: the clock of the next own operation. */
export function tick(clock: HybridClock, wall: number): HybridClock {
  if (wall > clock.ms) return { ms: wall, counter: 0 };
  return clock.counter < 0xffff ? { ms: clock.ms, counter: clock.counter + 1 } : { ms: clock.ms + 1, counter: 0 };
}

/** C2, C3: the clock after an operation from elsewhere. One far ahead is accepted but not followed, and its owner is suspect. */
export function receive(clock: HybridClock, other: HybridClock, wall: number): { readonly clock: HybridClock; readonly suspect: boolean } {
  if (other.ms > wall + maxLead) return { clock, suspect: true };
  const ahead = other.ms > clock.ms || (other.ms === clock.ms && other.counter > clock.counter);
  return { clock: ahead ? other : clock, suspect: false };
}
