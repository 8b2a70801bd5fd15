import type { Progress, ReportEntry } from '../../../../shared/contract/common.ts';
import type { ExportFormat, ExportResult } from '../../../../shared/contract/versions.ts';
import { AppError } from '../../../../shared/errors.ts';
import { planCoco, writeCoco } from '../../../../shared/formats/coco/writeCoco.ts';
import type { ExportEvent, ExportSource } from '../../../../shared/formats/exportSource.ts';
import { planCvat, writeCvat } from '../../../../shared/formats/cvat/writeCvat.ts';
import { planMot, writeMot } from '../../../../shared/formats/mot/writeMot.ts';
import { planYolo, writeYolo } from '../../../../shared/formats/yolo/writeYolo.ts';
import type { ManifestFrame } from '../../../../shared/versions/manifest.ts';
import type { MediaLocation } from '../../../db/queries/frames.ts';
import type { VersionRow } from '../../../db/queries/versions.ts';
import { openReal } from '../gates/paths.ts';
import { chunksOf } from '../imports/readFile.ts';
import { createProgress } from '../imports/throttledProgress.ts';
import type { OpenDataset } from '../openDataset.ts';
import { manifestPath, openVersion, versionNamed } from '../versions/versionFiles.ts';
import { ExportFolder } from './exportFolder.ts';
import { TaskPool } from './taskPool.ts';
import { exportListFile, exportManifestFile, listLines } from './exportList.ts';

export interface ExportRequest {
  readonly version: string;
  readonly format: ExportFormat;
  readonly out: string;
  readonly media?: 'copy' | 'link' | 'none' | undefined;
}

export interface ExportContext {
  readonly dataset: OpenDataset;
  /** Absolute path of a frame's image. */
  readonly pathOf: (location: MediaLocation) => Promise<string>;
  readonly signal: AbortSignal;
  readonly progress: (value: Progress) => void;
}

/** Images that are copied at once: the disk is kept busy, and the memory is not. */
const parallelImages = 4;

interface PlannedExport {
  readonly report: readonly ReportEntry[];
  readonly events: () => AsyncGenerator<ExportEvent>;
}

/** What the format cannot carry of a version. Errors: not_found, corrupt. */
export async function preflight(
  request: { readonly version: string; readonly format: ExportFormat },
  context: { readonly dataset: OpenDataset; readonly signal: AbortSignal },
): Promise<readonly ReportEntry[]> {
  const version = await versionNamed(context.dataset, request.version);
  return (await planExport(request.format, await sourceOf(context.dataset, version, context.signal))).report;
}

async function planExport(format: ExportFormat, source: ExportSource): Promise<PlannedExport> {
  if (format === 'coco') {
    const plan = await planCoco(source);
    return { report: plan.report, events: () => writeCoco(source, plan) };
  }
  if (format === 'cvat') {
    const plan = await planCvat(source);
    return { report: plan.report, events: () => writeCvat(source, plan) };
  }
  if (format === 'mot') {
    const plan = await planMot(source);
    return { report: plan.report, events: () => writeMot(source, plan) };
  }
  const plan = await planYolo(source);
  return { report: plan.report, events: () => writeYolo(source, plan) };
}

async function sourceOf(dataset: OpenDataset, version: VersionRow, signal: AbortSignal): Promise<ExportSource> {
  const first = await openVersion(dataset, version, signal);
  await first.close();
  const frames = async function* (): AsyncGenerator<ManifestFrame> {
    const { frames: all } = await openVersion(dataset, version, signal);
    for await (const frame of all) {
      signal.throwIfAborted();
      yield frame;
    }
  };
  return { sha256: version.sha256, categories: first.categories, frames };
}

/**
 * Writes a version in a format to a new folder, which appears when it is whole: labels, images (copied, linked or left out),
 * the version's manifest, and a list of every file with its hash. The same version gives the same bytes. Errors: not_found,
 * already_exists, corrupt (an image is not the one that was imported), disk_full, cancelled.
 */
export async function exportVersion(request: ExportRequest, context: ExportContext): Promise<ExportResult> {
  const { dataset, signal } = context;
  const media = request.media ?? 'copy';
  const version = await versionNamed(dataset, request.version);
  const progress = createProgress(context.progress);
  progress.now({ phase: 'Planning', done: 0, total: version.frames, unit: 'frames' });
  const source = await sourceOf(dataset, version, signal);
  const plan = await planExport(request.format, source);
  const folder = await ExportFolder.create(request.out);
  const copies = new TaskPool(parallelImages);
  try {
    let done = 0;
    const images = new ImagePaths(context);
    for await (const event of plan.events()) {
      signal.throwIfAborted();
      if (event.kind === 'text') await folder.text(event.path, event.text, event.isLast);
      else {
        const { path, frame, sha256 } = event;
        if (media !== 'none')
          await copies.add(async () => folder.image(path, await images.of(frame, sha256), { sha256, frame, link: media === 'link' }));
        progress.soon({ phase: 'Exporting', done: ++done, total: version.frames, unit: 'frames' });
      }
    }
    await copies.settled();
    await copyManifest(folder, context, version);
    const lines = listLines({ format: request.format, version: version.sha256, media }, folder.files);
    let sha256 = '';
    const listBytes = await folder.unlisted(
      exportListFile,
      (function* () {
        sha256 = yield* lines;
      })(),
    );
    await folder.finish();
    return {
      files: folder.files.length + 1,
      bytes: folder.files.reduce((sum, file) => sum + file.bytes, listBytes),
      sha256,
      report: folder.copied === 0 ? plan.report : [...plan.report, copiedInstead(folder.copied)],
      out: folder.target,
    };
  } catch (error) {
    await copies.settled().catch(() => undefined);
    await folder.abandon();
    throw error;
  }
}

function copiedInstead(count: number): ReportEntry {
  return {
    code: 'copied_instead_of_linked',
    severity: 'info',
    message: 'Images on another disk than the export were copied, because they could not be linked.',
    item: '',
    count,
  };
}

/** As it is: `planExport` has read it to its end, and its hash was right. */
async function copyManifest(folder: ExportFolder, { dataset, signal }: ExportContext, version: VersionRow): Promise<void> {
  const file = await openReal(await manifestPath(dataset, version.name));
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    for await (const chunk of chunksOf(file, signal)) await folder.text(exportManifestFile, decoder.decode(chunk, { stream: true }), false);
    await folder.text(exportManifestFile, decoder.decode(), true);
  } finally {
    await file.handle.close();
  }
}

/** Frames of a version by name may have got another name or be gone; their images are known by hash. */
class ImagePaths {
  readonly #context: ExportContext;

  constructor(context: ExportContext) {
    this.#context = context;
  }

  async of(frame: string, sha256: string): Promise<string> {
    const { db } = this.#context.dataset;
    const [known] = await db.read('imports.byHash', { hashes: [sha256] });
    const [location] = known === null || known === undefined ? [] : await db.read('frames.media', { ids: Float64Array.of(known.id) });
    if (location === undefined) throw new AppError('not_found', `The image of “${frame}” is no longer in the dataset.`, { frame });
    return this.#context.pathOf(location);
  }
}
