import { createHash, randomBytes } from 'node:crypto';
import type { Prediction } from '../../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../../shared/domain/columns.ts';
import { type BoxId, type CategoryId, type FrameId, joinKey } from '../../../shared/domain/ids.ts';
import { decodePredictionChunk, encodePredictionChunk, type PredictionChunk } from '../../../shared/domain/predictionChunk.ts';
import { AppError, type ErrorCode, type WireError } from '../../../shared/errors.ts';
import { boxAt } from '../../../shared/geometry/box.ts';
import { toHex } from '../../../shared/sync/operation.ts';
import { mergedTargets } from '../log/merged.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';

export type RunStatus = 'running' | 'paused' | 'done' | 'cancelled' | 'failed' | 'interrupted';

/** A run without its boxes and its frame list. Times in ms since 1970. */
export interface RunRow {
  readonly id: number;
  readonly name: string;
  readonly kind: 'model' | 'import';
  readonly model: string | null;
  readonly modelSha256: string | null;
  readonly status: RunStatus;
  readonly provider: string | null;
  /** Frames whose predictions are durable (failed ones among them). */
  readonly frames: number;
  readonly totalFrames: number;
  readonly boxes: number;
  readonly scoreThreshold: number | null;
  readonly selection: string | null;
  /** JSON of what the run was asked to do. */
  readonly settings: string;
  /** JSON: why the better providers are not in use. */
  readonly reasons: string;
  readonly imagesPerSecond: number | null;
  readonly possibleImagesPerSecond: number | null;
  readonly pipelineEfficiency: number | null;
  readonly ap: number | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly failed: readonly { readonly frame: string; readonly error: WireError }[];
}

const columns = /* sql */ `id, name, kind, model, model_sha256 as modelSha256, status, provider, frames, total_frames as totalFrames, boxes,
  score_threshold as scoreThreshold, selection, settings, reasons, images_per_second as imagesPerSecond,
  possible_images_per_second as possibleImagesPerSecond, pipeline_efficiency as pipelineEfficiency, ap,
  started_at as startedAt, finished_at as finishedAt`;

function failuresOf({ prepare }: ReadConnection, run: number): RunRow['failed'] {
  return prepare<{ frame: string | null; id: number; code: string; message: string; details: string | null }>(
    'select f.name as frame, r.frame as id, r.code, r.message, r.details from run_failure r left join frame f on f.id = r.frame where r.run = ? order by r.frame',
  )
    .all(run)
    .map(({ frame, id, code, message, details }) => ({
      frame: frame ?? String(id),
      error: {
        code: code as ErrorCode,
        message,
        ...(details === null ? {} : { details: JSON.parse(details) as { [key: string]: unknown } }),
      },
    }));
}

type StoredRun = Omit<RunRow, 'failed'>;

/** Newest first. */
function list(c: ReadConnection): readonly RunRow[] {
  return c
    .prepare<StoredRun>(`select ${columns} from run order by id desc`)
    .all()
    .map((row) => ({ ...row, failed: failuresOf(c, row.id) }));
}

function byName(c: ReadConnection, input: { readonly name: string }): RunRow | null {
  const row = c.prepare<StoredRun>(`select ${columns} from run where name = ?`).get(input.name);
  return row === undefined ? null : { ...row, failed: failuresOf(c, row.id) };
}

function idOf({ prepare }: ReadConnection, name: string): number {
  const id = prepare<{ id: number }>('select id from run where name = ?').get(name)?.id;
  if (id === undefined) throw new AppError('not_found', `There is no run “${name}”.`, { run: name });
  return id;
}

/** The run's frames in its order. Error: not_found. */
function frameList({ prepare }: ReadConnection, input: { readonly name: string }): Float64Array {
  const row = prepare<{ list: Uint8Array | null }>('select frame_list as list from run where name = ?').get(input.name);
  if (row === undefined) throw new AppError('not_found', `There is no run “${input.name}”.`, { run: input.name });
  return row.list === null ? new Float64Array(0) : new Float64Array(row.list.slice().buffer);
}

export interface NewRun {
  readonly name: string;
  readonly kind: 'model' | 'import';
  readonly model: string | null;
  readonly modelSha256: string | null;
  readonly frames: Float64Array;
  readonly scoreThreshold: number | null;
  readonly selection: string | null;
  readonly settings: { readonly [key: string]: unknown };
  /** ms since 1970 */
  readonly startedAt: number;
}

/** Starts a run, which becomes the active one of the dataset. Error: already_exists. */
function create(c: WriteConnection, input: NewRun): { readonly id: number } {
  if (c.prepare('select 1 from run where name = ?').get(input.name) !== undefined) {
    throw new AppError('already_exists', `There is already a run with the name “${input.name}”.`, { run: input.name });
  }
  if (input.name === 'gt')
    throw new AppError('invalid_request', 'A run cannot be called “gt”: that is the name of the labels.', { run: input.name });
  // Keys of its boxes: the number of this origin, then the place of the box in the run.
  const origin = c.log.entities.originNo(toHex(randomBytes(16)), 'run');
  const { lastInsertRowid } = c
    .prepare(
      `insert into run (name, kind, model, model_sha256, status, total_frames, score_threshold, selection, settings, frame_list, started_at)
       values (?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      input.name,
      input.kind,
      input.model,
      input.modelSha256,
      input.frames.length,
      input.scoreThreshold,
      input.selection,
      JSON.stringify({ ...input.settings, origin }),
      Buffer.from(input.frames.buffer, input.frames.byteOffset, input.frames.byteLength),
      input.startedAt,
    );
  return { id: Number(lastInsertRowid) };
}

/** Predictions of the next frames of the run's list, in its order. */
export interface RunAppend {
  readonly run: number;
  /** Place of the chunk: 0, 1, 2 … */
  readonly no: number;
  readonly chunk: Omit<PredictionChunk, 'firstId'>;
  readonly failures: readonly { readonly frame: number; readonly error: WireError }[];
}

/** Adds one chunk. Error: conflict (not the next one: somebody else goes on with this run). */
function append(c: WriteConnection, input: RunAppend): null {
  const run = c
    .prepare<{ boxes: number; chunks: number; settings: string }>(
      'select boxes, settings, (select count(*) from chunk where run = run.id) as chunks from run where id = ?',
    )
    .get(input.run);
  if (run === undefined) throw new AppError('not_found', 'The run was removed.', { run: input.run });
  if (run.chunks !== input.no)
    throw new AppError('conflict', 'This run was continued elsewhere.', { run: input.run, expected: run.chunks, got: input.no });
  const { origin } = JSON.parse(run.settings) as { readonly origin: number };
  const body = encodePredictionChunk({ ...input.chunk, firstId: joinKey(origin, run.boxes) });
  const frames = input.chunk.frameIds.length;
  const boxes = input.chunk.scores.length;
  c.prepare('insert into chunk (run, no, frames, boxes, sha256, body) values (?, ?, ?, ?, ?, ?)').run(
    input.run,
    input.no,
    frames,
    boxes,
    createHash('sha256').update(body).digest(),
    body,
  );
  const fail = c.prepare('insert or replace into run_failure (run, frame, code, message, details) values (?, ?, ?, ?, ?)');
  for (const { frame, error } of input.failures) {
    fail.run(input.run, frame, error.code, error.message, error.details === undefined ? null : JSON.stringify(error.details));
  }
  c.prepare('update run set frames = frames + ?, boxes = boxes + ? where id = ?').run(frames, boxes, input.run);
  return null;
}

export interface RunPatch {
  readonly run: number;
  readonly status?: RunStatus;
  readonly provider?: string;
  readonly reasons?: string;
  readonly imagesPerSecond?: number;
  readonly possibleImagesPerSecond?: number;
  readonly pipelineEfficiency?: number;
  readonly ap?: number;
  readonly finishedAt?: number | null;
}

const patchable = {
  status: 'status',
  provider: 'provider',
  reasons: 'reasons',
  imagesPerSecond: 'images_per_second',
  possibleImagesPerSecond: 'possible_images_per_second',
  pipelineEfficiency: 'pipeline_efficiency',
  ap: 'ap',
  finishedAt: 'finished_at',
} as const;

function update({ prepare }: WriteConnection, input: RunPatch): null {
  for (const [field, column] of Object.entries(patchable)) {
    const value = input[field as keyof typeof patchable];
    if (value !== undefined) prepare(`update run set ${column} = ? where id = ?`).run(value, input.run);
  }
  return null;
}

/** Runs that a process left behind when it ended become `interrupted`. Called by the owner of the dataset, once, at open. */
function interrupt({ prepare }: WriteConnection): { readonly runs: number } {
  return { runs: prepare(`update run set status = 'interrupted' where status in ('running', 'paused')`).run().changes };
}

/** Removes a run with its predictions; annotations made of it stay. Error: not_found. */
function remove(c: WriteConnection, input: { readonly name: string }): null {
  c.prepare('delete from run where id = ?').run(idOf(c, input.name));
  return null;
}

/** The run's predictions as columns in its own frame order, on shared memory; merged categories are what they are now. Error: not_found, corrupt. */
function predictionColumns(c: ReadConnection, input: { readonly name: string }): BoxColumns {
  const id = idOf(c, input.name);
  const { frames, boxes } = c
    .prepare<{ frames: number; boxes: number }>(
      'select coalesce(sum(frames), 0) as frames, coalesce(sum(boxes), 0) as boxes from chunk where run = ?',
    )
    .get(id) ?? { frames: 0, boxes: 0 };
  const room = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
  const out = {
    frameIds: new Float64Array(room(8 * frames)),
    offsets: new Uint32Array(room(4 * (frames + 1))),
    ids: new Float64Array(room(8 * boxes)),
    categories: new Uint16Array(room(2 * boxes)),
    scores: new Float64Array(room(8 * boxes)),
    boxes: new Float64Array(room(32 * boxes)),
    tracks: new Int32Array(room(4 * boxes)).fill(-1),
    flags: new Uint8Array(room(boxes)),
    // 1: 'model' of `origins`.
    origins: new Uint8Array(room(boxes)).fill(1),
  };
  let frame = 0;
  let row = 0;
  for (const { body } of c.prepare<{ body: Uint8Array }>('select body from chunk where run = ? order by no').iterate(id)) {
    const chunk = decodePredictionChunk(body);
    const n = chunk.scores.length;
    out.frameIds.set(chunk.frameIds, frame);
    for (let f = 0; f < chunk.frameIds.length; f++) out.offsets[frame + f + 1] = row + (chunk.offsets[f + 1] as number);
    for (let i = 0; i < n; i++) out.ids[row + i] = chunk.firstId + i;
    out.categories.set(chunk.categories, row);
    out.scores.set(chunk.scores, row);
    out.boxes.set(chunk.boxes, 4 * row);
    frame += chunk.frameIds.length;
    row += n;
  }
  const merged = mergedTargets(c);
  if (merged.size > 0) out.categories.forEach((category, i) => (out.categories[i] = merged.get(category) ?? category));
  return out;
}

/** The run's predictions on one frame, by falling score. Empty where the run has none there. Error: not_found. */
function onFrame(c: ReadConnection, input: { readonly name: string; readonly frame: number }): readonly Prediction[] {
  const id = idOf(c, input.name);
  const place = frameList(c, { name: input.name }).indexOf(input.frame);
  if (place < 0) return [];
  let first = 0;
  for (const { no, frames } of c
    .prepare<{ no: number; frames: number }>('select no, frames from chunk where run = ? order by no')
    .iterate(id)) {
    if (place >= first + frames) {
      first += frames;
      continue;
    }
    const body = c.prepare<{ body: Uint8Array }>('select body from chunk where run = ? and no = ?').get(id, no)?.body;
    return body === undefined ? [] : predictionsAt(decodePredictionChunk(body), place - first);
  }
  return [];
}

function predictionsAt(chunk: PredictionChunk, f: number): readonly Prediction[] {
  const found: Prediction[] = [];
  for (let i = chunk.offsets[f] as number; i < (chunk.offsets[f + 1] as number); i++) {
    found.push({
      id: (chunk.firstId + i) as BoxId,
      frame: chunk.frameIds[f] as FrameId,
      category: chunk.categories[i] as CategoryId,
      bbox: boxAt(chunk.boxes, i),
      score: chunk.scores[i] as number,
    });
  }
  return found;
}

/** Chunks whose bytes are not those that were written. */
function damaged({ prepare }: ReadConnection): readonly { readonly run: string; readonly no: number }[] {
  const found: { run: string; no: number }[] = [];
  for (const row of prepare<{ run: string; no: number; sha256: Uint8Array; body: Uint8Array }>(
    'select run.name as run, chunk.no, chunk.sha256, chunk.body from chunk join run on run.id = chunk.run',
  ).iterate()) {
    if (!createHash('sha256').update(row.body).digest().equals(row.sha256)) found.push({ run: row.run, no: row.no });
  }
  return found;
}

/** Frames whose image failed in this run. Error: not_found. */
function failedFrames(c: ReadConnection, input: { readonly name: string }): Float64Array {
  const rows = c.prepare<{ frame: number }>('select frame from run_failure where run = ? order by frame').all(idOf(c, input.name));
  return Float64Array.from(rows, (row) => row.frame);
}

export const reads = {
  'runs.byName': byName,
  'runs.columns': predictionColumns,
  'runs.damaged': damaged,
  'runs.failedFrames': failedFrames,
  'runs.frameList': frameList,
  'runs.list': list,
  'runs.onFrame': onFrame,
} as const;

export const writes = {
  'runs.append': append,
  'runs.create': create,
  'runs.interrupt': interrupt,
  'runs.remove': remove,
  'runs.update': update,
} as const;
