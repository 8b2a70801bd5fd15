/** Nothing touched for this long is a pause, and none of it is counted. */
export const pauseAfterMs = 30_000;

/** Time at work: from one sign of life to the next, as long as they are near enough and the window is in sight. */
export interface ActiveClock {
  /** A key, a click, a movement. */
  touch(now: number): void;
  /** The window went out of sight or came back. */
  see(visible: boolean, now: number): void;
  /** What was counted since the last call, ms; begins anew. */
  take(now: number): number;
}

export function createActiveClock(start: number): ActiveClock {
  let last = start;
  let counted = 0;
  let inSight = true;
  const advance = (now: number): void => {
    const gap = now - last;
    if (inSight && gap > 0 && gap < pauseAfterMs) counted += gap;
    last = now;
  };
  return {
    touch: advance,
    see(visible, now) {
      advance(now);
      inSight = visible;
    },
    take(now) {
      advance(now);
      const taken = counted;
      counted = 0;
      return Math.round(taken);
    },
  };
}
