import type { Attributes } from '../../../shared/domain/annotation.ts';

/** Attributes as table `box` keeps them: JSON, or null for none. */
export function attributesOf(json: string | null): Attributes {
  return json === null ? {} : (JSON.parse(json) as Attributes);
}

/** Sorted, so that equal attributes are equal text; null for none. */
export function writeAttributes(attributes: ReadonlyMap<string, string | number | boolean>): string | null {
  if (attributes.size === 0) return null;
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}
