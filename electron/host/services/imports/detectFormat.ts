import path from 'node:path';
import type { ImportFormat } from '../../../../shared/contract/imports.ts';
import { isImageName } from '../../../../shared/formats/images/imageHeader.ts';
import { FolderTree, walkFolder } from './folderTree.ts';
import { isVideoName } from './openVideo.ts';
import { cocoKindOf } from './openCoco.ts';
import { isCvatFile } from './openCvat.ts';
import { openPlace } from './openPlace.ts';
import { readSmallFile } from './readFile.ts';

export interface FormatCandidate {
  readonly format: ImportFormat;
  /** 0 to 1. */
  readonly confidence: number;
  readonly why: string;
}

/** What was seen of a folder, looked at a few thousand files deep: enough to tell formats apart, and quick on any folder. */
interface Survey {
  readonly images: number;
  readonly texts: number;
  readonly labelTexts: number;
  readonly vocFiles: number;
  readonly cocoFiles: readonly string[];
  readonly dataYaml: string | null;
  readonly objData: string | null;
  readonly names: string | null;
  readonly labelFolder: boolean;
  readonly motFile: string | null;
  readonly cvatFile: string | null;
}

const maxSurveyed = 5_000;
const maxOpened = 8;

/** The formats that recognise a path, the best first, each with its reason. Empty where nothing does. Error: not_found. */
export async function detectFormat(from: string): Promise<readonly FormatCandidate[]> {
  const place = await openPlace(from);
  const found =
    place.file === null ? judgeFolder(await survey(new FolderTree(place.root))) : await judgeFile(path.join(place.root.real, place.file));
  return [...found].sort((a, b) => b.confidence - a.confidence);
}

async function judgeFile(real: string): Promise<readonly FormatCandidate[]> {
  const name = path.basename(real);
  if (/\.json$/i.test(name)) {
    const kind = await cocoKindOf(real);
    if (kind === 'labels') return [{ format: 'coco', confidence: 1, why: 'a JSON file with images, annotations and categories' }];
    if (kind === 'results') return [{ format: 'coco', confidence: 0.95, why: 'a JSON list of detections with image_id and bbox' }];
    return [];
  }
  if (/\.ya?ml$/i.test(name)) return [{ format: 'yolo', confidence: 0.9, why: 'a YAML file, which YOLO datasets are described by' }];
  if (/\.data$/i.test(name)) return [{ format: 'yolo', confidence: 0.9, why: 'a .data file of darknet' }];
  if (/\.xml$/i.test(name))
    return (await isCvatFile(real))
      ? [{ format: 'cvat', confidence: 1, why: 'an XML file of CVAT' }]
      : [{ format: 'voc', confidence: 0.8, why: 'an XML file' }];
  if (/\.txt$/i.test(name) && (await looksLikeMot(real))) return [{ format: 'mot', confidence: 0.9, why: 'a text file of MOT' }];
  if (isVideoName(name)) return [{ format: 'video', confidence: 1, why: 'a video' }];
  return isImageName(name) ? [{ format: 'images', confidence: 1, why: 'an image file' }] : [];
}

async function survey(tree: FolderTree): Promise<Survey> {
  let images = 0;
  let texts = 0;
  let labelTexts = 0;
  let vocFiles = 0;
  let opened = 0;
  let seen = 0;
  const cocoFiles: string[] = [];
  let dataYaml: string | null = null;
  let objData: string | null = null;
  let names: string | null = null;
  let labelFolder = false;
  let motFile: string | null = null;
  let cvatFile: string | null = null;
  let xmlOpened = 0;
  for await (const file of walkFolder(tree, { accept: () => true, maxDepth: 4 })) {
    if (++seen > maxSurveyed) break;
    const name = (file.parts[file.parts.length - 1] as string).toLowerCase();
    const relative = file.parts.join('/');
    if (isImageName(name)) images++;
    else if (name.endsWith('.json')) {
      if (opened < maxOpened) {
        opened++;
        if ((await cocoKindOf(file.path)) === 'labels') cocoFiles.push(relative);
      }
    } else if (/\.ya?ml$/.test(name) && file.parts.length === 1) dataYaml ??= relative;
    else if (name.endsWith('.data') && file.parts.length === 1) objData ??= relative;
    else if (name === 'obj.names' || name === 'classes.txt') names ??= relative;
    else if (name.endsWith('.xml')) {
      if (cvatFile === null && xmlOpened++ < maxOpened && (await isCvatFile(file.path))) cvatFile = relative;
      else vocFiles++;
    } else if ((name === 'gt.txt' || name === 'det.txt') && (await looksLikeMot(file.path))) motFile ??= relative;
    else if (name === 'seqinfo.ini') motFile ??= relative;
    else if (name.endsWith('.txt')) {
      texts++;
      if (file.parts.slice(0, -1).some((part) => part.toLowerCase() === 'labels')) labelFolder = true;
      if (texts <= maxOpened && (await looksLikeLabels(file.path))) labelTexts++;
    }
  }
  return { images, texts, labelTexts, vocFiles, cocoFiles, dataYaml, objData, names, labelFolder, motFile, cvatFile };
}

/** `frame,id,left,top,width,height,…` */
async function looksLikeMot(real: string): Promise<boolean> {
  const bytes = await readSmallFile(real, 512 * 1_048_576).catch(() => null);
  const line = bytes?.subarray(0, 1_024).toString('latin1').split('\n', 1)[0]?.trim() ?? '';
  return /^\d+\s*,\s*-?\d+(\.0+)?(\s*,\s*[+-]?[\d.]+(e[+-]?\d+)?){4,}$/i.test(line);
}

async function looksLikeLabels(real: string): Promise<boolean> {
  const bytes = await readSmallFile(real, 1_048_576).catch(() => null);
  const line = bytes?.toString('utf8').split('\n', 1)[0]?.trim() ?? '';
  return /^\d+(\s+[+-]?[\d.]+(e[+-]?\d+)?){4,}$/i.test(line);
}

function judgeFolder(seen: Survey): readonly FormatCandidate[] {
  const found: FormatCandidate[] = [];
  const [firstCoco] = seen.cocoFiles;
  if (firstCoco !== undefined) found.push({ format: 'coco', confidence: 0.95, why: `${firstCoco} holds COCO annotations` });
  if (seen.cvatFile !== null) found.push({ format: 'cvat', confidence: 0.95, why: `${seen.cvatFile} is of CVAT` });
  if (seen.motFile !== null) found.push({ format: 'mot', confidence: 0.95, why: `${seen.motFile} is of MOT` });
  if (seen.dataYaml !== null && (seen.texts > 0 || seen.images > 0))
    found.push({ format: 'yolo', confidence: 0.9, why: `${seen.dataYaml} describes a YOLO dataset` });
  else if (seen.objData !== null) found.push({ format: 'yolo', confidence: 0.9, why: `${seen.objData} describes a darknet dataset` });
  else if (seen.labelTexts > 0)
    found.push({
      format: 'yolo',
      confidence: seen.labelFolder || seen.names !== null ? 0.8 : 0.6,
      why: 'text files with a class and four numbers a line beside images',
    });
  if (seen.vocFiles > 0)
    found.push({ format: 'voc', confidence: seen.images > 0 ? 0.85 : 0.7, why: `${seen.vocFiles} XML files, as Pascal VOC has` });
  if (seen.images > 0) found.push({ format: 'images', confidence: found.length > 0 ? 0.2 : 0.9, why: `${seen.images} images` });
  return found;
}
