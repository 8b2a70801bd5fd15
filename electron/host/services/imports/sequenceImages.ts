import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { walkFolder, type FolderTree } from './folderTree.ts';
import type { FoundImage } from './imageFinder.ts';
import type { ExistingSequence } from './labelSource.ts';

/** Images of a recording, by the numbers in their names. */
export interface NumberedImage {
  readonly number: number;
  readonly name: string;
  readonly find: () => Promise<FoundImage>;
}

/** The last run of digits of a file's name, which numbers its frame; null where there is none. */
export function numberOfName(name: string): number | null {
  const stem = name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  const digits = /(\d{1,9})\D*$/.exec(stem)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Images of one folder by ascending number; names without one, and the second of two with the same, are left out. */
export async function imagesInFolder(tree: FolderTree, folder: readonly string[], signal: AbortSignal): Promise<readonly NumberedImage[]> {
  if ((await tree.listing(folder)) === null) return [];
  const images = new Map<number, NumberedImage>();
  for await (const file of walkFolder(tree, { accept: isImageName, from: folder, signal, maxDepth: folder.length })) {
    const name = file.parts[file.parts.length - 1] as string;
    const number = numberOfName(name);
    if (number === null || images.has(number)) continue;
    images.set(number, { number, name, find: () => Promise.resolve({ kind: 'found', path: file.path, how: 'as_said' }) });
  }
  return [...images.values()].sort((a, b) => a.number - b.number);
}

/** The frames that the dataset has: by the numbers in their names where each has one of its own, else from 0. */
export function imagesOfDataset(sequence: ExistingSequence): readonly NumberedImage[] {
  const numbers = sequence.frames.map(({ name }) => numberOfName(name));
  const isNumbered = numbers.every((number, i) => number !== null && (i === 0 || number > (numbers[i - 1] ?? Infinity)));
  return sequence.frames.map(({ name, path }, i) => ({
    number: isNumbered ? (numbers[i] as number) : i,
    name,
    find: async () => ({ kind: 'found', path: await path(), how: 'as_said' }),
  }));
}
