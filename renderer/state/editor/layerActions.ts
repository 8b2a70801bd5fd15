import type { CategoryId } from '../../../shared/domain/ids.ts';
import type { EditorCore } from './editorCore.ts';
import { covers, type Layers, noLayers, sourceOf, toggleAll } from './layers.ts';

/** Hides and locks boxes one by one, by category and by source. Hidden boxes are neither drawn nor hit, locked ones not changed. */
export interface LayerActions {
  /** The selected boxes, or all that are hidden come back where none is selected. */
  toggleHidden(): void;
  /** Everything, and back. */
  toggleAllHidden(): void;
  toggleHiddenCategories(categories: readonly CategoryId[]): void;
  toggleHiddenSource(source: string): void;
  /** The selected boxes; nothing where none is selected. */
  toggleLocked(): void;
  /** All boxes of the frame, or all locks of the dataset off where every one of them is locked. */
  toggleAllLocked(): void;
  toggleLockedCategories(categories: readonly CategoryId[]): void;
  toggleLockedSource(source: string): void;
  /** What this computer remembers of the dataset. */
  setLocks(locks: Layers): void;
}

export function layerActions({ store }: Pick<EditorCore, 'store'>): LayerActions {
  const lock = (locks: Partial<Layers>): void => store.setState((state) => ({ locks: { ...state.locks, ...locks } }));
  return {
    toggleHidden() {
      const { hidden, selected } = store.getState();
      if (selected.size > 0) store.setState({ hidden: toggleAll(hidden, [...selected]) });
      else store.setState({ hidden: new Set(), hiddenCategories: new Set(), hiddenSources: new Set(), allHidden: false });
    },
    toggleAllHidden: () => store.setState((state) => ({ allHidden: !state.allHidden })),
    toggleHiddenCategories: (categories) =>
      store.setState((state) => ({ hiddenCategories: toggleAll(state.hiddenCategories, categories) })),
    toggleHiddenSource: (source) => store.setState((state) => ({ hiddenSources: toggleAll(state.hiddenSources, [source]) })),
    toggleLocked() {
      const { locks, selected, annotations } = store.getState();
      const boxes = annotations.filter((box) => selected.has(box.id)).map((box) => box.id);
      if (boxes.length > 0) lock({ boxes: toggleAll(locks.boxes, boxes) });
    },
    toggleAllLocked() {
      const { locks, annotations } = store.getState();
      const all = annotations.length > 0 && annotations.every((box) => covers(locks, box, sourceOf(box)));
      if (all) store.setState({ locks: noLayers });
      else lock({ boxes: new Set([...locks.boxes, ...annotations.map((box) => box.id)]) });
    },
    toggleLockedCategories: (categories) => lock({ categories: toggleAll(store.getState().locks.categories, categories) }),
    toggleLockedSource: (source) => lock({ sources: toggleAll(store.getState().locks.sources, [source]) }),
    setLocks: (locks) => store.setState({ locks }),
  };
}
