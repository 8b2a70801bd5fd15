/** 97.5 % point of the normal distribution. */
const z = 1.959963984540054;

/**
 * A share with its 95 % Wilson score interval (Wilson 1927; METHODS 1). Unlike the textbook interval it stays inside 0 … 1
 * and says something sensible for few reviews.
 */
export function wilson(right: number, total: number): { readonly value: number; readonly low: number; readonly high: number } {
  const value = right / total;
  const centre = value + (z * z) / (2 * total);
  const reach = z * Math.sqrt((value * (1 - value)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  // At none and at all of them an end is the value itself; rounding must not put it on the wrong side.
  return {
    value,
    low: Math.min(Math.max((centre - reach) / scale, 0), value),
    high: Math.max(Math.min((centre + reach) / scale, 1), value),
  };
}
