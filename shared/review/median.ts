/** The middle value, of an even number the mean of the two in the middle; null of fewer than two. */
export function medianOf(values: readonly number[] | Float64Array): number | null {
  if (values.length < 2) return null;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
