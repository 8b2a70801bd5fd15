import path from 'node:path';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { ImportFormat, ImportReport } from '../../../../shared/contract/imports.ts';
import { AppError } from '../../../../shared/errors.ts';
import { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import type { MediaLocation } from '../../../db/types.ts';
import type { ProcessSpawner } from '../../ports.ts';
import type { LinkRoots } from '../media/linkRoots.ts';
import type { OpenDataset } from '../openDataset.ts';
import { boxCount } from './boxCodes.ts';
import { readsOf } from './datasetReads.ts';
import { detectFormat } from './detectFormat.ts';
import { type Cover, FrameImporter } from './frameImporter.ts';
import { importResults } from './importResults.ts';
import { planImport } from './importPlan.ts';
import { requireImportRoom } from './importRoom.ts';
import type { LabelSource, OpenSourceOptions } from './labelSource.ts';
import { cocoKindOf, openCoco } from './openCoco.ts';
import { existingFrames } from './existingFrames.ts';
import { importDetections } from './importDetections.ts';
import { openCvat } from './openCvat.ts';
import { openImages } from './openImages.ts';
import { findMotSequences, openMot } from './openMot.ts';
import { openPlace } from './openPlace.ts';
import { openVideo } from './openVideo.ts';
import { openVoc } from './openVoc.ts';
import { openYolo } from './openYolo.ts';
import { PackStager } from './packStager.ts';
import { createCopyPlacer, createLinkPlacer } from './placeMedia.ts';
import type { ResultsContext } from './storeResults.ts';
import { createProgress } from './throttledProgress.ts';

export interface ImportRequest {
  readonly format: ImportFormat | 'auto';
  readonly from: string;
  readonly images?: string | undefined;
  readonly source?: string | undefined;
  readonly media?: 'copy' | 'link' | undefined;
  readonly groundTruth?: string | undefined;
  readonly every?: number | undefined;
  readonly perSecond?: number | undefined;
}

export interface ImportContext {
  /** Null for one that is not made yet: then it is a dry run. */
  readonly dataset: OpenDataset | null;
  readonly linkRoots: LinkRoots;
  /** Absolute path of an image of the dataset, for labels that come without theirs. */
  readonly pathOf?: (location: MediaLocation) => Promise<string>;
  /** Starts a process of the program, for videos. */
  readonly spawner?: ProcessSpawner;
  readonly author: string;
  readonly signal: AbortSignal;
  readonly progress: (value: Progress) => void;
  /** Reads and reports; writes nothing. */
  readonly dryRun: boolean;
}

const openers: { readonly [F in ImportFormat]: (options: OpenSourceOptions) => Promise<LabelSource> } = {
  images: openImages,
  video: openVideo,
  coco: openCoco,
  yolo: openYolo,
  voc: openVoc,
  cvat: openCvat,
  mot: openMot,
};

/** Frames that are looked at together: enough for all workers, few enough to stop at once. */
const windowFrames = 256;

/**
 * Reads a path in its format, checks everything against the images, and writes what is new as one import. Cancelled, what
 * was whole by then is kept and reported; importing again goes on from there. Errors: unknown_format, not_found,
 * refused_path, refused_input (with the report), read_only, disk_full.
 */
export async function runImport(request: ImportRequest, context: ImportContext): Promise<ImportReport> {
  const started = performance.now();
  const { dataset, dryRun } = context;
  if (dataset?.readOnly === true && !dryRun) throw new AppError('read_only', 'This dataset is open for reading only.');
  const report = new ReportCollector();
  const progress = createProgress(context.progress);
  progress.now({ phase: 'Reading labels', done: 0, total: null, unit: 'files' });
  const format = request.format === 'auto' ? await detected(request.from) : request.format;
  const existing = context.pathOf === undefined || dataset === null ? undefined : existingFrames(dataset, context.pathOf);
  const detections =
    format === 'coco' && (await isResults(request.from))
      ? importResults
      : format === 'mot' && (await isDetections(request, context.signal))
        ? importDetections
        : null;
  if (detections !== null) {
    if (dataset === null)
      throw new AppError('invalid_request', 'Detections belong to frames, and a new dataset has none. Import the images first.');
    return detections(request, { ...context, dataset, report, reporter: progress, started, existing });
  }
  if (request.source !== undefined && request.source !== 'gt')
    throw new AppError('invalid_request', 'Only detections (COCO results, MOT det.txt) can become a run; labels are imported as gt.');
  const source = await openers[format]({
    from: request.from,
    images: request.images,
    report,
    signal: context.signal,
    existing,
    video: videoOptions(request, context),
    onProgress: (done, unit, total) => progress.soon({ phase: 'Reading labels', done, total, unit }),
  }).catch((error: unknown) => {
    if (!context.signal.aborted) throw error;
    return null;
  });
  if (source === null) return stoppedEarly(format, report, started);
  try {
    return await bringIn(source, request, { ...context, report, reporter: progress, started });
  } finally {
    await source.close?.();
  }
}

type BringContext = ImportContext & Pick<ResultsContext, 'report' | 'reporter' | 'started'>;

async function bringIn(source: LabelSource, request: ImportRequest, context: BringContext): Promise<ImportReport> {
  const { dataset, dryRun, report, reporter: progress, started } = context;
  const { format } = source;
  const plan = planImport(source, report);
  const before = source.unchanged ?? 0;
  if (plan.frames.length === 0 && before === 0)
    throw new AppError('not_found', 'No images were found here.', { path: request.from, report: report.entries() });
  const target = dryRun ? null : dataset;
  if (target !== null && source.once !== true) await requireImportRoom(target.folder, plan.frames, request.media !== 'link');
  const base = (await openPlace(request.images ?? request.from)).root.real;
  const into =
    target === null
      ? null
      : {
          placer: request.media === 'link' ? createLinkPlacer(target, context.linkRoots, base) : createCopyPlacer(target.folder),
          stager: new PackStager(target, { format, name: path.basename(request.from), categories: plan.categories }),
        };
  const importer = new FrameImporter({ reads: readsOf(dataset), plan, source, report, into, signal: context.signal });
  let done = 0;
  let isCancelled = false;
  try {
    for (let at = 0; at < plan.frames.length; at += windowFrames) {
      await importer.take(plan.frames.slice(at, at + windowFrames), () =>
        progress.soon({ phase: 'Reading images', done: ++done, total: plan.frames.length, unit: 'images', failed: importer.counts.failed }),
      );
    }
  } catch (error) {
    if (!context.signal.aborted) {
      // What was staged is dropped at the next opening anyway, and the first error is the one that tells.
      await into?.stager.abort().catch(() => undefined);
      throw error;
    }
    isCancelled = true;
  }
  await into?.stager.finish(context.author, (chunks, total) => progress.soon({ phase: 'Writing', done: chunks, total, unit: 'parts' }));
  if (target !== null) await coverFrames(target, context.author, importer.covers);
  const entries = report.entries();
  const { added, unchanged, failed } = importer.counts;
  // Of a folder, the report tells of each file; a video is one thing, and nothing of it came in.
  if (target !== null && format === 'video' && !isCancelled && failed > 0 && before + added + unchanged === 0) {
    const { message = '' } = entries.find(({ severity }) => severity === 'refused') ?? {};
    throw new AppError('refused_input', `None of the ${failed} frames of the video could be read. ${message}`, { report: entries });
  }
  return {
    format,
    frames: { added, unchanged: before + unchanged, failed },
    annotations: { added: importer.counts.boxes, repaired: boxCount(entries, 'repaired'), refused: boxCount(entries, 'refused') },
    categories: plan.categories.map((category) => category.name),
    report: entries,
    ms: Math.round(performance.now() - started),
    ...(isCancelled ? { cancelled: true } : {}),
  };
}

async function coverFrames({ db }: OpenDataset, author: string, covers: readonly Cover[]): Promise<void> {
  for (let at = 0; at < covers.length; at += 5_000) await db.write('imports.cover', { author, frames: covers.slice(at, at + 5_000) });
}

/** MOT's detections: asked for by the name of a run, or all that is there. */
async function isDetections(request: ImportRequest, signal: AbortSignal): Promise<boolean> {
  if (request.source !== undefined && request.source !== 'gt') return true;
  const { sequences } = await findMotSequences(request.from, 'any', signal);
  return request.source === undefined && sequences.length > 0 && sequences.every(({ kind }) => kind === 'det');
}

function videoOptions(request: ImportRequest, { dataset, spawner }: ImportContext): OpenSourceOptions['video'] {
  if (spawner === undefined) return undefined;
  const reads = readsOf(dataset);
  return {
    spawn: () => spawner.spawn('video/process'),
    selection: { every: request.every, perSecond: request.perSecond },
    async known(name, sha256) {
      // Another video of the same name is another recording.
      for (let n = 1; ; n++) {
        const sequence = n === 1 ? name : `${name} (${n})`;
        const there = await reads.read('tracks.videoFrames', { sequence });
        if (there.length === 0) {
          // The same video under another name is the recording that it is already.
          const renamed = await reads.read('tracks.sequenceOfVideo', { video: sha256 });
          if (renamed === null) return { sequence, frames: new Set() };
          const frames = (await reads.read('tracks.videoFrames', { sequence: renamed })).find(({ video }) => video === sha256)?.frames;
          return { sequence: renamed, frames: new Set(frames) };
        }
        const own = there.find(({ video }) => video === sha256);
        if (own !== undefined) return { sequence, frames: new Set(own.frames) };
      }
    },
  };
}

/** Cancelled before any image was looked at: the dataset is as it was. */
function stoppedEarly(format: ImportFormat, report: ReportCollector, started: number): ImportReport {
  return {
    format,
    frames: { added: 0, unchanged: 0, failed: 0 },
    annotations: { added: 0, repaired: 0, refused: 0 },
    categories: [],
    report: report.entries(),
    ms: Math.round(performance.now() - started),
    cancelled: true,
  };
}

async function detected(from: string): Promise<ImportFormat> {
  const [best] = await detectFormat(from);
  if (best === undefined)
    throw new AppError(
      'unknown_format',
      'Nothing here is recognised: no images, no video, no labels of COCO, YOLO, Pascal VOC, CVAT or MOT.',
      { path: from },
    );
  return best.format;
}

async function isResults(from: string): Promise<boolean> {
  const place = await openPlace(from);
  return place.file !== null && (await cocoKindOf(path.join(place.root.real, place.file))) === 'results';
}
