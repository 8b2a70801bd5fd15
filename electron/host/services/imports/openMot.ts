import path from 'node:path';
import { flagBits } from '../../../../shared/domain/annotation.ts';
import { AppError } from '../../../../shared/errors.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { BoxTable, type BoxExtra, type LabelCategory, type LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { motCategory, readMotRows, readSequenceInfo, type MotRow, type SequenceInfo } from '../../../../shared/formats/mot/readMot.ts';
import { splitOfName } from '../../../../shared/formats/sequenceOfPath.ts';
import { openRoot } from '../gates/paths.ts';
import { FolderTree, walkFolder } from './folderTree.ts';
import type { ExistingSequence, LabelPart, LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { readSmallFile } from './readFile.ts';
import { imagesInFolder, imagesOfDataset, type NumberedImage } from './sequenceImages.ts';

/** `gt.txt` of an hour at 30 frames a second with 50 objects has 200 MB. */
const maxTextBytes = 512 * 1_048_576;
const maxSequences = 1_000;

/** One recording: its folder below the root, and its annotations or detections. */
export interface MotSequence {
  readonly folder: readonly string[];
  readonly file: { readonly path: string; readonly item: string };
  readonly kind: 'gt' | 'det';
  readonly info: SequenceInfo;
  readonly labels: readonly string[] | null;
  readonly name: string;
}

/** Recordings at a path: `<recording>/gt/gt.txt` (else `det/det.txt`), or one text file of either kind. */
export async function findMotSequences(
  from: string,
  kind: 'gt' | 'det' | 'any',
  signal: AbortSignal,
): Promise<{ readonly tree: FolderTree; readonly sequences: readonly MotSequence[] }> {
  const place = await openPlace(from);
  if (place.file !== null) return singleFile(path.join(place.root.real, place.file));
  const tree = new FolderTree(place.root);
  const found = new Map<string, { readonly folder: readonly string[]; readonly path: string; readonly kind: 'gt' | 'det' }>();
  for await (const file of walkFolder(tree, { accept: (name) => /^(gt|det)\.txt$/i.test(name), signal, maxDepth: 5 })) {
    const name = (file.parts[file.parts.length - 1] as string).toLowerCase().slice(0, -4) as 'gt' | 'det';
    if (file.parts[file.parts.length - 2]?.toLowerCase() !== name && file.parts.length > 1) continue;
    const folder = file.parts.slice(0, -2);
    const key = folder.join('/');
    if ((kind === 'any' || kind === name) && (name === 'gt' || !found.has(key))) found.set(key, { folder, path: file.path, kind: name });
    if (found.size >= maxSequences) break;
  }
  const sequences: MotSequence[] = [];
  for (const { folder, path: real, kind: of } of found.values()) sequences.push(await describe(tree, folder, { real, kind: of }));
  return { tree, sequences };
}

/** `…/<recording>/gt/gt.txt` has its images two folders above; any other text file beside it. */
async function singleFile(real: string): Promise<{ readonly tree: FolderTree; readonly sequences: readonly MotSequence[] }> {
  const folderName = path.basename(path.dirname(real)).toLowerCase();
  const isInFolder = folderName === 'gt' || folderName === 'det';
  const tree = new FolderTree(await openRoot(path.dirname(isInFolder ? path.dirname(real) : real)));
  const kind = folderName === 'det' || /^det([^a-z]|$)/i.test(path.basename(real)) ? 'det' : 'gt';
  const described = await describe(tree, [], { real, kind });
  // A file that lies loose is called what it is called.
  return {
    tree,
    sequences: [isInFolder ? described : { ...described, name: described.info.name ?? path.basename(real, path.extname(real)) }],
  };
}

async function describe(
  tree: FolderTree,
  folder: readonly string[],
  file: { readonly real: string; readonly kind: 'gt' | 'det' },
): Promise<MotSequence> {
  const text = async (parts: readonly string[]): Promise<string | null> => {
    const entry = await tree.entry([...folder, ...parts]);
    return entry?.kind === 'file' ? (await readSmallFile(entry.path, 1_048_576)).toString('utf8') : null;
  };
  const info = readSequenceInfo(await text(['seqinfo.ini']));
  const labels = (await text(['gt', 'labels.txt'])) ?? (await text(['labels.txt']));
  return {
    folder,
    file: { path: file.real, item: [...folder, file.kind, path.basename(file.real)].join('/') },
    kind: file.kind,
    info,
    labels:
      labels === null
        ? null
        : labels
            .split('\n')
            .map((line) => line.replace(/\r$/, ''))
            .filter((line, i, all) => line !== '' || i < all.length - 1),
    name: (info.name ?? folder[folder.length - 1] ?? path.basename(tree.root.real)).slice(0, 256),
  };
}

export async function motRowsOf(sequence: MotSequence, options: Pick<OpenSourceOptions, 'report'>): Promise<readonly MotRow[]> {
  const text = (await readSmallFile(sequence.file.path, maxTextBytes)).toString('utf8');
  return [...readMotRows(text, sequence.file.item, options.report)];
}

/** MOTChallenge: recordings with `gt/gt.txt`, images in `img1/`, in the folder that was named, or in the dataset already. */
export async function openMot(options: OpenSourceOptions): Promise<LabelSource> {
  const { tree, sequences } = await findMotSequences(options.from, 'gt', options.signal);
  const parts: LabelPart[] = [];
  for (const sequence of sequences) {
    try {
      parts.push(await openSequence(sequence, tree, { ...options, isOnly: sequences.length === 1 }));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      options.report.add({ code: error.code, severity: 'refused', message: error.message, item: sequence.file.item });
    }
  }
  if (parts.length === 0) {
    const report = options.report.entries();
    if (report.length > 0)
      throw new AppError('refused_input', `No annotation could be read. ${report[0]?.message ?? ''}`, { reason: report[0]?.code, report });
    throw new AppError('unknown_format', 'No annotation of MOT (gt/gt.txt) was found here.', { path: options.from });
  }
  return { format: 'mot', parts, numbered: true };
}

async function openSequence(
  sequence: MotSequence,
  tree: FolderTree,
  options: OpenSourceOptions & { readonly isOnly: boolean },
): Promise<LabelPart> {
  const images = await sequenceImages(sequence, tree, options);
  if (images.length === 0)
    throw new FormatError(
      'images_missing',
      'The images of a recording were not found. Import the video first, or say where its images are.',
    );
  const rows = await motRowsOf(sequence, options);
  const categories: LabelCategory[] = (sequence.labels ?? []).map((name) => ({ name, supercategory: null, sourceId: null }));
  const categoryOf = new Map(categories.map(({ name }, i) => [name, i]));
  const placeOf = new Map(motNumbers(images).map((number, i) => [number, i]));
  const boxes = new BoxTable('px');
  for (const row of rows) {
    const frame = placeOf.get(row.frame);
    if (frame === undefined) {
      options.report.add({
        code: 'frame_missing',
        severity: 'refused',
        message: 'Boxes of frames that are not there are left out.',
        item: sequence.file.item,
      });
      continue;
    }
    const name = motCategory(row.category, sequence.labels);
    let category = categoryOf.get(name);
    if (category === undefined) {
      category = categories.length;
      categoryOf.set(name, category);
      categories.push({ name, supercategory: null, sourceId: null });
    }
    boxes.push({ frame, category, values: row.bbox, ...marksOf(row) });
  }
  const there = await placesThere(sequence.name, images.length, options);
  const frames = images.map((image, i): LabelFrame => ({
    path: image.name,
    name: there?.[i]?.name ?? (image.name.includes('/') ? image.name : `${sequence.name}/${image.name}`),
    sourceId: null,
    declared: null,
    split: splitOfName(sequence.folder.slice(0, -1).join('/')),
    sequence: sequence.name,
    index: there?.[i]?.index ?? i,
    time: sequence.info.frameRate === null ? null : i / sequence.info.frameRate,
    labeled: true,
  }));
  return { labels: { frames, categories, boxes }, find: (index) => (images[index] as NumberedImage).find() };
}

/**
 * The frames of a recording that the dataset has as many of: MOT counts from 1 whatever their numbers were (every n-th of a
 * video), so that place by place they are the same.
 */
async function placesThere(name: string, count: number, options: OpenSourceOptions): Promise<ExistingSequence['frames'] | null> {
  const known = await options.existing?.sequence([name]);
  return known?.name === name && known.frames.length === count ? known.frames : null;
}

/** Confidence 0 means: leave out when counting. Visibility 0 is occluded; a share between 0 and 1 is kept as an attribute. */
function marksOf(row: MotRow): { readonly flags: number; readonly extra?: BoxExtra } {
  const flags = flagBits([
    ...(row.visibility === 0 ? (['occluded'] as const) : []),
    ...(row.confidence === 0 ? (['ignore'] as const) : []),
  ]);
  const extra: BoxExtra = {
    ...(row.id === null ? {} : { track: row.id }),
    ...(row.visibility !== null && row.visibility > 0 && row.visibility < 1 ? { attributes: { visibility: row.visibility } } : {}),
  };
  return { flags, ...(Object.keys(extra).length > 0 ? { extra } : {}) };
}

export async function sequenceImages(
  sequence: MotSequence,
  tree: FolderTree,
  options: Pick<OpenSourceOptions, 'images' | 'signal' | 'existing'> & { readonly isOnly: boolean },
): Promise<readonly NumberedImage[]> {
  if (options.images !== undefined) {
    const images = new FolderTree(await openRoot(options.images));
    const own = await imagesInFolder(images, [sequence.name], options.signal);
    return own.length > 0 || !options.isOnly ? own : imagesInFolder(images, [], options.signal);
  }
  for (const folder of [sequence.info.imageFolder, 'img1', 'images']) {
    // The name comes from seqinfo.ini: a single folder, nothing that leads elsewhere.
    if (!/^[^/\\]+$/.test(folder) || folder === '..' || folder === '.') continue;
    const images = await imagesInFolder(tree, [...sequence.folder, folder], options.signal);
    if (images.length > 0) return images;
  }
  const known = await options.existing?.sequence([sequence.name]);
  return known == null ? [] : imagesOfDataset(known);
}

/** MOT numbers frames from 1. Images that are numbered from 0 are the frame before. */
export function motNumbers(images: readonly NumberedImage[]): readonly number[] {
  const shift = images[0]?.number === 0 ? 1 : 0;
  return images.map(({ number }) => number + shift);
}
