import { toHex } from '../../../shared/sync/operation.ts';
import type { Id } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { sha256 } from './hash.ts';

/**
 * The id of a new category follows from its name, so that two people who add "car" offline, or import files that have it,
 * mean one category when they meet. Where that id is in use (its category was renamed since), the next number is tried.
 */
export function freeCategoryId(c: ReadConnection, name: string, taken: ReadonlySet<Id> = new Set()): Id {
  for (let i = 0; ; i++) {
    const digest = sha256(new TextEncoder().encode(`hardcase-category/1\0${i}\0${name}`)).slice(0, 16);
    const id = toHex(digest);
    if (!taken.has(id) && c.prepare('select 1 from category where entity = ? and s > 0').get(digest) === undefined) return id;
  }
}
