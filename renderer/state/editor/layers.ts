import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';

/** Boxes picked out one by one, by category, or by where they come from (see `sourceOf`). */
export interface Layers {
  readonly boxes: ReadonlySet<BoxId>;
  readonly categories: ReadonlySet<CategoryId>;
  readonly sources: ReadonlySet<string>;
}

export const noLayers: Layers = { boxes: new Set(), categories: new Set(), sources: new Set() };

/** `human`, `model` or `import`. Predictions that are no annotations have `run:` and the run's name. */
export const sourceOf = (box: Pick<Annotation, 'origin'>): string => box.origin;
export const sourceOfRun = (run: string): string => `run:${run}`;

export function covers(layers: Layers, box: { readonly id: BoxId; readonly category: CategoryId }, source: string): boolean {
  return layers.boxes.has(box.id) || layers.categories.has(box.category) || layers.sources.has(source);
}

export const isEmpty = ({ boxes, categories, sources }: Layers): boolean => boxes.size + categories.size + sources.size === 0;

/** All in, or all out where all of them are in already. */
export function toggleAll<T>(set: ReadonlySet<T>, items: readonly T[]): ReadonlySet<T> {
  const out = items.every((item) => set.has(item));
  const next = new Set(set);
  for (const item of items) {
    if (out) next.delete(item);
    else next.add(item);
  }
  return next;
}
