import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { checkDataPath } from '../gates/dataPath.ts';
import { walkFolder, type FolderTree } from './folderTree.ts';

export type FoundImage =
  | { readonly kind: 'found'; readonly path: string; readonly how: 'as_said' | 'similar' | 'by_name' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Where labels say their images are, one after the other: below the root, in the folder `below`. */
export interface ImagePlace {
  readonly tree: FolderTree;
  readonly below: readonly string[];
}

/**
 * Finds the image of a data path in the places where it may be. What the labels say comes first; then names that differ
 * in letter case or lack their ending; then the file name alone, where only one image below the roots has it.
 */
export class ImageFinder {
  readonly #places: readonly ImagePlace[];
  readonly #mayGuess: boolean;
  #byName: Promise<ReadonlyMap<string, string | null>> | null = null;

  constructor(places: readonly ImagePlace[], options: { readonly mayGuess: boolean }) {
    this.#places = places;
    this.#mayGuess = options.mayGuess;
  }

  async find(dataPath: string): Promise<FoundImage> {
    const checked = checkDataPath(dataPath);
    if (!checked.ok) return { kind: 'refused', code: 'path_refused', message: `The path of an image is not taken: ${checked.reason}.` };
    for (const { tree, below } of this.#places) {
      const entry = await tree.entry([...below, ...checked.parts]);
      if (entry?.kind === 'file') return { kind: 'found', path: entry.path, how: 'as_said' };
      if (entry?.kind === 'link')
        return { kind: 'refused', code: 'path_refused', message: 'The path of an image is not taken: the file is a link.' };
    }
    if (this.#mayGuess) {
      const name = checked.parts[checked.parts.length - 1] as string;
      for (const { tree, below } of this.#places) {
        const folder = [...below, ...checked.parts.slice(0, -1)];
        const similar = await tree.similarName(folder, name);
        const entry = similar === null ? null : await tree.entry([...folder, similar]);
        if (similar !== null && entry !== null && isImageName(similar)) return { kind: 'found', path: entry.path, how: 'similar' };
      }
      const only = (await this.#index()).get(name.toLowerCase());
      if (typeof only === 'string') return { kind: 'found', path: only, how: 'by_name' };
    }
    return { kind: 'refused', code: 'image_missing', message: 'An image that the labels name is missing.' };
  }

  /** Names of all images below the roots; null where two have the same. Made when the first image is missing. */
  #index(): Promise<ReadonlyMap<string, string | null>> {
    this.#byName ??= indexByName(new Set(this.#places.map((place) => place.tree)));
    return this.#byName;
  }
}

const maxIndexed = 2_000_000;

async function indexByName(trees: ReadonlySet<FolderTree>): Promise<ReadonlyMap<string, string | null>> {
  const byName = new Map<string, string | null>();
  for (const tree of trees) {
    for await (const file of walkFolder(tree, { accept: isImageName, maxDepth: 16 })) {
      const name = (file.parts[file.parts.length - 1] as string).toLowerCase();
      const known = byName.get(name);
      byName.set(name, known === undefined || known === file.path ? file.path : null);
      if (byName.size > maxIndexed) return byName;
    }
  }
  return byName;
}
