/**
 * Which items of an ordered list are selected, as in a file manager. Items are known by id, places by index; the anchor is where a range starts,
 * the active item is where the keyboard is. All functions return a new selection.
 */
export interface ListSelection {
  readonly ids: ReadonlySet<number>;
  readonly anchor: number;
  readonly active: number;
}

export const emptySelection: ListSelection = { ids: new Set(), anchor: 0, active: 0 };

type Order = ArrayLike<number>;

function idsBetween(order: Order, from: number, to: number): number[] {
  const ids: number[] = [];
  for (let i = Math.max(0, Math.min(from, to)); i <= Math.min(order.length - 1, Math.max(from, to)); i += 1) ids.push(order[i]!);
  return ids;
}

/** Click: only this one. */
export function pick(order: Order, index: number): ListSelection {
  const id = order[index];
  return id === undefined ? emptySelection : { ids: new Set([id]), anchor: index, active: index };
}

/** Ctrl+click or Space: this one in or out. */
export function toggle(selection: ListSelection, order: Order, index: number): ListSelection {
  const id = order[index];
  if (id === undefined) return selection;
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: index, active: index };
}

/** Shift+click or Shift+arrow: everything from the anchor to here; with `keep` what was selected stays. */
export function extend(selection: ListSelection, order: Order, index: number, keep = false): ListSelection {
  const range = idsBetween(order, selection.anchor, index);
  return { ids: new Set(keep ? [...selection.ids, ...range] : range), anchor: selection.anchor, active: index };
}

export function selectAll(selection: ListSelection, order: Order): ListSelection {
  return { ...selection, ids: new Set(Array.from({ length: order.length }, (_, i) => order[i]!)) };
}

export function clear(selection: ListSelection): ListSelection {
  return selection.ids.size === 0 ? selection : { ...selection, ids: new Set() };
}

/** The keyboard moves and selects nothing yet. */
export function moveTo(selection: ListSelection, order: Order, index: number): ListSelection {
  const active = Math.max(0, Math.min(order.length - 1, index));
  return { ids: selection.ids, anchor: active, active };
}

/** Items in a rectangle of the grid (rows and columns from 0, inclusive), added to `base`. */
export function marquee(
  base: ListSelection,
  order: Order,
  columns: number,
  area: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number },
): ListSelection {
  const ids = new Set(base.ids);
  let last = base.active;
  for (let row = Math.max(0, area.top); row <= area.bottom; row += 1) {
    for (let column = Math.max(0, area.left); column <= Math.min(columns - 1, area.right); column += 1) {
      const id = order[row * columns + column];
      if (id === undefined) continue;
      ids.add(id);
      last = row * columns + column;
    }
  }
  return { ids, anchor: base.anchor, active: last };
}

/** Where an arrow key leads in a grid of `columns`; null for other keys. */
export function arrowTarget(key: string, active: number, columns: number, rowsPerPage: number, total: number): number | null {
  const last = total - 1;
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, active - 1);
    case 'ArrowRight':
      return Math.min(last, active + 1);
    case 'ArrowUp':
      return active - columns >= 0 ? active - columns : active;
    case 'ArrowDown':
      return active + columns <= last ? active + columns : Math.floor(active / columns) < Math.floor(last / columns) ? last : active;
    case 'PageUp':
      return Math.max(active % columns, active - columns * rowsPerPage);
    case 'PageDown':
      return Math.min(last, active + columns * rowsPerPage);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
