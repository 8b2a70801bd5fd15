import type { BoxId, CategoryId, DatasetId } from '../../../shared/domain/ids.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { isEmpty, type Layers, noLayers } from '../../state/editor/layers.ts';
import { setLayout, settingsStore } from '../../state/settingsStore.ts';

/** Hidden categories and sources, for as long as the window lives. */
const hiddenOf = new Map<DatasetId, { readonly categories: ReadonlySet<CategoryId>; readonly sources: ReadonlySet<string> }>();

const keyOf = (dataset: DatasetId): string => `label.locks.${dataset}`;
/** What fits into one setting (shared/contract/settings.ts); the locks that were set last are kept. */
const mostLockedBoxes = 200;

/** Gives the editor what was locked and hidden in this dataset before, and remembers what is from now on. Returns how to stop. */
export function rememberLayers(dataset: DatasetId, editor: Editor): () => void {
  const hidden = hiddenOf.get(dataset);
  editor.setLocks(readLocks(settingsStore.getState().settings.layout[keyOf(dataset)]));
  if (hidden !== undefined) editor.store.setState({ hiddenCategories: hidden.categories, hiddenSources: hidden.sources });
  return editor.store.subscribe((state, before) => {
    hiddenOf.set(dataset, { categories: state.hiddenCategories, sources: state.hiddenSources });
    if (state.locks !== before.locks) setLayout(keyOf(dataset), writeLocks(state.locks), 0);
  });
}

export function writeLocks(locks: Layers): string {
  if (isEmpty(locks)) return '';
  return JSON.stringify({
    boxes: [...locks.boxes].slice(-mostLockedBoxes),
    categories: [...locks.categories],
    sources: [...locks.sources],
  });
}

/** A setting is a file that anybody may have written: what is not understood locks nothing. */
export function readLocks(value: unknown): Layers {
  if (typeof value !== 'string' || value === '') return noLayers;
  try {
    const { boxes, categories, sources } = JSON.parse(value) as { [part: string]: unknown };
    const list = (part: unknown): readonly unknown[] => (Array.isArray(part) ? part : []);
    const isKey = (item: unknown): boolean => Number.isSafeInteger(item);
    return {
      boxes: new Set(list(boxes).filter(isKey) as BoxId[]),
      categories: new Set(list(categories).filter(isKey) as CategoryId[]),
      sources: new Set(list(sources).filter((item) => typeof item === 'string')),
    };
  } catch {
    return noLayers;
  }
}
