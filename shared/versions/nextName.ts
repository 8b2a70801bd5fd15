/** What a version is called that nobody named: data-1, data-2 … */
export function nextVersionName(names: readonly string[]): string {
  const numbers = names.map((name) => Number(/^data-(\d{1,9})$/.exec(name)?.[1] ?? 0));
  return `data-${Math.max(0, ...numbers) + 1}`;
}
