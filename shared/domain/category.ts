import type { BoxId, CategoryId } from './ids.ts';

/** A category (COCO's word for class). */
export interface Category {
  readonly id: CategoryId;
  readonly name: string;
  readonly supercategory: string | null;
  /** Order of the import and class order of exports: pinned, whatever happens to the category. */
  readonly order: number;
  /** Its place in lists, which people change: the first ten have the digits. */
  readonly place: number;
  /** The id it had in the file it came from (COCO ids have gaps); kept for export. */
  readonly sourceId: number | null;
  /** `#rrggbb` chosen by somebody, or null for the palette's. */
  readonly color: string | null;
  /** A digit or `Alt+<letter>` that goes before the digit of its place; null for none. */
  readonly hotkey: string | null;
  /** Names that triggers can use for it and others together. */
  readonly groups: readonly string[];
  /** Somebody wrote a guideline or chose examples. */
  readonly guided: boolean;
  /** Out of the lists; its boxes stay what they are. */
  readonly archived: boolean;
  /** The category its boxes went to, where it was merged. */
  readonly mergedInto: CategoryId | null;
}

/** What helps a labeler decide: words, and boxes that show what is meant. */
export interface Guideline {
  readonly text: string;
  readonly examples: readonly BoxId[];
}

/** Those a person chooses from, in the order of the lists. */
export function choosable<C extends Category>(categories: readonly C[]): readonly C[] {
  return categories.filter((category) => !category.archived).sort((a, b) => a.place - b.place || a.order - b.order || a.id - b.id);
}

export const categoryDigits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

/** Which category each key gives: hotkeys people chose, then the free digits in the order of the list. */
export function categoryKeys<C extends Category>(categories: readonly C[]): ReadonlyMap<string, C> {
  const listed = choosable(categories);
  const keys = new Map<string, C>();
  for (const category of listed) if (category.hotkey !== null && !keys.has(category.hotkey)) keys.set(category.hotkey, category);
  const rest = listed.filter((category) => category.hotkey === null || keys.get(category.hotkey) !== category);
  for (const digit of categoryDigits) {
    if (keys.has(digit)) continue;
    const next = rest.shift();
    if (next === undefined) break;
    keys.set(digit, next);
  }
  return keys;
}

/** Members by group, in the order of the lists; archived categories stay members, because their boxes are there. */
export function categoryGroups(categories: readonly Category[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const category of categories)
    if (category.mergedInto === null) for (const group of category.groups) groups.set(group, [...(groups.get(group) ?? []), category.name]);
  return groups;
}
