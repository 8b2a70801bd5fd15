import type { Attributes } from '../domain/annotation.ts';
import type { TrackBox } from './track.ts';

export interface StoredBox extends TrackBox {
  readonly id: number;
}

/** What has to be written so that stored boxes become the wanted ones. */
export interface TrackChanges {
  readonly add: readonly TrackBox[];
  readonly set: readonly { readonly before: StoredBox; readonly after: TrackBox }[];
  readonly remove: readonly StoredBox[];
}

/** Both lists ascend by place and have each place once. A box that is as wanted already is in none of the lists. */
export function trackChanges(stored: readonly StoredBox[], wanted: readonly TrackBox[]): TrackChanges {
  const add: TrackBox[] = [];
  const set: { readonly before: StoredBox; readonly after: TrackBox }[] = [];
  const remove: StoredBox[] = [];
  let i = 0;
  for (const after of wanted) {
    for (; i < stored.length && (stored[i] as StoredBox).at < after.at; i++) remove.push(stored[i] as StoredBox);
    const before = stored[i];
    if (before?.at !== after.at) add.push(after);
    else {
      i++;
      if (!isSame(before, after)) set.push({ before, after });
    }
  }
  return { add, set, remove: [...remove, ...stored.slice(i)] };
}

export function isSame(a: TrackBox, b: TrackBox): boolean {
  return (
    a.interpolated === b.interpolated &&
    a.category === b.category &&
    a.angle === b.angle &&
    a.flags === b.flags &&
    a.bbox.every((value, i) => value === b.bbox[i]) &&
    sameAttributes(a.attributes, b.attributes)
  );
}

export function sameAttributes(a: Attributes, b: Attributes): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}
