import path from 'node:path';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import { readCoco } from '../../../../shared/formats/coco/readCoco.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { sequenceOfPath, splitOfName } from '../../../../shared/formats/sequenceOfPath.ts';
import type { LabelFrame } from '../../../../shared/formats/labelSet.ts';
import { openReal, openRoot, type OpenedFile } from '../gates/paths.ts';
import { FolderTree, walkFolder } from './folderTree.ts';
import { ImageFinder, type ImagePlace } from './imageFinder.ts';
import type { LabelPart, LabelSource, OpenSourceOptions } from './labelSource.ts';
import { openPlace } from './openPlace.ts';
import { chunksOf } from './readFile.ts';

/** One annotation file: its folder below the root, and its name. */
export interface CocoFile {
  readonly path: string;
  readonly folder: readonly string[];
  readonly name: string;
}

/** What the first bytes of a JSON file say it is. */
type CocoKind = 'labels' | 'results' | null;

const sniffBytes = 262_144;

/** A COCO annotation file, or a folder with some: COCO's own layout, Roboflow's, or the file beside its images. */
export async function openCoco(options: OpenSourceOptions): Promise<LabelSource> {
  const { tree, files } = await findCocoFiles(options.from);
  if (files.length === 0) throw new AppError('unknown_format', 'No COCO annotation file was found here.', { path: options.from });
  const parts: LabelPart[] = [];
  let refusal: FormatError | null = null;
  for (const file of files) {
    try {
      parts.push(await openFile(file, { tree, hasOthers: files.length > 1, options }));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      refusal ??= error;
      options.report.add({ code: error.code, severity: 'refused', message: error.message, item: file.name });
    }
  }
  if (parts.length === 0 && refusal !== null)
    throw new AppError('refused_input', `The annotation file was not read. ${refusal.message}`, {
      reason: refusal.code,
      report: options.report.entries(),
    });
  return { format: 'coco', parts, numbered: true };
}

async function openFile(
  file: CocoFile,
  context: { readonly tree: FolderTree; readonly hasOthers: boolean; readonly options: OpenSourceOptions },
): Promise<LabelPart> {
  const { options, tree } = context;
  const split = await splitOf(file, tree);
  const opened = await openCocoFile(file);
  let labels;
  try {
    labels = await readCoco(chunksOf(opened, options.signal), {
      file: file.name,
      split,
      report: options.report,
      onProgress: (bytes) => options.onProgress(bytes, 'bytes', opened.bytes),
    });
  } finally {
    await opened.handle.close();
  }
  const finder = new ImageFinder(await imagePlaces(file, { tree, split, images: options.images }), { mayGuess: true });
  const frames = labels.frames.map(namedAsPath);
  return { labels: { ...labels, frames }, find: (index) => finder.find((frames[index] as LabelFrame).path) };
}

/** Names with `/` between parts, and the sequence by folder where the file names none. */
function namedAsPath(frame: LabelFrame): LabelFrame {
  const name = frame.name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
    .normalize('NFC');
  return { ...frame, name, sequence: frame.sequence ?? sequenceOfPath(name) };
}

export async function openCocoFile(file: CocoFile): Promise<OpenedFile> {
  try {
    return await openReal(file.path);
  } catch (error) {
    if (isAppError(error)) throw new FormatError('file_unreadable', error.message, { cause: error });
    throw error;
  }
}

/** Annotation files at a path; among several kinds of COCO tasks the instances are taken, because only they have boxes. */
export async function findCocoFiles(from: string): Promise<{ readonly tree: FolderTree; readonly files: readonly CocoFile[] }> {
  const place = await openPlace(from);
  if (place.file !== null) {
    // `annotations/x.json` has its images beside its folder, so the tree begins one level higher.
    const folderName = path.basename(place.root.real);
    const isInAnnotations = /^(annotations?|labels?|anns?)$/i.test(folderName);
    const root = isInAnnotations ? await openRoot(path.dirname(place.root.real)) : place.root;
    const folder = isInAnnotations ? [folderName] : [];
    return { tree: new FolderTree(root), files: [{ path: path.join(place.root.real, place.file), folder, name: place.file }] };
  }
  const tree = new FolderTree(place.root);
  const found: CocoFile[] = [];
  for await (const file of walkFolder(tree, { accept: (name) => /\.json$/i.test(name), maxDepth: 3 })) {
    if (found.length >= 1_000) break;
    if ((await cocoKindOf(file.path)) === 'labels')
      found.push({ path: file.path, folder: file.parts.slice(0, -1), name: file.parts[file.parts.length - 1] as string });
  }
  const instances = found.filter((file) => /^instances/i.test(file.name));
  const others = found.filter((file) => !/^(captions|person_keypoints|panoptic|stuff|image_info)/i.test(file.name));
  return { tree, files: instances.length > 0 ? instances : others.length > 0 ? others : found };
}

/** Looks at the first bytes: an object with COCO's keys, or an array of detections. */
export async function cocoKindOf(real: string): Promise<CocoKind> {
  let text: string;
  try {
    const file = await openReal(real);
    try {
      const buffer = Buffer.alloc(Math.min(sniffBytes, file.bytes));
      await file.handle.read(buffer, 0, buffer.length, 0);
      text = buffer
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .trimStart();
    } finally {
      await file.handle.close();
    }
  } catch {
    return null;
  }
  if (text.startsWith('[')) return /^\[\s*(\]|\{[^}]*"image_id"\s*:)/.test(text) ? 'results' : null;
  if (!text.startsWith('{')) return null;
  return /"(images|annotations|categories)"\s*:\s*\[/.test(text) ? 'labels' : null;
}

/** In our own exports the name behind `instances_` is the split, whatever it is called. */
async function splitOf(file: CocoFile, tree: FolderTree): Promise<string | null> {
  const suffix = suffixOf(file);
  if (suffix !== null && (await tree.entry(['hardcase-export.json']))?.kind === 'file') return suffix === 'unassigned' ? null : suffix;
  const fromName = splitOfName(file.name.replace(/\.json$/i, ''));
  if (fromName !== null) return fromName;
  return splitOfName(path.basename(path.dirname(file.path)));
}

function suffixOf(file: CocoFile): string | null {
  return /^[a-z]+_(.+)\.json$/i.exec(file.name)?.[1] ?? null;
}

async function imagePlaces(
  file: CocoFile,
  context: { readonly tree: FolderTree; readonly split: string | null; readonly images: string | undefined },
): Promise<readonly ImagePlace[]> {
  const { tree, split, images } = context;
  // `instances_train2017.json` belongs to `train2017/`.
  const suffix = suffixOf(file);
  const subfolders = [...new Set([suffix, split, split === 'val' ? 'valid' : null])].filter((name): name is string => name !== null);
  const wanted: ImagePlace[] = [];
  if (images !== undefined) {
    const given = new FolderTree(await openRoot(images));
    wanted.push({ tree: given, below: [] }, ...subfolders.map((name) => ({ tree: given, below: [name] })));
  }
  const bases = [file.folder, ...(file.folder.length > 0 ? [file.folder.slice(0, -1)] : [])];
  for (const base of bases) {
    for (const name of subfolders) wanted.push({ tree, below: [...base, 'images', name] }, { tree, below: [...base, name] });
    for (const name of ['images', 'data', 'JPEGImages']) wanted.push({ tree, below: [...base, name] });
    wanted.push({ tree, below: base });
  }
  const there: ImagePlace[] = [];
  for (const place of wanted) if ((await place.tree.listing(place.below)) !== null) there.push(place);
  return there;
}
