import type { Category } from '../../../../shared/domain/category.ts';

export interface CategoryMap {
  /** Per model category the dataset's category id, -1 where there is none. */
  readonly targets: Int32Array;
  readonly mapped: number;
  /** Model categories without a counterpart. */
  readonly unmapped: readonly string[];
}

/** Tolerant of case, spaces, underscores and hyphens: "Traffic Light" is "traffic_light". */
const sameName = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, '');

/** Maps a model's categories to the dataset's: what a person said goes first, then equal names. Pure. */
export function mapCategories(
  model: readonly string[],
  dataset: readonly Pick<Category, 'id' | 'name'>[],
  said: { readonly [model: string]: string },
): CategoryMap {
  const exact = new Map(dataset.map((category) => [category.name, category.id]));
  const tolerant = new Map<string, number>();
  // The first of two names that only look alike wins; an exact name is never taken by another.
  for (const category of dataset) if (!tolerant.has(sameName(category.name))) tolerant.set(sameName(category.name), category.id);
  const find = (name: string): number | undefined => exact.get(name) ?? tolerant.get(sameName(name));
  const targets = new Int32Array(model.length).fill(-1);
  const unmapped: string[] = [];
  model.forEach((name, i) => {
    const target = saidOf(said, name);
    const id = target === undefined ? find(name) : target === '' ? undefined : find(target);
    if (id === undefined) unmapped.push(name);
    else targets[i] = id;
  });
  return { targets, mapped: model.length - unmapped.length, unmapped };
}

/** Names of categories to make when a model is added: those a map names; where the dataset has none at all, the model's. Pure. */
export function categoriesToAdd(
  model: readonly string[],
  dataset: readonly Pick<Category, 'id' | 'name'>[],
  said: { readonly [model: string]: string },
): readonly string[] {
  const wanted = dataset.length === 0 ? model.map((name) => saidOf(said, name) ?? name) : Object.values(said);
  const isThere = (name: string): boolean => dataset.length > 0 && mapCategories([name], dataset, {}).mapped === 1;
  return [...new Set(wanted)].filter((name) => name !== '' && !isThere(name));
}

/** A model may call a category "constructor": only what a person wrote counts. */
const saidOf = (said: { readonly [model: string]: string }, name: string): string | undefined =>
  Object.hasOwn(said, name) ? said[name] : undefined;
