import { flagBits } from '../../../../shared/domain/annotation.ts';
import { AppError } from '../../../../shared/errors.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { BoxTable, type LabelCategory, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { sequenceOfPath, splitOfName } from '../../../../shared/formats/sequenceOfPath.ts';
import { readVoc, type VocFile } from '../../../../shared/formats/voc/readVoc.ts';
import { openRoot } from '../gates/paths.ts';
import { parseXml, xmlLimits } from '../gates/xmlGate.ts';
import { FolderTree, walkFolder, type WalkedFile } from './folderTree.ts';
import { forEachParallel } from './forEachParallel.ts';
import type { FoundImage } from './imageFinder.ts';
import { ImageFinder } from './imageFinder.ts';
import type { LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { readSmallFile } from './readFile.ts';

const maxSetBytes = 64 * 1_048_576;

interface VocImage {
  readonly found: FoundImage;
  readonly name: string;
  readonly stem: string;
  readonly split: string | null;
  /** Null for an image without an annotation. */
  readonly file: VocFile | null;
  readonly xml: string;
}

/** Pascal VOC: `Annotations/*.xml`, `JPEGImages/`, `ImageSets/Main/*.txt`; or XML files beside their images. */
export async function openVoc(options: OpenSourceOptions): Promise<LabelSource> {
  const place = await openPlace(options.from);
  const tree = new FolderTree(place.root);
  const xmlFiles: WalkedFile[] = [];
  const isWanted = (name: string): boolean => (place.file === null ? /\.xml$/i.test(name) : name === place.file);
  for await (const file of walkFolder(tree, { accept: isWanted, signal: options.signal, ...(place.file !== null ? { maxDepth: 0 } : {}) }))
    xmlFiles.push(file);
  const parsed = await parseAll(xmlFiles, options);
  if (!parsed.some((file) => file !== null)) {
    const report = options.report.entries();
    if (report.length > 0)
      throw new AppError('refused_input', `No annotation could be read. ${report[0]?.message ?? ''}`, { reason: report[0]?.code, report });
    throw new AppError('unknown_format', 'No Pascal VOC annotation was found here.', { path: options.from });
  }
  const splits = await readImageSets(tree, options);
  const finder = new ImageFinder(
    [...(options.images === undefined ? [] : [{ tree: new FolderTree(await openRoot(options.images)), below: [] }]), { tree, below: [] }],
    { mayGuess: true },
  );
  const images: VocImage[] = [];
  for (const [i, file] of parsed.entries()) {
    if (file === null) continue;
    const xml = xmlFiles[i] as WalkedFile;
    images.push(await imageOf(xml, file, { tree, finder, splits, options }));
  }
  return toSource(images.concat(await imagesWithoutXml(tree, images, splits)));
}

async function parseAll(files: readonly WalkedFile[], options: OpenSourceOptions): Promise<readonly (VocFile | null)[]> {
  const parsed: (VocFile | null)[] = new Array<VocFile | null>(files.length).fill(null);
  let done = 0;
  await forEachParallel(files.length, { workers: 8, signal: options.signal }, async (i) => {
    const file = files[i] as WalkedFile;
    const item = file.parts.join('/');
    try {
      parsed[i] = readVoc(parseXml(await readSmallFile(file.path, xmlLimits.bytes)), item, options.report);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      options.report.add({ code: error.code, severity: 'refused', message: error.message, item });
    }
    if (++done % 200 === 0) options.onProgress(done, 'annotation files', files.length);
  });
  return parsed;
}

/** Splits by the stem of the image. `trainval` counts only where no finer list names the image. */
async function readImageSets(tree: FolderTree, options: OpenSourceOptions): Promise<ReadonlyMap<string, string>> {
  const splits = new Map<string, string>();
  for (const split of ['train', 'val', 'test', 'trainval']) {
    const entry = await tree.entry(['ImageSets', 'Main', `${split}.txt`]);
    if (entry?.kind !== 'file') continue;
    const text = (await readSmallFile(entry.path, maxSetBytes)).toString('utf8');
    for (const line of text.split('\n')) {
      const stem = line.trim().split(/\s+/)[0] ?? '';
      if (stem === '') continue;
      const earlier = splits.get(stem);
      if (earlier === undefined) splits.set(stem, split);
      else if (split !== 'trainval' && earlier !== split)
        options.report.add({
          code: 'image_in_two_splits',
          severity: 'warning',
          message: 'An image is in two splits; it stays in the first.',
          item: stem,
        });
    }
  }
  return splits;
}

/** `filename` is a hint: it may lack its ending, be of another name, or be missing. The XML's own name is the other hint. */
async function imageOf(
  xml: WalkedFile,
  file: VocFile,
  context: {
    readonly tree: FolderTree;
    readonly finder: ImageFinder;
    readonly splits: ReadonlyMap<string, string>;
    readonly options: OpenSourceOptions;
  },
): Promise<VocImage> {
  const folder = xml.parts.slice(0, -1);
  const item = xml.parts.join('/');
  const xmlStem = (xml.parts[xml.parts.length - 1] as string).replace(/\.xml$/i, '');
  const above = folder.slice(0, -1);
  const places = [[...above, 'JPEGImages'], folder, [...above, 'images'], above, ['JPEGImages'], ['images'], []].map((below) =>
    below.join('/'),
  );
  const hints = [...new Set([file.filename?.replaceAll('\\', '/').split('/').pop() ?? '', xmlStem])].filter((hint) => hint !== '');
  const split = (stem: string): string | null => context.splits.get(stem) ?? context.splits.get(xmlStem) ?? folderSplit(folder);
  const base = { file, xml: item, stem: xmlStem };
  for (const hint of hints) {
    for (const below of new Set(places)) {
      const parts = below === '' ? [] : below.split('/');
      const name = await matchingName(context.tree, parts, hint);
      if (name === null) continue;
      const entry = await context.tree.entry([...parts, name]);
      if (entry?.kind !== 'file') continue;
      if (hint !== hints[0] || name !== hint)
        context.options.report.add({
          code: 'image_name_mended',
          severity: 'repaired',
          message: 'The image has another name than its annotation says.',
          item,
        });
      return {
        ...base,
        found: { kind: 'found', path: entry.path, how: 'as_said' },
        name: frameName([...parts, name]),
        split: split(stemOf(name)),
      };
    }
  }
  const found = await context.finder.find(hints[0] ?? xmlStem);
  return { ...base, found, name: found.kind === 'found' ? frameName([hints[0] ?? xmlStem]) : (hints[0] ?? xmlStem), split: split(xmlStem) };
}

async function matchingName(tree: FolderTree, folder: readonly string[], hint: string): Promise<string | null> {
  const listing = await tree.listing(folder);
  if (listing === null) return null;
  const nfc = hint.normalize('NFC');
  if (listing.entries.get(nfc)?.kind === 'file' && isImageName(nfc)) return nfc;
  const similar = await tree.similarName(folder, nfc);
  if (similar !== null && isImageName(similar)) return similar;
  // `a.png` in the annotation, `a.jpg` on the disk.
  const other = await tree.similarName(folder, stemOf(nfc));
  return other !== null && isImageName(other) ? other : null;
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function folderSplit(folder: readonly string[]): string | null {
  const last = folder[folder.length - 1];
  return last === undefined ? null : splitOfName(last);
}

function frameName(parts: readonly string[]): string {
  const rest = [...parts];
  while (rest.length > 1 && /^(jpegimages|images)$/i.test(rest[0] as string)) rest.shift();
  return rest.join('/');
}

async function imagesWithoutXml(
  tree: FolderTree,
  images: readonly VocImage[],
  splits: ReadonlyMap<string, string>,
): Promise<readonly VocImage[]> {
  if ((await tree.listing(['JPEGImages'])) === null) return [];
  const known = new Set(images.map((image) => (image.found.kind === 'found' ? image.found.path : '')));
  const more: VocImage[] = [];
  for await (const file of walkFolder(tree, { accept: isImageName, from: ['JPEGImages'] })) {
    if (known.has(file.path)) continue;
    const name = frameName(file.parts);
    const stem = stemOf(file.parts[file.parts.length - 1] as string);
    more.push({
      found: { kind: 'found', path: file.path, how: 'as_said' },
      name,
      stem,
      split: splits.get(stem) ?? null,
      file: null,
      xml: '',
    });
  }
  return more;
}

function toSource(images: readonly VocImage[]): LabelSource {
  const boxes = new BoxTable('px');
  const categories: LabelCategory[] = [];
  const categoryOf = new Map<string, number>();
  const frames = images.map((image, frame): LabelFrame => {
    for (const box of image.file?.boxes ?? []) {
      let category = categoryOf.get(box.name);
      if (category === undefined) {
        category = categories.length;
        categoryOf.set(box.name, category);
        categories.push({ name: box.name, supercategory: null, sourceId: null });
      }
      boxes.push({
        frame,
        category,
        values: [box.box[0], box.box[1], box.box[2], box.box[3]],
        flags: flagBits(box.flags),
        ...(Object.keys(box.attributes).length > 0 ? { extra: { attributes: box.attributes } } : {}),
      });
    }
    return {
      path: image.name,
      name: image.name,
      sourceId: null,
      declared: image.file?.declared ?? null,
      split: image.split,
      sequence: sequenceOfPath(image.name),
      index: null,
      time: null,
      labeled: image.file !== null,
    };
  });
  return {
    format: 'voc',
    parts: [{ labels: { frames, categories, boxes }, find: (index) => Promise.resolve((images[index] as VocImage).found) }],
  };
}
