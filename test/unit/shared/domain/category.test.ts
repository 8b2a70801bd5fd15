import { describe, expect, test } from 'vitest';
import { categoryGroups, categoryKeys, choosable, type Category } from '../../../../shared/domain/category.ts';
import type { CategoryId } from '../../../../shared/domain/ids.ts';

const category = (id: number, more: Partial<Category> = {}): Category => ({
  id: id as CategoryId,
  name: `c${id}`,
  supercategory: null,
  order: id,
  place: id,
  sourceId: null,
  color: null,
  hotkey: null,
  groups: [],
  guided: false,
  archived: false,
  mergedInto: null,
  ...more,
});
const names = (keys: ReadonlyMap<string, Category>): readonly string[] => [...keys].map(([key, { name }]) => `${key} ${name}`).sort();

describe('categories', () => {
  test('are chosen from in the order of their places, without the archived ones', () => {
    const list = [category(0), category(1, { place: -0.5 }), category(2, { archived: true }), category(3, { place: 0 })];
    expect(choosable(list).map(({ id }) => id)).toEqual([1, 0, 3]);
  });

  test('twelve of them: ten have the digits', () => {
    const keys = categoryKeys(Array.from({ length: 12 }, (_, i) => category(i)));
    expect(names(keys)).toEqual(['0 c9', '1 c0', '2 c1', '3 c2', '4 c3', '5 c4', '6 c5', '7 c6', '8 c7', '9 c8']);
  });

  test('a key somebody chose goes first; the free digits go to the others in order', () => {
    const keys = categoryKeys([category(0), category(1, { hotkey: '1' }), category(2, { hotkey: 'Alt+T' }), category(3)]);
    expect(names(keys)).toEqual(['1 c1', '2 c0', '3 c3', 'Alt+T c2']);
  });

  test('two people who chose one key at once: the first in the list has it, the other a digit', () => {
    expect(names(categoryKeys([category(0, { hotkey: '5' }), category(1, { hotkey: '5' })]))).toEqual(['1 c1', '5 c0']);
  });

  test('groups hold archived categories, whose boxes are there, and no merged ones', () => {
    const list = [
      category(0, { groups: ['vehicle'] }),
      category(1, { groups: ['vehicle', 'vru'], archived: true }),
      category(2, { groups: ['vehicle'], archived: true, mergedInto: 0 as CategoryId }),
    ];
    expect([...categoryGroups(list)]).toEqual([
      ['vehicle', ['c0', 'c1']],
      ['vru', ['c1']],
    ]);
  });
});
