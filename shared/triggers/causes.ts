/**
 * Kleene truth values as small integers: 0 is false, 1 is true, and every even number from 2 up is *unknown*, its bits
 * saying why. So `or` of two unknowns keeps the causes of both, and no second pass is needed to explain a frame.
 */
export type Truth = number;

/** Why a value is missing; the keys of `unknown.causes` in a result. */
export const causes = ['score', 'attribute', 'track', 'timestamp', 'index', 'statistic', 'aggregate', 'arithmetic'] as const;
export type Cause = (typeof causes)[number];

export const causeBit: Readonly<Record<Cause, number>> = {
  score: 2,
  attribute: 4,
  track: 8,
  timestamp: 16,
  index: 32,
  statistic: 64,
  /** min, max or avg of nothing. */
  aggregate: 128,
  /** Division by zero, or a result beyond every number. */
  arithmetic: 256,
};

/** Kleene `and` of two values of which neither is false. */
export function both(a: Truth, b: Truth): Truth {
  return a === 1 ? b : b === 1 ? a : a | b;
}

export function causesOf(truth: Truth): readonly Cause[] {
  return truth < 2 ? [] : causes.filter((cause) => (truth & causeBit[cause]) !== 0);
}
