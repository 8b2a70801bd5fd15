import type { BoxId } from '../../../shared/domain/ids.ts';
import { boxesAt } from '../../canvas/model/hitTest.ts';
import { inReadingOrder } from '../../canvas/model/readingOrder.ts';
import type { Point } from '../../canvas/model/viewport.ts';
import type { EditorCore } from './editorCore.ts';

/** Choosing boxes of those in sight. */
export interface SelectionActions {
  select(ids: readonly BoxId[]): void;
  selectAll(): void;
  /** The next box in reading order, or the next one under the pointer where there is one. Image px. */
  cycle(direction: 1 | -1, under?: { readonly point: Point; readonly tolerance: number }): void;
  /** All boxes of the categories of the selected ones. */
  selectSameCategory(): void;
}

export function selectionActions({ store, select, scene }: Pick<EditorCore, 'store' | 'select' | 'scene'>): SelectionActions {
  return {
    select,
    selectAll() {
      const annotations = new Set(store.getState().annotations.map((box) => box.id));
      select(
        scene()
          .filter((box) => annotations.has(box.id))
          .map((box) => box.id),
      );
    },
    cycle(direction, under) {
      const boxes = scene();
      const stacked = under ? boxesAt(boxes, under.point, under.tolerance) : [];
      const list = stacked.length > 1 ? stacked : inReadingOrder(boxes);
      if (list.length === 0) return;
      const at = list.findIndex((box) => store.getState().selected.has(box.id));
      const next = list[at < 0 ? (direction === 1 ? 0 : list.length - 1) : (at + direction + list.length) % list.length];
      if (next) select([next.id]);
    },
    selectSameCategory() {
      const { annotations, selected, nextCategory } = store.getState();
      const wanted = new Set(annotations.filter((box) => selected.has(box.id)).map((box) => box.category));
      if (wanted.size === 0 && nextCategory !== null) wanted.add(nextCategory);
      const own = new Set<number>(annotations.map((box) => box.id));
      select(
        scene()
          .filter((box) => wanted.has(box.category) && own.has(box.id))
          .map((box) => box.id),
      );
    },
  };
}
