import { isImageName } from '../../../../../shared/formats/images/imageHeader.ts';
import { readPathList } from '../../../../../shared/formats/yolo/readDarknet.ts';
import { checkDataPath } from '../../gates/dataPath.ts';
import { walkFolder, type FolderTree } from '../folderTree.ts';
import type { FoundImage } from '../imageFinder.ts';
import type { OpenSourceOptions } from '../labelSource.ts';
import { readSmallFile } from '../readFile.ts';
import { readNeeded } from '../readNeeded.ts';
import { foreignSuffixes } from './locate.ts';
import { tellPassedOver } from '../passedOver.ts';

const maxListBytes = 256 * 1_048_576;

/** An image of a YOLO dataset: where it is, or why it cannot be had. */
export interface YoloImage {
  readonly found: FoundImage;
  /** Parts below the root, or below the folder of images that was given. */
  readonly parts: readonly string[];
  readonly tree: FolderTree;
  readonly split: string | null;
}

/** All images of a folder and those in it. */
export async function imagesBelow(
  tree: FolderTree,
  parts: readonly string[],
  split: string | null,
  options: OpenSourceOptions,
): Promise<YoloImage[]> {
  const images: YoloImage[] = [];
  const listing = await tree.listing(parts);
  if (listing === null) return images;
  const prefix = parts.length;
  for await (const file of walkFolder(tree, {
    accept: isImageName,
    signal: options.signal,
    from: parts,
    onPassedOver: tellPassedOver(options.report),
  })) {
    if (file.parts.length <= prefix) continue;
    images.push({ found: { kind: 'found', path: file.path, how: 'as_said' }, parts: file.parts, tree, split });
    if (images.length % 1_000 === 0) options.onProgress(images.length, 'images', null);
  }
  return images;
}

/** The images of a list: a text with one path a line. */
export async function imagesOfList(
  tree: FolderTree,
  list: readonly string[],
  context: { readonly split: string | null; readonly given: FolderTree | null; readonly options: OpenSourceOptions },
): Promise<YoloImage[]> {
  const { options, split } = context;
  const entry = await tree.entry(list);
  if (entry?.kind !== 'file') return [];
  const lines = await readNeeded(list.join('/'), options, async () =>
    readPathList((await readSmallFile(entry.path, maxListBytes)).toString('utf8')),
  );
  const folder = list.slice(0, -1);
  const images: YoloImage[] = [];
  for (const line of lines) {
    options.signal.throwIfAborted();
    images.push(await imageOfLine(line, { tree, folder, split, given: context.given }));
  }
  return images;
}

async function imageOfLine(
  line: string,
  context: {
    readonly tree: FolderTree;
    readonly folder: readonly string[];
    readonly split: string | null;
    readonly given: FolderTree | null;
  },
): Promise<YoloImage> {
  const { tree, folder, split, given } = context;
  const checked = checkDataPath(line);
  const isForeign = !checked.ok && /^(the path is absolute|the path names a drive)$/.test(checked.reason);
  if (!checked.ok && !isForeign)
    return {
      found: { kind: 'refused', code: 'path_refused', message: `The path of an image is not taken: ${checked.reason}.` },
      parts: [line],
      tree,
      split,
    };
  const candidates = foreignSuffixes(line).flatMap((parts) => [...(folder.length > 0 ? [[...folder, ...parts]] : []), [...parts]]);
  for (const where of given === null ? [tree] : [given, tree]) {
    for (const parts of candidates) {
      const entry = await where.entry(parts);
      if (entry?.kind === 'file') return { found: { kind: 'found', path: entry.path, how: 'as_said' }, parts, tree: where, split };
    }
  }
  const found: FoundImage = { kind: 'refused', code: 'image_missing', message: 'An image that the labels name is missing.' };
  return { found, parts: checked.ok ? checked.parts : [line], tree, split };
}

/** An image that two splits list is taken in the first; darknet files often name the same list twice. */
export function onceEach(images: readonly YoloImage[], options: OpenSourceOptions): readonly YoloImage[] {
  const seen = new Map<string, string | null>();
  return images.filter((image) => {
    const key = image.found.kind === 'found' ? image.found.path : image.parts.join('/');
    const earlier = seen.get(key);
    if (earlier === undefined) {
      seen.set(key, image.split);
      return true;
    }
    if (earlier !== image.split)
      options.report.add({
        code: 'image_in_two_splits',
        severity: 'warning',
        message: 'An image is in two splits; it stays in the first.',
        item: image.parts.join('/'),
      });
    return false;
  });
}

/** Names relative to the folder of images and split, as long as they stay different; else with it in front. */
export function namedImages(images: readonly YoloImage[]): readonly (YoloImage & { readonly name: string })[] {
  const short = images.map((image) => shortName(image.parts));
  const counts = new Map<string, number>();
  for (const name of short) counts.set(name, (counts.get(name) ?? 0) + 1);
  return images.map((image, i) => {
    const name = short[i] as string;
    return { ...image, name: counts.get(name) === 1 ? name : image.parts.join('/') };
  });
}

function shortName(parts: readonly string[]): string {
  const rest = [...parts];
  while (rest.length > 1 && /^(images|train|valid|val|test|unassigned|obj_\w+_data|data)$/i.test(rest[0] as string)) rest.shift();
  return rest.join('/');
}
