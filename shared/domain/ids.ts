declare const brand: unique symbol;

/**
 * Local key of a frame or box: `originNo * 2^32 + n`, below 2^53, so that it is one exact number everywhere
 * (SQLite integer, Float64Array, JSON). Origins are replicas and packs. Local keys never leave this dataset file.
 */
export type FrameId = number & { readonly [brand]: 'FrameId' };
export type BoxId = number & { readonly [brand]: 'BoxId' };
/** Local small number of a category: its place in the order of the import, stable for the life of the dataset. */
export type CategoryId = number & { readonly [brand]: 'CategoryId' };
/** UUID of a dataset, in its canonical text form. */
export type DatasetId = string & { readonly [brand]: 'DatasetId' };

const span = 2 ** 32;

/** Joins an interned origin number (< 2^21) and a counter (< 2^32) to one key. */
export function joinKey(originNo: number, n: number): number {
  return originNo * span + n;
}

export function splitKey(key: number): { readonly originNo: number; readonly n: number } {
  const originNo = Math.floor(key / span);
  return { originNo, n: key - originNo * span };
}
