import path from 'node:path';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import { placeCvatTrack } from '../../../../shared/formats/cvat/cvatTracks.ts';
import { CvatReader, type CvatBox, type CvatLabels } from '../../../../shared/formats/cvat/readCvat.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { BoxTable, type BoxExtra, type LabelCategory, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { sequenceOfPath } from '../../../../shared/formats/sequenceOfPath.ts';
import { openReal, openRoot } from '../gates/paths.ts';
import { streamXml } from '../gates/xmlGate.ts';
import { FolderTree, walkFolder } from './folderTree.ts';
import { ImageFinder } from './imageFinder.ts';
import type { LabelPart, LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { chunksOf } from './readFile.ts';
import { imagesInFolder, imagesOfDataset, type NumberedImage } from './sequenceImages.ts';

interface XmlFile {
  /** Folders below the root. */
  readonly folder: readonly string[];
  readonly name: string;
  readonly path: string;
}

const maxFiles = 1_000;

/**
 * CVAT XML 1.1 of both dialects: a file, or a folder with some. Images lie in `images/` beside the file, beside it, in the folder
 * that was named, or, for a video, in the dataset already.
 */
export async function openCvat(options: OpenSourceOptions): Promise<LabelSource> {
  const place = await openPlace(options.from);
  const tree = new FolderTree(place.root);
  const files: XmlFile[] = [];
  const isWanted = (name: string): boolean => (place.file === null ? /\.xml$/i.test(name) : name === place.file);
  for await (const file of walkFolder(tree, { accept: isWanted, signal: options.signal, maxDepth: place.file === null ? 3 : 0 })) {
    if (place.file === null && !(await isCvatFile(file.path))) continue;
    files.push({ folder: file.parts.slice(0, -1), name: file.parts[file.parts.length - 1] as string, path: file.path });
    if (files.length >= maxFiles) break;
  }
  const parts: LabelPart[] = [];
  for (const file of files) {
    try {
      const labels = await readFile(file, options);
      parts.push(labels.isVideo ? await videoPart(file, labels, tree, options) : await imagesPart(file, labels, tree, options));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      options.report.add({ code: error.code, severity: 'refused', message: error.message, item: itemOf(file) });
    }
  }
  if (parts.length === 0) {
    const report = options.report.entries();
    if (report.length > 0)
      throw new AppError('refused_input', `No annotation could be read. ${report[0]?.message ?? ''}`, { reason: report[0]?.code, report });
    throw new AppError('unknown_format', 'No CVAT annotation was found here.', { path: options.from });
  }
  return { format: 'cvat', parts, numbered: true };
}

/** Whether the beginning of a file is that of CVAT's XML. */
export async function isCvatFile(real: string): Promise<boolean> {
  const file = await openReal(real).catch(() => null);
  if (file === null) return false;
  try {
    const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(4_096), 0, 4_096, 0);
    return /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*<annotations[\s>]/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.handle.close();
  }
}

function itemOf(file: XmlFile): string {
  return [...file.folder, file.name].join('/');
}

async function readFile(file: XmlFile, options: OpenSourceOptions): Promise<CvatLabels> {
  const reader = new CvatReader(itemOf(file), options.report);
  let opened;
  try {
    opened = await openReal(file.path);
  } catch (error) {
    if (isAppError(error)) throw new FormatError('file_unreadable', error.message, { cause: error });
    throw error;
  }
  try {
    await streamXml({ bytes: opened.bytes, chunks: withProgress(chunksOf(opened, options.signal), opened.bytes, options) }, reader);
    return reader.finish();
  } finally {
    await opened.handle.close();
  }
}

async function* withProgress(chunks: AsyncIterable<Uint8Array>, total: number, options: OpenSourceOptions): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of chunks) {
    yield chunk;
    options.onProgress((done += chunk.length), 'bytes', total);
  }
}

function categoriesOf(labels: CvatLabels): readonly LabelCategory[] {
  return labels.labels.map((name) => ({ name, supercategory: null, sourceId: null }));
}

function extraOf(box: CvatBox, more: Pick<BoxExtra, 'track' | 'interpolated'> = {}): { readonly extra?: BoxExtra } {
  const extra: BoxExtra = {
    ...more,
    ...(Object.keys(box.attributes).length > 0 ? { attributes: box.attributes } : {}),
    ...(box.angle !== 0 ? { angle: box.angle } : {}),
  };
  return Object.keys(extra).length > 0 ? { extra } : {};
}

async function imagesPart(file: XmlFile, labels: CvatLabels, tree: FolderTree, options: OpenSourceOptions): Promise<LabelPart> {
  const boxes = new BoxTable('px');
  const placeOf = new Map(labels.labels.map((name, i) => [name, i]));
  const frames = labels.images.map((image, frame): LabelFrame => {
    for (const box of image.boxes)
      boxes.push({ frame, category: placeOf.get(box.label) as number, values: box.bbox, flags: box.flags, ...extraOf(box) });
    const name = image.name
      .replaceAll('\\', '/')
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/')
      .normalize('NFC');
    return {
      path: image.name,
      name,
      sourceId: null,
      declared: image.width === null || image.height === null ? null : { width: image.width, height: image.height },
      split: splitOf(image.subset),
      sequence: sequenceOfPath(name),
      index: null,
      time: null,
      labeled: true,
    };
  });
  const images = options.images === undefined ? [] : [{ tree: new FolderTree(await openRoot(options.images)), below: [] }];
  const finder = new ImageFinder([...images, { tree, below: [...file.folder, 'images'] }, { tree, below: file.folder }], {
    mayGuess: true,
  });
  return { labels: { frames, categories: categoriesOf(labels), boxes }, find: (index) => finder.find((frames[index] as LabelFrame).path) };
}

/** CVAT's subset of a task without any is “default”. */
function splitOf(subset: string | null): string | null {
  return subset === null || subset === '' || subset.toLowerCase() === 'default' ? null : subset;
}

async function videoPart(file: XmlFile, labels: CvatLabels, tree: FolderTree, options: OpenSourceOptions): Promise<LabelPart> {
  const sequence = sequenceName(file, labels, tree);
  const images = await videoImages(file, [sequence, ...namesOf(labels)], tree, options);
  if (images.length === 0)
    throw new FormatError('images_missing', 'The images of a video were not found. Import the video first, or say where its images are.');
  const numbers = numbersFor(images, labels);
  const boxes = new BoxTable('px');
  const placeOf = new Map(labels.labels.map((name, i) => [name, i]));
  const lengths = new Map<number, number>();
  const placed = labels.tracks.map((track, i) => {
    const id = track.id ?? 1_000_000_000 + i;
    const found = placeCvatTrack(track, numbers);
    lengths.set(id, (lengths.get(id) ?? 0) + found.boxes.length);
    if (found.missing > 0)
      options.report.add(
        {
          code: 'frame_missing',
          severity: 'refused',
          message: 'Boxes of frames that are not there are left out.',
          item: `${itemOf(file)}: track ${id}`,
        },
        found.missing,
      );
    return { id, boxes: found.boxes };
  });
  for (const { id, boxes: ofTrack } of placed)
    for (const { box, at, interpolated } of ofTrack) {
      // CVAT writes a single box as a track that is seen once.
      const track = (lengths.get(id) as number) > 1 ? { track: id, ...(interpolated ? { interpolated: true as const } : {}) } : {};
      boxes.push({ frame: at, category: placeOf.get(box.label) as number, values: box.bbox, flags: box.flags, ...extraOf(box, track) });
    }
  const declared = labels.width === null || labels.height === null ? null : { width: labels.width, height: labels.height };
  const frames = images.map((image, i): LabelFrame => {
    const number = numbers[i] as number;
    return {
      path: image.name,
      name: image.name.includes('/') ? image.name : `${sequence}/${image.name}`,
      sourceId: null,
      declared,
      split: null,
      sequence,
      index: number,
      time: null,
      labeled: (labels.start === null || number >= labels.start) && (labels.stop === null || number <= labels.stop),
    };
  });
  return { labels: { frames, categories: categoriesOf(labels), boxes }, find: (index) => (images[index] as NumberedImage).find() };
}

function namesOf(labels: CvatLabels): readonly string[] {
  return [labels.source, labels.task].filter((name) => name !== null);
}

/** What the recording is called: its task, its file, or its folder. */
function sequenceName(file: XmlFile, labels: CvatLabels, tree: FolderTree): string {
  const named = labels.task ?? labels.source ?? file.folder[file.folder.length - 1] ?? path.basename(tree.root.real);
  const clean = named
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/')
    .normalize('NFC');
  return clean === '' ? 'video' : clean.slice(0, 256);
}

async function videoImages(
  file: XmlFile,
  names: readonly string[],
  tree: FolderTree,
  options: OpenSourceOptions,
): Promise<readonly NumberedImage[]> {
  if (options.images !== undefined) {
    const images = new FolderTree(await openRoot(options.images));
    return imagesInFolder(images, [], options.signal);
  }
  for (const folder of [[...file.folder, 'images'], file.folder]) {
    const images = await imagesInFolder(tree, folder, options.signal);
    if (images.length > 0) return images;
  }
  const known = await options.existing?.sequence(names);
  return known == null ? [] : imagesOfDataset(known);
}

/** Numbers that the labels use for the images: those of their names, or, where the labels name others, from the first on. */
function numbersFor(images: readonly NumberedImage[], labels: CvatLabels): readonly number[] {
  const numbers = images.map(({ number }) => number);
  const there = new Set(numbers);
  const isNamed = labels.tracks.every((track) => track.boxes.every((box) => box.outside || there.has(box.frame)));
  const start = labels.start ?? 0;
  return isNamed ? numbers : images.map((_, i) => start + i);
}
