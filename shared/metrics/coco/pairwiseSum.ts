/**
 * The sum of `values[from … from + n)` in the order in which numpy adds (pairwise summation in blocks of 128 with eight
 * accumulators), so that a mean over 80,000 precisions ends in the same last bit as `numpy.mean`.
 */
export function pairwiseSum(values: Float64Array, from: number, n: number): number {
  if (n < 8) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[from + i]!;
    return sum;
  }
  if (n <= 128) {
    const r = new Float64Array(8);
    for (let j = 0; j < 8; j++) r[j] = values[from + j]!;
    let i = 8;
    for (; i < n - (n % 8); i += 8) for (let j = 0; j < 8; j++) r[j] = r[j]! + values[from + i + j]!;
    let sum = r[0]! + r[1]! + (r[2]! + r[3]!) + (r[4]! + r[5]! + (r[6]! + r[7]!));
    for (; i < n; i++) sum += values[from + i]!;
    return sum;
  }
  const half = Math.floor(n / 2);
  const first = half - (half % 8);
  return pairwiseSum(values, from, first) + pairwiseSum(values, from + first, n - first);
}

/** Mean of the values above -1, as `np.mean(s[s > -1])`; -1 where there is none. */
export function meanOfMeasured(values: Float64Array): number {
  const measured = values.filter((value) => value > -1);
  return measured.length === 0 ? -1 : pairwiseSum(measured, 0, measured.length) / measured.length;
}
