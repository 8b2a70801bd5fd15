import type { ReadConnection } from '../connection.ts';

/** Attributes of visible boxes that have some, as JSON text: read only for triggers that ask for attributes. */
function all({ prepare }: ReadConnection): { readonly ids: Float64Array; readonly attributes: readonly string[] } {
  const rows = prepare('select id, attributes from box where live = 1 and attributes is not null').raw().all() as [number, string][];
  return { ids: Float64Array.from(rows, ([id]) => id), attributes: rows.map(([, text]) => text) };
}

export const reads = { 'boxAttributes.all': all } as const;
