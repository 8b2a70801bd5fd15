import { FormatError } from '../../../../../shared/formats/formatError.ts';
import { forEachParallel } from '../forEachParallel.ts';
import type { OpenSourceOptions } from '../labelSource.ts';
import { readSmallFile } from '../readFile.ts';
import type { YoloImage } from './images.ts';

const maxLabelBytes = 8 * 1_048_576;
/** Label files are read this many at a time, so that their texts never lie in memory together. */
const windowSize = 2_048;

/** Gives the label file of each image, in the order of the images; tells how many have none. */
export async function readAllLabels(
  images: readonly YoloImage[],
  options: OpenSourceOptions,
  take: (text: string, file: string, frame: number) => void,
): Promise<{ readonly missing: number; readonly firstMissing: string }> {
  let missing = 0;
  let firstMissing = '';
  for (let start = 0; start < images.length; start += windowSize) {
    const some = images.slice(start, start + windowSize);
    const texts = new Array<{ readonly file: string; readonly text: string } | null>(some.length).fill(null);
    await forEachParallel(some.length, { workers: 16, signal: options.signal }, async (i) => {
      texts[i] = await readLabelFile(some[i] as YoloImage, options);
    });
    for (const [i, read] of texts.entries()) {
      const image = some[i] as YoloImage;
      if (read !== null) take(read.text, read.file, start + i);
      else if (image.found.kind === 'found' && missing++ === 0) firstMissing = image.parts.join('/');
    }
    options.onProgress(start + some.length, 'label files', images.length);
  }
  return { missing, firstMissing };
}

/** The label file of an image; null where there is none or it was refused. */
async function readLabelFile(
  image: YoloImage,
  options: OpenSourceOptions,
): Promise<{ readonly file: string; readonly text: string } | null> {
  for (const parts of labelPlaces(image.parts)) {
    const entry = await image.tree.entry(parts);
    if (entry?.kind !== 'file') continue;
    const file = parts.join('/');
    try {
      return { file, text: (await readSmallFile(entry.path, maxLabelBytes)).toString('utf8') };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      options.report.add({ code: error.code, severity: 'refused', message: error.message, item: file });
      return null;
    }
  }
  return null;
}

/** `…/images/…/a.jpg` → `…/labels/…/a.txt` at the last folder of that name; and the text beside the picture. */
function labelPlaces(parts: readonly string[]): readonly (readonly string[])[] {
  const name = parts[parts.length - 1] as string;
  const dot = name.lastIndexOf('.');
  const text = `${dot > 0 ? name.slice(0, dot) : name}.txt`;
  const folders = parts.slice(0, -1);
  const at = folders.findLastIndex((folder) => folder.toLowerCase() === 'images');
  const swapped = at < 0 ? [] : [[...folders.slice(0, at), 'labels', ...folders.slice(at + 1), text]];
  return [...swapped, [...folders, text], ['labels', ...folders, text]];
}

/** Without a list of names the classes are called by their numbers: one more pass to find the highest. */
export async function numberedNames(images: readonly YoloImage[], options: OpenSourceOptions): Promise<readonly string[]> {
  let highest = -1;
  await readAllLabels(images, options, (text) => {
    for (const match of text.matchAll(/^\s*(\d{1,5})\s/gm)) highest = Math.max(highest, Number(match[1]));
  });
  options.report.add({
    code: 'names_missing',
    severity: 'warning',
    message: 'There is no list of class names; classes are called by their numbers.',
    item: options.from,
  });
  return Array.from({ length: Math.min(highest + 1, 65_535) }, (_, i) => `class ${i}`);
}
