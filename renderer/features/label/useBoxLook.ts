import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import type { HistoryEntry } from '../../../shared/contract/annotations.ts';
import type { Profile } from '../../../shared/contract/settings.ts';
import { api } from '../../api/api.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { BoxLook } from '../../canvas/view/boxLook.ts';
import { categoryColor, categoryColors } from '../../lib/categoryColors.ts';
import { profileOf } from '../../lib/profiles.ts';
import { useResource } from '../../lib/useResource.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import type { LabelSession } from './labelSession.ts';
import { useViewOptions, type ViewOptions } from './viewOptions.ts';

export const unknownColor = '#9aa4b2';

/** Low to high, told apart by lightness as well (five stops of viridis, lightened so that lines are seen on photographs). */
const scoreColors = ['#7b5cd6', '#4a8fd9', '#2fb5a0', '#8fd14f', '#fde725'] as const;

export const scoreColor = (score: number | null): string =>
  score === null ? unknownColor : (scoreColors[Math.min(Math.floor(score * scoreColors.length), scoreColors.length - 1)] ?? unknownColor);

/** One colour a name, the same wherever the name comes up again. */
export function namedColor(name: string): string {
  let hash = 0;
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return categoryColors[hash % categoryColors.length] ?? unknownColor;
}

export const trackColor = (track: number): string => namedColor(`track ${track}`);

/** Who touched each box last, as the history of a frame tells it (oldest first). */
export function lastAuthors(history: readonly HistoryEntry[]): ReadonlyMap<number, string> {
  const authors = new Map<number, string>();
  for (const { box, author } of history) if (box !== undefined) authors.set(box, author);
  return authors;
}

/** How boxes look, by what this person chose to see. */
export function useBoxLook(session: LabelSession, categories: ReadonlyMap<number, Category>, incomplete: ReadonlySet<number>): BoxLook {
  const options = useViewOptions();
  const authors = useAuthors(session, options.colorBy === 'author');
  const profiles = useStore(settingsStore, ({ settings }) => settings.profiles);
  return useMemo(() => lookOf(options, categories, incomplete, authors, profiles), [options, categories, incomplete, authors, profiles]);
}

export function lookOf(
  { colorBy, lineWidth, opacity, fill, tags }: ViewOptions,
  categories: ReadonlyMap<number, Category>,
  incomplete: ReadonlySet<number>,
  authors: ReadonlyMap<number, string>,
  profiles: readonly Profile[],
): BoxLook {
  const colors: { readonly [by in ViewOptions['colorBy']]: (box: SceneBox) => string } = {
    category: (box) => categoryColor(categories.get(box.category) ?? { id: box.category }),
    source: (box) => namedColor(box.source ?? box.origin),
    track: (box) => (box.track === null || box.track === undefined ? unknownColor : trackColor(box.track)),
    score: (box) => scoreColor(box.score),
    author: (box) => {
      const author = authors.get(box.id);
      return author === undefined ? unknownColor : profileOf(author, profiles).color;
    },
  };
  const nameOf = (box: SceneBox): string => categories.get(box.category)?.name ?? `#${box.category}`;
  return {
    colorOf: colors[colorBy],
    nameOf,
    // The mark of a box that lacks something the dataset requires.
    tagOf: (box) => (incomplete.has(box.id) ? `${nameOf(box)} ⚠` : nameOf(box)),
    lineWidth,
    opacity: opacity / 100,
    fill: fill / 100,
    tags,
  };
}

const nobody: ReadonlyMap<number, string> = new Map();

export function useAuthors(session: LabelSession, wanted: boolean): ReadonlyMap<number, string> {
  const frame = useStore(session.editor.store, (state) => state.frame?.id ?? null);
  const revision = useStore(session.editor.store, (state) => state.revision);
  const { dataset } = session;
  const { data } = useResource(wanted && frame !== null ? `authors ${dataset} ${frame} ${revision}` : null, async () =>
    frame === null ? nobody : lastAuthors((await api.annotations.history({ dataset, frame })).operations),
  );
  return wanted && data !== null ? data : nobody;
}
