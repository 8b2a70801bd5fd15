import path from 'node:path';
import type { ImportReport } from '../../../../shared/contract/imports.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { CocoId, CocoLabels } from '../../../../shared/formats/coco/readCoco.ts';
import { readCocoImages } from '../../../../shared/formats/coco/readCoco.ts';
import { readResults, type ResultsTable } from '../../../../shared/formats/coco/readResults.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import { hashFile } from '../files/hashFile.ts';
import type { ImportRequest } from './importService.ts';
import { findCocoFiles, openCocoFile, type CocoFile } from './openCoco.ts';
import { chunksOf } from './readFile.ts';
import { storeResults, type ResultsContext } from './storeResults.ts';

/** What the ids of a results file mean in this dataset. */
interface Resolution {
  /** Frame keys of the run, in the order of their names. */
  readonly frames: Float64Array;
  readonly frameOfId: (id: CocoId) => number | undefined;
  /** Name by category id. */
  readonly categoryOfId: (id: CocoId) => string | undefined;
}

/**
 * A COCO results array becomes a run, named by `source`. Its ids are those of the ground truth that is given, or those that
 * the dataset's frames and categories brought from COCO. Order and every double stay as they are. Errors: as `runImport`,
 * and already_exists where a run of that name has other content.
 */
export async function importResults(request: ImportRequest, context: ResultsContext): Promise<ImportReport> {
  const { files } = await findCocoFiles(request.from);
  const file = files[0] as CocoFile;
  const run = request.source === undefined || request.source === 'gt' ? path.basename(file.name, path.extname(file.name)) : request.source;
  const resolution = await resolveIds(request, context);
  const names: string[] = [];
  const nameIndex = new Map<string, number>();
  const categoryOfId = (id: CocoId): number | undefined => {
    const name = resolution.categoryOfId(id);
    if (name === undefined) return undefined;
    let index = nameIndex.get(name);
    if (index === undefined) {
      index = names.length;
      names.push(name);
      nameIndex.set(name, index);
    }
    return index;
  };
  const { table, sha256 } = await readTable(file, { ...context, frameOfId: resolution.frameOfId, categoryOfId });
  return storeResults({ format: 'coco', run, from: file.name, sha256, table, names, frames: resolution.frames }, context);
}

async function readTable(
  file: CocoFile,
  context: ResultsContext & {
    readonly frameOfId: (id: CocoId) => number | undefined;
    readonly categoryOfId: (id: CocoId) => number | undefined;
  },
): Promise<{ readonly table: ResultsTable; readonly sha256: string }> {
  const { report, reporter, frameOfId, categoryOfId, signal } = context;
  return readable(file, async () => {
    const opened = await openCocoFile(file);
    try {
      const { sha256 } = await hashFile(opened.handle, signal);
      const table = await readResults(chunksOf(opened, signal), {
        file: file.name,
        report,
        frameOfId,
        categoryOfId,
        onProgress: (bytes) => reporter.soon({ phase: 'Reading detections', done: bytes, total: opened.bytes, unit: 'bytes' }),
      });
      return { table, sha256 };
    } finally {
      await opened.handle.close();
    }
  });
}

async function resolveIds(request: ImportRequest, context: ResultsContext): Promise<Resolution> {
  const { dataset } = context;
  const index = await dataset.db.read('frames.index', {});
  const categories = await dataset.db.read('categories.list', {});
  if (request.groundTruth === undefined) {
    const { ids, sourceIds } = await dataset.db.read('imports.sourceIds', {});
    const keyOf = new Map<CocoId, number>();
    ids.forEach((id, i) => keyOf.set(sourceIds[i] as number, id));
    if (keyOf.size === 0)
      throw new AppError(
        'invalid_request',
        'Name the annotation file that these detections belong to (ground truth): the dataset does not know their ids.',
      );
    const nameOf = new Map<CocoId, string>(
      categories.flatMap((category) => (category.sourceId === null ? [] : [[category.sourceId, category.name] as const])),
    );
    const known = new Set(ids);
    const frames = index.ids.filter((id) => known.has(id));
    return withFrames(
      frames,
      (id) => keyOf.get(id),
      (id) => nameOf.get(id),
    );
  }
  const truth = await readGroundTruth(request.groundTruth, context);
  const byName = new Map<string, number>();
  const byFile = new Map<string, number | null>();
  index.names.forEach((name, i) => {
    const key = index.ids[i] as number;
    byName.set(name, key);
    const base = name.slice(name.lastIndexOf('/') + 1);
    byFile.set(base, byFile.has(base) ? null : key);
  });
  const bySource = new Map<number, number>();
  const source = await dataset.db.read('imports.sourceIds', {});
  source.ids.forEach((id, i) => bySource.set(source.sourceIds[i] as number, id));
  const nameOfKey = new Map<number, string>();
  index.ids.forEach((id, i) => nameOfKey.set(id, index.names[i] as string));
  // The frame with the file's name; where folders differ, the only frame with its last part; ids decide between several.
  const keys = truth.frames.map((frame) => {
    const name = frame.name.replaceAll('\\', '/').normalize('NFC');
    const exact = byName.get(name);
    if (exact !== undefined) return exact;
    const only = byFile.get(name.slice(name.lastIndexOf('/') + 1));
    if (typeof only === 'number') return only;
    return only === null && typeof frame.sourceId === 'number' ? bySource.get(frame.sourceId) : undefined;
  });
  const wanted = new Set(keys.filter((key) => key !== undefined));
  const missing = keys.filter((key) => key === undefined).length;
  if (missing > 0)
    context.report.add(
      {
        code: 'frame_not_in_dataset',
        severity: 'warning',
        message: 'Images of the ground truth are not in the dataset.',
        item: request.groundTruth,
      },
      missing,
    );
  return withFrames(
    index.ids.filter((id) => wanted.has(id)),
    (id) => keys[truth.frameOfId.get(id) ?? -1],
    (id) => truth.categories[truth.categoryOfId.get(id) ?? -1]?.name,
  );
}

function withFrames(
  frames: Float64Array,
  keyOfId: (id: CocoId) => number | undefined,
  categoryOfId: (id: CocoId) => string | undefined,
): Resolution {
  const placeOf = new Map<number, number>();
  frames.forEach((key, place) => placeOf.set(key, place));
  return {
    frames,
    categoryOfId,
    frameOfId: (id) => {
      const key = keyOfId(id);
      return key === undefined ? undefined : placeOf.get(key);
    },
  };
}

async function readGroundTruth(from: string, context: ResultsContext): Promise<CocoLabels> {
  const { files } = await findCocoFiles(from);
  const file = files[0];
  if (file === undefined) throw new AppError('unknown_format', 'The ground truth is no COCO annotation file.', { path: from });
  return readable(file, async () => {
    const opened = await openCocoFile(file);
    try {
      return await readCocoImages(chunksOf(opened, context.signal), { file: file.name, split: null, report: context.report });
    } finally {
      await opened.handle.close();
    }
  });
}

async function readable<T>(file: CocoFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new AppError('refused_input', `The file ${file.name} was not read. ${error.message}`, { reason: error.code });
  }
}
