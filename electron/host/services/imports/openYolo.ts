import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { BoxTable, type LabelCategory, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { sequenceOfPath, splitOfName } from '../../../../shared/formats/sequenceOfPath.ts';
import { readNames, readObjData, readPathList } from '../../../../shared/formats/yolo/readDarknet.ts';
import { readDataYaml, type DataYaml } from '../../../../shared/formats/yolo/readDataYaml.ts';
import { readYoloLabels } from '../../../../shared/formats/yolo/readLabels.ts';
import { checkDataPath } from '../gates/dataPath.ts';
import { openRoot } from '../gates/paths.ts';
import { parseYaml, yamlLimits } from '../gates/yamlGate.ts';
import { forEachParallel } from './forEachParallel.ts';
import { FolderTree, walkFolder } from './folderTree.ts';
import type { FoundImage } from './imageFinder.ts';
import type { LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { readSmallFile } from './readFile.ts';

const maxListBytes = 256 * 1_048_576;
const maxNamesBytes = 4 * 1_048_576;
const maxLabelBytes = 8 * 1_048_576;

/** An image of a YOLO dataset: where it is, or why it cannot be had. */
interface YoloImage {
  readonly found: FoundImage;
  /** Parts below the root, or below the folder of images that was given. */
  readonly parts: readonly string[];
  readonly tree: FolderTree;
  readonly split: string | null;
}

interface YoloLayout {
  readonly tree: FolderTree;
  readonly names: readonly (string | null)[] | null;
  readonly images: readonly YoloImage[];
}

/** Ultralytics (`data.yaml`), darknet (`obj.data`), or folders of images and labels with a list of names. */
export async function openYolo(options: OpenSourceOptions): Promise<LabelSource> {
  const place = await openPlace(options.from);
  const tree = new FolderTree(place.root);
  const layout = await readLayout(tree, place.file, options);
  if (layout === null || layout.images.length === 0)
    throw new AppError('unknown_format', 'No YOLO dataset was found here: a data.yaml, an obj.data, or labels beside images.', {
      path: options.from,
    });
  const boxes = new BoxTable('share');
  const named = namedImages(layout.images);
  const names = layout.names ?? (await numberedNames(named, options));
  const { categories, indices } = categoriesOf(names, options);
  const labels = await readAllLabels(named, options, (text, file, frame) =>
    readYoloLabels(text, boxes, { file, frame, categories: indices, report: options.report }),
  );
  if (labels.missing > 0)
    options.report.add(
      { code: 'background_images', severity: 'info', message: 'Images without a label file are backgrounds.', item: labels.firstMissing },
      labels.missing,
    );
  const frames = named.map((image): LabelFrame => ({
    path: image.parts.join('/'),
    name: image.name,
    sourceId: null,
    declared: null,
    split: image.split,
    sequence: sequenceOfPath(image.name),
    index: null,
    time: null,
    labeled: labels.missing < named.length,
  }));
  return {
    format: 'yolo',
    emptyBoxes: 'refuse',
    parts: [{ labels: { frames, categories, boxes }, find: (index) => Promise.resolve((named[index] as YoloImage).found) }],
  };
}

async function readLayout(tree: FolderTree, file: string | null, options: OpenSourceOptions): Promise<YoloLayout | null> {
  const top = await tree.listing([]);
  const names = top === null ? [] : [...top.entries].filter(([, entry]) => entry.kind === 'file').map(([name]) => name);
  const yaml =
    file !== null
      ? /\.ya?ml$/i.test(file)
        ? file
        : null
      : (names.find((name) => /^(data|dataset)\.ya?ml$/i.test(name)) ?? names.find((name) => /\.ya?ml$/i.test(name)) ?? null);
  if (yaml !== null) return readUltralytics(tree, yaml, options);
  const data = file !== null ? (/\.data$/i.test(file) ? file : null) : (names.find((name) => /\.data$/i.test(name)) ?? null);
  if (data !== null) return readDarknet(tree, data, options);
  return file === null ? readFolders(tree, names, options) : null;
}

async function readUltralytics(tree: FolderTree, file: string, options: OpenSourceOptions): Promise<YoloLayout> {
  const yaml = await usable(file, options, async () =>
    readDataYaml(parseYaml(await readSmallFile(path.join(tree.root.real, file), yamlLimits.bytes))),
  );
  let images: readonly YoloImage[] = [];
  const given = options.images === undefined ? null : new FolderTree(await openRoot(options.images));
  const places = await splitPlaces(tree, yaml, options);
  for (const { split, kind, parts } of places) {
    if (kind === 'folder') images = images.concat(await imagesBelow(tree, parts, split, options));
    else images = images.concat(await imagesOfList(tree, parts, { split, given, options }));
  }
  // A data.yaml whose paths are of another computer altogether: the folders beside it are what it means.
  if (images.length === 0 && given === null) images = (await readFolders(tree, [], options))?.images ?? [];
  else if (given === null) images = images.concat(await imagesOfNoSplit(tree, places, options));
  if (images.length === 0 && given !== null) images = images.concat(await imagesBelow(given, [], null, options));
  return { tree, names: yaml.names, images: onceEach(images, options) };
}

interface SplitPlace {
  /** Null where train and val name the same images: then nothing is split. */
  readonly split: string | null;
  readonly kind: 'folder' | 'file';
  readonly parts: readonly string[];
}

async function splitPlaces(tree: FolderTree, yaml: DataYaml, options: OpenSourceOptions): Promise<readonly SplitPlace[]> {
  const places = new Map<string, SplitPlace & { readonly shared: boolean }>();
  for (const { split, paths } of yaml.splits) {
    for (const text of paths) {
      const found = await locate(tree, text, { base: yaml.path, options });
      if (found === null) {
        options.report.add({
          code: 'split_missing',
          severity: 'warning',
          message: `The folder or list of the split "${split}" is missing.`,
          item: text,
        });
        continue;
      }
      const key = found.parts.join('/');
      const earlier = places.get(key);
      places.set(key, earlier === undefined ? { ...found, split, shared: false } : { ...earlier, shared: true });
    }
  }
  // Ultralytics wants both train and val; who has one set only names it twice.
  return [...places.entries()].map(([key, place]) => ({ ...place, split: place.shared ? splitOfName(key) : place.split }));
}

/** Folders of `images/` that have labels and that no split names: they are a part of the dataset all the same. */
async function imagesOfNoSplit(tree: FolderTree, places: readonly SplitPlace[], options: OpenSourceOptions): Promise<readonly YoloImage[]> {
  let images: readonly YoloImage[] = [];
  const top = await tree.listing(['images']);
  const labels = await tree.listing(['labels']);
  if (top === null || labels === null || places.some((place) => place.parts.length < 2)) return images;
  for (const [name, entry] of top.entries) {
    const isNamed = places.some((place) => place.parts[0] === 'images' && place.parts[1] === name);
    if (entry.kind !== 'folder' || isNamed || labels.entries.get(name)?.kind !== 'folder') continue;
    const more = await imagesBelow(tree, ['images', name], null, options);
    images = images.concat(more);
    if (more.length > 0)
      options.report.add(
        {
          code: 'images_of_no_split',
          severity: 'info',
          message: 'Labeled images that no split names are taken without a split.',
          item: `images/${name}`,
        },
        more.length,
      );
  }
  return images;
}

async function readDarknet(tree: FolderTree, file: string, options: OpenSourceOptions): Promise<YoloLayout> {
  const data = await usable(file, options, async () =>
    readObjData((await readSmallFile(path.join(tree.root.real, file), maxNamesBytes)).toString('utf8')),
  );
  const namesAt = data.names === null ? null : await locate(tree, data.names, { base: null, options });
  const entry = namesAt === null ? await tree.entry(['obj.names']) : await tree.entry(namesAt.parts);
  const names = entry?.kind === 'file' ? readNames((await readSmallFile(entry.path, maxNamesBytes)).toString('utf8')) : null;
  let images: readonly YoloImage[] = [];
  const given = options.images === undefined ? null : new FolderTree(await openRoot(options.images));
  for (const { split, list } of data.splits) {
    const parts = await locate(tree, list, { base: null, options });
    if (parts?.kind !== 'file')
      options.report.add({
        code: 'split_missing',
        severity: 'warning',
        message: `The list of the split "${split}" is missing.`,
        item: list,
      });
    else images = images.concat(await imagesOfList(tree, parts.parts, { split, given, options }));
  }
  return { tree, names, images: onceEach(images, options) };
}

/** `images/` and `labels/`, `train/images` and `train/labels`, or texts beside pictures. */
async function readFolders(tree: FolderTree, names: readonly string[], options: OpenSourceOptions): Promise<YoloLayout | null> {
  const list = names.find((name) => /^(classes|obj|labels|_darknet)\.(txt|names|labels)$/i.test(name));
  let text = list === undefined ? null : path.join(tree.root.real, list);
  for (const folder of ['labels', 'images', 'train', 'data']) {
    const entry = text === null ? await tree.entry([folder, 'classes.txt']) : null;
    if (entry?.kind === 'file') text = entry.path;
  }
  const given = options.images === undefined ? tree : new FolderTree(await openRoot(options.images));
  const images = await imagesBelow(given, [], null, options);
  return {
    tree,
    names: text === null ? null : readNames((await readSmallFile(text, maxNamesBytes)).toString('utf8')),
    images: images.map((image) => ({ ...image, split: splitOfFolders(image.parts) })),
  };
}

function splitOfFolders(parts: readonly string[]): string | null {
  for (const part of parts.slice(0, -1)) {
    const split = splitOfName(part);
    if (split !== null) return split;
  }
  return null;
}

/** Paths of a data.yaml or list: from the root, from `path`, or with their foreign beginning left out. */
async function locate(
  tree: FolderTree,
  text: string,
  context: { readonly base: string | null; readonly options: OpenSourceOptions },
): Promise<{ readonly kind: 'folder' | 'file'; readonly parts: readonly string[] } | null> {
  if (text.replaceAll('\\', '/').replace(/\/+$/, '').match(/^\.?$/)) return { kind: 'folder', parts: [] };
  const base = context.base === null ? null : checkDataPath(context.base);
  const candidates = [...(base?.ok === true ? foreignSuffixes(`${base.path}/${text}`) : []), ...foreignSuffixes(text)];
  for (const [i, parts] of candidates.entries()) {
    const kind = await kindAt(tree, parts);
    if (kind === null) continue;
    const isGuess = i > 0 && parts.join('/') !== text.replace(/^\.\//, '').replace(/\/+$/, '') && base?.ok !== true;
    if (isGuess)
      context.options.report.add({
        code: 'path_guessed',
        severity: 'repaired',
        message: 'A path of another folder or computer was found here.',
        item: text,
      });
    return { kind, parts };
  }
  return null;
}

async function kindAt(tree: FolderTree, parts: readonly string[]): Promise<'folder' | 'file' | null> {
  if ((await tree.listing(parts)) !== null) return 'folder';
  return (await tree.entry(parts))?.kind === 'file' ? 'file' : null;
}

/**
 * The path as it is, then without its first parts: what is left of a path of another computer. Each suffix goes through
 * the path gate; `..` is taken away at the front only, where Roboflow writes it.
 */
function foreignSuffixes(text: string): readonly (readonly string[])[] {
  const parts = text
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  while (parts[0] === '..') parts.shift();
  const suffixes: string[][] = [];
  for (let i = 0; i < Math.min(parts.length, 32); i++) {
    const checked = checkDataPath(parts.slice(i).join('/'));
    if (checked.ok) suffixes.push([...checked.parts]);
  }
  return suffixes;
}

async function imagesBelow(
  tree: FolderTree,
  parts: readonly string[],
  split: string | null,
  options: OpenSourceOptions,
): Promise<YoloImage[]> {
  const images: YoloImage[] = [];
  const listing = await tree.listing(parts);
  if (listing === null) return images;
  const onPassedOver = (relative: string): void =>
    options.report.add({
      code: 'link_passed_over',
      severity: 'refused',
      message: 'Links and special files are not followed.',
      item: relative,
    });
  const prefix = parts.length;
  for await (const file of walkFolder(tree, { accept: isImageName, signal: options.signal, from: parts, onPassedOver })) {
    if (file.parts.length <= prefix) continue;
    images.push({ found: { kind: 'found', path: file.path, how: 'as_said' }, parts: file.parts, tree, split });
    if (images.length % 1_000 === 0) options.onProgress(images.length, 'images', null);
  }
  return images;
}

async function imagesOfList(
  tree: FolderTree,
  list: readonly string[],
  context: { readonly split: string | null; readonly given: FolderTree | null; readonly options: OpenSourceOptions },
): Promise<YoloImage[]> {
  const { options, split } = context;
  const entry = await tree.entry(list);
  if (entry?.kind !== 'file') return [];
  const lines = await usable(list.join('/'), options, async () =>
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
function onceEach(images: readonly YoloImage[], options: OpenSourceOptions): readonly YoloImage[] {
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
function namedImages(images: readonly YoloImage[]): readonly (YoloImage & { readonly name: string })[] {
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

/** Label files are read this many at a time, so that their texts never lie in memory together. */
const windowSize = 2_048;

async function readAllLabels(
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

function categoriesOf(
  names: readonly (string | null)[],
  options: OpenSourceOptions,
): { readonly categories: readonly LabelCategory[]; readonly indices: readonly number[] } {
  const categories: LabelCategory[] = [];
  const indices = names.map((name, number) => {
    const label = name ?? `class ${number}`;
    const same = categories.findIndex((category) => category.name === label);
    if (same >= 0) {
      options.report.add({
        code: 'category_named_twice',
        severity: 'repaired',
        message: 'Two classes have the same name; they become one.',
        item: label,
      });
      return same;
    }
    categories.push({ name: label, supercategory: null, sourceId: number });
    return categories.length - 1;
  });
  return { categories, indices };
}

/** Without a list of names the classes are called by their numbers: one more pass to find the highest. */
async function numberedNames(images: readonly YoloImage[], options: OpenSourceOptions): Promise<readonly string[]> {
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

/** A file without which nothing can be read. Error: refused_input. */
async function usable<T>(file: string, options: OpenSourceOptions, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    options.report.add({ code: error.code, severity: 'refused', message: error.message, item: file });
    throw new AppError('refused_input', `The file ${file} was not read. ${error.message}`, {
      reason: error.code,
      report: options.report.entries(),
    });
  }
}
