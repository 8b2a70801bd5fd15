import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { writeFileAtomically } from '../files/writeFileAtomically.ts';

/**
 * Folders outside a dataset that its linked images lie in. A root near the dataset folder is stored in the dataset,
 * relative to it, so that both can be moved together; any other is known per computer, here, by its number.
 */
export interface LinkRoots {
  /** The folder of a link root on this computer, or null where this computer does not know it. */
  resolve(dataset: { readonly id: DatasetId; readonly folder: string }, root: number, relative: string | null): string | null;
  /** Notes where a root lies on this computer (a first import, or "locate" after a move). */
  remember(dataset: DatasetId, root: number, folder: string): Promise<void>;
}

/** How far up from the dataset folder a root may lie and still be stored relative to it. */
const nearLevels = 2;

/** The way from a dataset folder to a folder near it, with forward slashes; null where that is not near. */
export function nearPath(dataset: string, folder: string): string | null {
  const relative = path.relative(dataset, folder);
  const parts = relative.split(path.sep);
  return path.isAbsolute(relative) || parts.filter((part) => part === '..').length > nearLevels ? null : parts.join('/');
}

type Stored = { readonly [dataset: string]: { readonly [root: string]: string } };

export async function openLinkRoots(userData: string): Promise<LinkRoots> {
  const file = path.join(userData, 'link-roots.json');
  let stored = await read(file);
  return {
    resolve(dataset, root, relative) {
      const known = stored[dataset.id]?.[String(root)];
      if (known !== undefined) return known;
      if (relative === null || path.isAbsolute(relative)) return null;
      const folder = path.resolve(dataset.folder, relative);
      // A dataset from elsewhere names no folder that we would not have named.
      return nearPath(dataset.folder, folder) === null ? null : folder;
    },
    async remember(dataset, root, folder) {
      stored = { ...stored, [dataset]: { ...stored[dataset], [String(root)]: folder } };
      await writeFileAtomically(file, JSON.stringify(stored, null, 2));
    },
  };
}

async function read(file: string): Promise<Stored> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed as Record<string, unknown>).map(([dataset, roots]) => [
        dataset,
        Object.fromEntries(
          Object.entries((roots ?? {}) as Record<string, unknown>).filter(
            (entry): entry is [string, string] => typeof entry[1] === 'string',
          ),
        ),
      ]),
    );
  } catch {
    // A missing or damaged list costs a "locate", nothing else.
    return {};
  }
}
