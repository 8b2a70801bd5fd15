import type { ImportReport } from '../../../../shared/contract/imports.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { ResultsTable } from '../../../../shared/formats/coco/readResults.ts';
import type { ReportCollector } from '../../../../shared/formats/reportCollector.ts';
import type { OpenDataset } from '../openDataset.ts';
import { boxCount } from './boxCodes.ts';
import type { ImportContext } from './importService.ts';
import type { ExistingFrames } from './labelSource.ts';
import type { ProgressReporter } from './throttledProgress.ts';

export interface ResultsContext extends ImportContext {
  readonly dataset: OpenDataset;
  readonly report: ReportCollector;
  readonly reporter: ProgressReporter;
  readonly started: number;
  /** Recordings of the dataset, for detections that name them. */
  readonly existing?: ExistingFrames | undefined;
}

/** Detections that were read, whatever their format. */
interface FoundResults {
  readonly format: ImportReport['format'];
  /** Name of the run that they become. */
  readonly run: string;
  /** What they were read from, for people. */
  readonly from: string;
  /** Of their content: the same under the same name is the same run. */
  readonly sha256: string;
  /** `frames` are places in the list below, `categories` in the names. */
  readonly table: ResultsTable;
  readonly names: readonly string[];
  /** Keys of all frames that were looked at. */
  readonly frames: Float64Array;
}

const chunkFrames = 2_048;

/** Detections become a run, once. Error: already_exists where a run of that name has other content. */
export async function storeResults(found: FoundResults, context: ResultsContext): Promise<ImportReport> {
  const { dataset, dryRun, report } = context;
  const { run, sha256, table } = found;
  const existing = await dataset.db.read('runs.byName', { name: run });
  const isSame = existing !== null && (JSON.parse(existing.settings) as { sha256?: unknown }).sha256 === sha256;
  if (existing !== null && !isSame)
    throw new AppError('already_exists', `There is already a run with the name “${run}”, with other boxes.`, { run });
  // Killed while it was written: half a run would pass for a whole one.
  const isNew = existing === null || existing.status !== 'done';
  if (!dryRun && existing !== null && isNew) await dataset.db.write('runs.remove', { name: run });
  if (!dryRun && isNew) await writeRun(found, context);
  const entries = report.entries();
  return {
    format: found.format,
    frames: { added: 0, unchanged: found.frames.length, failed: 0 },
    annotations: {
      added: isNew ? table.scores.length : 0,
      repaired: boxCount(entries, 'repaired'),
      refused: boxCount(entries, 'refused'),
    },
    categories: found.names,
    report: entries,
    ms: Math.round(performance.now() - context.started),
    run,
  };
}

/** Detections as a run of kind “import”. */
async function writeRun(what: FoundResults, context: ResultsContext): Promise<void> {
  const { dataset, author, reporter, signal } = context;
  const { table, frames } = what;
  const categories = await ownCategories(dataset, what.names, author);
  const startedAt = Date.now();
  const { id: run } = await dataset.db.write('runs.create', {
    name: what.run,
    kind: 'import',
    model: null,
    modelSha256: null,
    frames,
    scoreThreshold: null,
    selection: null,
    settings: { from: what.from, sha256: what.sha256 },
    startedAt,
  });
  try {
    const { offsets, rows } = rowsByFrame(table, frames.length);
    for (let at = 0, no = 0; at < frames.length; at += chunkFrames, no++) {
      signal.throwIfAborted();
      const to = Math.min(at + chunkFrames, frames.length);
      const chunk = chunkOf(table, { frames, offsets, rows, categories, at, to });
      await dataset.db.write('runs.append', { run, no, chunk, failures: [] });
      reporter.soon({ phase: 'Writing', done: to, total: frames.length, unit: 'frames' });
    }
  } catch (error) {
    // At best nothing of it is left; else it stays unfinished, and is written again the next time.
    await dataset.db.write('runs.remove', { name: what.run }).catch(() => undefined);
    throw error;
  }
  await dataset.db.write('runs.update', { run, status: 'done', finishedAt: Date.now() });
}

/** The dataset's categories of these names; those that are missing are made. */
async function ownCategories(dataset: OpenDataset, names: readonly string[], author: string): Promise<readonly number[]> {
  const known = new Map<string, number>((await dataset.db.read('categories.list', {})).map((category) => [category.name, category.id]));
  const ids: number[] = [];
  for (const name of names) ids.push(known.get(name) ?? (await dataset.db.write('categories.add', { author, name })).id);
  return ids;
}

/** Rows of each frame by falling score; equal scores stay in the order of the file, as pycocotools sorts them. */
function rowsByFrame(table: ResultsTable, frames: number): { readonly offsets: Uint32Array; readonly rows: Uint32Array } {
  const count = table.scores.length;
  const offsets = new Uint32Array(frames + 1);
  for (let row = 0; row < count; row++) {
    const next = table.frames.get(row) + 1;
    offsets[next] = (offsets[next] as number) + 1;
  }
  for (let frame = 0; frame < frames; frame++) offsets[frame + 1] = (offsets[frame + 1] as number) + (offsets[frame] as number);
  const next = offsets.slice();
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const frame = table.frames.get(row);
    const at = next[frame] as number;
    rows[at] = row;
    next[frame] = at + 1;
  }
  for (let frame = 0; frame < frames; frame++)
    rows.subarray(offsets[frame], offsets[frame + 1]).sort((a, b) => table.scores.get(b) - table.scores.get(a) || a - b);
  return { offsets, rows };
}

function chunkOf(
  table: ResultsTable,
  part: {
    readonly frames: Float64Array;
    readonly offsets: Uint32Array;
    readonly rows: Uint32Array;
    readonly categories: readonly number[];
    readonly at: number;
    readonly to: number;
  },
): {
  readonly frameIds: Float64Array;
  readonly offsets: Uint32Array;
  readonly categories: Uint16Array;
  readonly scores: Float64Array;
  readonly boxes: Float64Array;
} {
  const first = part.offsets[part.at] as number;
  const rows = part.rows.subarray(first, part.offsets[part.to]);
  const boxes = new Float64Array(4 * rows.length);
  rows.forEach((row, i) => boxes.set([table.x.get(row), table.y.get(row), table.w.get(row), table.h.get(row)], 4 * i));
  return {
    frameIds: part.frames.slice(part.at, part.to),
    offsets: part.offsets.slice(part.at, part.to + 1).map((offset) => offset - first),
    categories: Uint16Array.from(rows, (row) => part.categories[table.categories.get(row)] as number),
    scores: Float64Array.from(rows, (row) => table.scores.get(row)),
    boxes,
  };
}
