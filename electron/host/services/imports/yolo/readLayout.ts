import path from 'node:path';
import { splitOfName } from '../../../../../shared/formats/sequenceOfPath.ts';
import { readNames, readObjData } from '../../../../../shared/formats/yolo/readDarknet.ts';
import { readDataYaml, type DataYaml } from '../../../../../shared/formats/yolo/readDataYaml.ts';
import { openRoot } from '../../gates/paths.ts';
import { parseYaml, yamlLimits } from '../../gates/yamlGate.ts';
import { FolderTree } from '../folderTree.ts';
import type { OpenSourceOptions } from '../labelSource.ts';
import { readSmallFile } from '../readFile.ts';
import { readNeeded } from '../readNeeded.ts';
import { imagesBelow, imagesOfList, onceEach, type YoloImage } from './images.ts';
import { locate } from './locate.ts';

const maxNamesBytes = 4 * 1_048_576;

/** What a YOLO dataset consists of, whichever way it says so. */
export interface YoloLayout {
  readonly tree: FolderTree;
  readonly names: readonly (string | null)[] | null;
  readonly images: readonly YoloImage[];
}

/** Null where nothing here says that it is one. */
export async function readLayout(tree: FolderTree, file: string | null, options: OpenSourceOptions): Promise<YoloLayout | null> {
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
  const yaml = await readNeeded(file, options, async () =>
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
  const data = await readNeeded(file, options, async () =>
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
