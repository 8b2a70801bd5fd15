import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeCbor, encodeCbor } from '../../../shared/sync/cbor.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';

/** Local numbers for what fields name by their ids. */
export interface LocalNumbers {
  category(id: string): number;
  box(ref: { readonly origin: string; readonly n: number }): number;
}

/** `category` of the attributes that every category has. */
export const everyCategory = -1;

const columns: { readonly [field: string]: string } = {
  name: 'name',
  super: 'supercategory',
  ord: 'ord',
  color: 'color',
  place: 'place',
  hotkey: 'hotkey',
  guide: 'guideline',
  archived: 'archived',
  life: 'live',
};

/**
 * The value of a category's field as it travels, where it has no head: that of its birth. Births name `name`, `super` and
 * `ord` alone, so everything else is what a new category has.
 */
export function categoryField(c: ReadConnection, id: number, field: string): CborValue {
  if (field === 'life') return 1;
  if (field === 'archived' || field.startsWith('grp:')) return 0;
  const column = { name: 'name', super: 'supercategory', ord: 'ord' }[field];
  if (column === undefined) return null;
  return c.prepare<{ value: CborValue }>(`select ${column} value from category where id = ?`).get(id)?.value ?? null;
}

export function setCategoryField(c: ReadConnection, local: LocalNumbers, id: number, field: string, value: CborValue): void {
  if (field.startsWith('grp:')) return setGroup(c, id, field.slice(4), value === 1);
  if (field.startsWith('at:')) return setAttribute(c, id, field.slice(3), value);
  if (field === 'alias') {
    const target = value === null ? null : local.category(toHex(value as Uint8Array));
    c.prepare('update category set merged_into = ? where id = ?').run(target, id);
    return;
  }
  if (field === 'examples') {
    const keys = (value as readonly (readonly [number, Uint8Array])[] | null)?.map(([n, origin]) =>
      local.box({ n, origin: toHex(origin) }),
    );
    c.prepare('update category set examples = ? where id = ?').run(keys === undefined ? null : JSON.stringify(keys), id);
    return;
  }
  const column = columns[field];
  // A field of a newer program: its heads are kept, and nothing here shows it.
  if (column !== undefined) c.prepare(`update category set ${column} = ? where id = ?`).run(value, id);
}

/** Fields of the dataset itself. */
export function setDatasetField(c: ReadConnection, field: string, value: CborValue): void {
  if (field.startsWith('at:')) setAttribute(c, everyCategory, field.slice(3), value);
}

function setGroup(c: ReadConnection, category: number, name: string, isMember: boolean): void {
  if (isMember) c.prepare('insert or ignore into category_group (category, name) values (?, ?)').run(category, name);
  else c.prepare('delete from category_group where category = ? and name = ?').run(category, name);
}

function setAttribute(c: ReadConnection, category: number, key: string, spec: CborValue): void {
  if (spec === null) c.prepare('delete from attribute where category = ? and key = ?').run(category, key);
  else {
    // Through the bytes, so that its keys stand in one order on every computer and after a rebuild.
    const text = JSON.stringify(decodeCbor(encodeCbor(spec)));
    c.prepare('insert or replace into attribute (category, key, spec) values (?, ?, ?)').run(category, key, text);
  }
}
