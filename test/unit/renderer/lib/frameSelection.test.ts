import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrowTarget,
  clear,
  emptySelection,
  extend,
  type ListSelection,
  marquee,
  moveTo,
  pick,
  selectAll,
  toggle,
} from '../../../../renderer/lib/frameSelection.ts';

const order = Float64Array.from([10, 20, 30, 40, 50, 60, 70]);
const ids = (selection: ListSelection): number[] => [...selection.ids].sort((a, b) => a - b);

describe('selection in an ordered list', () => {
  test('click, Shift+click and Ctrl+click do what a file manager does', () => {
    const one = pick(order, 2);
    const range = extend(one, order, 5);
    const back = extend(range, order, 1);
    const without = toggle(back, order, 2);
    expect([ids(one), ids(range), ids(back), ids(without), without.anchor, without.active]).toEqual([
      [30],
      [30, 40, 50, 60],
      [20, 30],
      [20],
      2,
      2,
    ]);
  });

  test('Ctrl+Shift keeps what was selected', () => {
    expect(ids(extend(toggle(pick(order, 0), order, 4), order, 5, true))).toEqual([10, 50, 60]);
  });

  test('moving selects nothing, and stays in the list', () => {
    const moved = moveTo(pick(order, 1), order, 99);
    expect([ids(moved), moved.active, moved.anchor]).toEqual([[20], 6, 6]);
  });

  test('a rectangle of the grid is added to what was there, across a short last row', () => {
    const found = marquee(pick(order, 0), order, 3, { top: 1, bottom: 2, left: 0, right: 1 });
    expect(ids(found)).toEqual([10, 40, 50, 70]);
  });

  test('all and none', () => {
    const all = selectAll(emptySelection, order);
    expect([all.ids.size, clear(all).ids.size, clear(emptySelection) === emptySelection]).toEqual([7, 0, true]);
  });

  test('a range never holds anything that is not in the list, wherever it starts and ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 20 }), fc.integer({ min: -5, max: 20 }), (from, to) => {
        const { ids: found } = extend({ ids: new Set(), anchor: from, active: from }, order, to);
        for (const id of found) expect(order).toContain(id);
      }),
    );
  });

  test('arrows move in the grid and not over its edge', () => {
    const at = (key: string, active: number): number | null => arrowTarget(key, active, 3, 2, 7);
    expect([
      at('ArrowLeft', 0),
      at('ArrowRight', 6),
      at('ArrowUp', 1),
      at('ArrowUp', 4),
      at('ArrowDown', 3),
      at('ArrowDown', 5),
      at('ArrowDown', 6),
      at('PageDown', 0),
      at('PageUp', 5),
      at('End', 0),
      at('x', 0),
    ]).toEqual([0, 6, 1, 1, 6, 6, 6, 6, 2, 6, null]);
  });
});
