import type { BoxConflict, Change, Comment } from '../../../shared/contract/annotations.ts';
import type { Annotation, Origin } from '../../../shared/domain/annotation.ts';
import { flagsOf, interpolatedBit, origins } from '../../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../../shared/domain/columns.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import { issues } from '../../../shared/review/issue.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { applyRun } from '../log/applyRun.ts';
import { applyChange, setFrameField, setState } from '../log/edit.ts';
import { attributesOf } from '../log/attributeText.ts';
import { interpolatedTracksOf, settleTracks } from '../log/tracks.ts';
import { hasStep, undo, undoNext } from '../log/undo.ts';
import type { UndoGoing } from '../log/undo.ts';
import type { Person } from '../person.ts';
import { boxesInConflict, conflictsOf } from './conflicts.ts';
import { recallRequest, rememberRequest } from './requests.ts';

interface BoxRow {
  readonly id: number;
  readonly frame: number;
  readonly category: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number | null;
  readonly flags: number;
  readonly track: number | null;
  readonly z: number | null;
  readonly origin: number;
  readonly score: number | null;
  readonly attributes: string | null;
  readonly run: string | null;
  readonly model: string | null;
  readonly model_sha256: string | null;
}

const boxColumns = /* sql */ `
  b.id, b.frame, b.category, b.x, b.y, b.w, b.h, b.angle, b.flags, b.track, b.z, b.origin, b.score, b.attributes, p.run, p.model, p.model_sha256
  from box b left join provenance p on p.id = b.provenance`;

function toAnnotation(row: BoxRow): Annotation {
  return {
    id: row.id as BoxId,
    frame: row.frame as FrameId,
    category: row.category as CategoryId,
    bbox: [row.x, row.y, row.w, row.h],
    angle: row.angle ?? 0,
    flags: flagsOf(row.flags),
    attributes: attributesOf(row.attributes),
    track: row.track,
    ...(row.z === null || row.z === 0 ? {} : { z: row.z }),
    ...((row.flags & interpolatedBit) === 0 ? {} : { interpolated: true as const }),
    origin: origins[row.origin] as Origin,
    provenance:
      row.run === null ? null : { run: row.run, model: row.model ?? '', modelSha256: row.model_sha256 ?? '', score: row.score ?? 0 },
  };
}

export interface LoadedFrame {
  readonly state: FrameState;
  readonly annotations: readonly Annotation[];
  readonly comments: readonly Comment[];
  readonly conflicts: readonly BoxConflict[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** One frame for the canvas. Error: not_found. */
function load(c: ReadConnection, input: Person & { readonly frame: number }): LoadedFrame {
  const frame = c.prepare<{ state: number }>('select state from frame where id = ?').get(input.frame);
  if (frame === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame: input.frame });
  const own = ownReplica(c);
  return {
    state: frameStates[frame.state] ?? 'unlabeled',
    annotations: c
      .prepare<BoxRow>(`select ${boxColumns} where b.frame = ? and b.live = 1 order by coalesce(b.z, 0), b.id`)
      .all(input.frame)
      .map(toAnnotation),
    comments: commentsOf(c, input.frame),
    conflicts: conflictsOf(c, input.frame, (box) => anyBox(c, box)),
    canUndo: hasStep(c, own, input, 'undo', input.frame),
    canRedo: hasStep(c, own, input, 'redo', input.frame),
  };
}

/** A box by key, also a deleted one. */
function anyBox(c: ReadConnection, box: number): Annotation | null {
  const row = c.prepare<BoxRow>(`select ${boxColumns} where b.id = ?`).get(box);
  return row === undefined ? null : toAnnotation(row);
}

/** In the order of the log's clock, and of replicas where that is equal: the same wherever the same operations are. */
function commentsOf(c: ReadConnection, frame: number): Comment[] {
  return c
    .prepare<{
      id: number;
      box: number | null;
      x: number | null;
      y: number | null;
      issue: string | null;
      text: string;
      resolved: number;
      author: string;
      time: number;
      parent: number | null;
      live: number;
    }>(
      `select c.id, c.box, c.x, c.y, c.resolved, c.author, c.time, c.parent, c.live,
         iif(c.live = 1, c.issue, null) issue, iif(c.live = 1, c.text, '') text
       from comment c join origin g on g.no = c.id >> 32 join op o on o.r = g.no and o.s = c.born
       where c.frame = ? and (c.live = 1 or exists (select 1 from comment a where a.frame = c.frame and a.parent = c.id and a.live = 1))
       order by o.h, g.id, c.born`,
    )
    .all(frame)
    .map((row) => ({
      id: String(row.id),
      frame: frame as FrameId,
      parent: row.parent === null ? null : String(row.parent),
      removed: row.live === 0,
      box: row.box as BoxId | null,
      point: row.x === null || row.y === null ? null : [row.x, row.y],
      issue: issues.find((issue) => issue === row.issue) ?? null,
      text: row.text,
      resolved: row.resolved === 1,
      author: row.author,
      time: new Date(row.time).toISOString(),
    }));
}

/** Number of the replica this database writes as. */
export function ownReplica(c: ReadConnection): number {
  return (
    c.prepare<{ no: number }>("select r.no from replica r join meta m on m.key = 'replica' where lower(hex(r.id)) = m.value").get()?.no ?? 0
  );
}

/** Boxes in full, of one frame or of all, by frame and key. `after` pages: boxes with a greater (frame, id) come next. */
function list(
  c: ReadConnection,
  input: { readonly frame?: number; readonly after?: readonly [number, number]; readonly limit: number },
): readonly Annotation[] {
  const rows =
    input.frame === undefined
      ? c
          .prepare<BoxRow>(`select ${boxColumns} where b.live = 1 and (b.frame, b.id) > (?, ?) order by b.frame, b.id limit ?`)
          .all(...(input.after ?? [-1, -1]), input.limit)
      : c.prepare<BoxRow>(`select ${boxColumns} where b.live = 1 and b.frame = ? order by b.id limit ?`).all(input.frame, input.limit);
  return rows.map(toAnnotation);
}

/** Boxes by key, dead ones left out. */
function byIds(c: ReadConnection, input: { readonly ids: Float64Array }): readonly Annotation[] {
  const select = c.prepare<BoxRow>(`select ${boxColumns} where b.id = ? and b.live = 1`);
  return Array.from(input.ids, (id) => select.get(id))
    .filter((row) => row !== undefined)
    .map(toAnnotation);
}

/**
 * All annotations (or those of some frames, in their order) as columns on shared memory, in one pass. Without `frames` the
 * frames are all of the dataset by key. `revision`: what `changedSince` is asked with later.
 */
function columns(c: ReadConnection, input: { readonly frames?: Float64Array }): BoxColumns & { readonly revision: number } {
  const frameIds = input.frames === undefined ? allFrames(c) : shared(Float64Array, input.frames.length);
  if (input.frames !== undefined) frameIds.set(input.frames);
  const F = frameIds.length;
  const offsets = shared(Uint32Array, F + 1);
  const reviewed = new Uint8Array(F);
  const frame = c.prepare<{ boxes: number; state: number }>('select boxes, state from frame where id = ?');
  const counts =
    input.frames === undefined ? c.prepare<[number, number]>('select boxes, state from frame order by id').raw().iterate() : null;
  for (let f = 0; f < F; f++) {
    let boxes = 0;
    let state = 0;
    if (counts !== null) [boxes, state] = counts.next().value as [number, number];
    else ({ boxes, state } = frame.get(frameIds[f]) ?? { boxes, state });
    offsets[f + 1] = (offsets[f] ?? 0) + boxes;
    reviewed[f] = state >= frameStates.indexOf('approved') ? 128 : 0;
  }
  counts?.return?.();
  const N = offsets[F] ?? 0;
  const out = {
    frameIds,
    offsets,
    ids: shared(Float64Array, N),
    categories: shared(Uint16Array, N),
    scores: shared(Float64Array, N),
    boxes: shared(Float64Array, 4 * N),
    tracks: shared(Int32Array, N),
    flags: shared(Uint8Array, N),
    origins: shared(Uint8Array, N),
    revision: revisionOf(c),
  };
  const put = (i: number, row: ColumnRow, f: number): void => {
    out.ids[i] = row[1];
    out.categories[i] = row[2];
    out.boxes[4 * i] = row[3];
    out.boxes[4 * i + 1] = row[4];
    out.boxes[4 * i + 2] = row[5];
    out.boxes[4 * i + 3] = row[6];
    out.flags[i] = row[7] | (reviewed[f] ?? 0);
    out.origins[i] = row[8];
    out.tracks[i] = row[9] ?? -1;
    out.scores[i] = row[10] ?? NaN;
  };
  const fields = 'frame, id, category, x, y, w, h, flags, origin, track, score from box where live = 1';
  if (input.frames === undefined) {
    let f = 0;
    let i = 0;
    for (const row of c.prepare(`select ${fields} order by frame, id`).raw().iterate() as IterableIterator<ColumnRow>) {
      while (f < F && (frameIds[f] ?? 0) < row[0]) f += 1;
      // Boxes on a frame that has not arrived are no part of the dataset yet.
      if (frameIds[f] === row[0]) put(i++, row, f);
    }
  } else {
    const select = c.prepare(`select ${fields} and frame = ? order by id`).raw();
    for (let f = 0; f < F; f++) {
      let i = offsets[f] ?? 0;
      for (const row of select.iterate(frameIds[f]) as IterableIterator<ColumnRow>) put(i++, row, f);
    }
  }
  return out;
}

type ColumnRow = [number, number, number, number, number, number, number, number, number, number | null, number | null];

function allFrames(c: ReadConnection): Float64Array {
  const count = c.prepare<{ n: number }>('select count(*) n from frame').get()?.n ?? 0;
  const ids = shared(Float64Array, count);
  let i = 0;
  for (const [id] of c.prepare('select id from frame order by id').raw().iterate() as IterableIterator<[number]>) ids[i++] = id;
  return ids;
}

function shared<A extends { readonly BYTES_PER_ELEMENT: number }, T>(type: A & (new (buffer: SharedArrayBuffer) => T), length: number): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT));
}

/** Grows with every write; equal numbers mean that nothing changed in between. */
export function revisionOf(c: ReadConnection): number {
  return Number(c.prepare<{ value: number }>("select value from meta where key = 'rev'").get()?.value ?? 0);
}

/** Frames whose boxes, state, split, tags or comments changed after a revision; `total` is the number of all frames now. */
function changedSince(
  c: ReadConnection,
  input: { readonly revision: number },
): { readonly revision: number; readonly frames: Float64Array; readonly total: number } {
  return {
    revision: revisionOf(c),
    frames: Float64Array.from(
      c.prepare<[number]>('select id from frame where rev > ? order by id').raw().all(input.revision),
      ([id]) => id,
    ),
    total: c.prepare<{ n: number }>('select count(*) n from frame').get()?.n ?? 0,
  };
}

export interface AppliedChanges {
  readonly results: readonly { readonly seq: number; readonly box?: BoxId }[];
  readonly frameStates: readonly { readonly frame: FrameId; readonly state: FrameState }[];
  readonly conflicts?: readonly BoxId[];
}

/** Changes of the contract: one transaction, one step of undo. With a `key` that was done already, the answer of then. */
function apply(c: WriteConnection, input: Person & { readonly changes: readonly Change[]; readonly key?: string }): AppliedChanges {
  const done = input.key === undefined ? null : recallRequest(c, input.key);
  if (done !== null) return { results: done.results, frameStates: statesOf(c, done.frames), conflicts: boxesInConflict(c, done.frames) };
  const frames = new Set<number>();
  const first = c.log.seq + 1;
  const results = c.log.step({ author: input.author, formerly: input.formerly, actor: 0 }, (step) => {
    const tracks = interpolatedTracksOf(c, input.changes);
    const done = input.changes.map((change) => {
      const { seq, box, frame } = applyChange(c, step, change, 0);
      frames.add(frame);
      return box === undefined ? { seq } : { seq, box: box as BoxId };
    });
    for (const frame of settleTracks(c, step, tracks)) frames.add(frame);
    return done;
  });
  if (input.key !== undefined) rememberRequest(c, input.key, first, c.log.seq);
  return { results, frameStates: statesOf(c, frames), conflicts: boxesInConflict(c, frames) };
}

export function statesOf(c: ReadConnection, frames: Iterable<number>): { readonly frame: FrameId; readonly state: FrameState }[] {
  const select = c.prepare<{ state: number }>('select state from frame where id = ?');
  return [...frames].map((frame) => ({ frame: frame as FrameId, state: frameStates[select.get(frame)?.state ?? 0] ?? 'unlabeled' }));
}

export interface UndoneChanges extends AppliedChanges {
  readonly kind: string;
  readonly frames: readonly FrameId[];
  readonly boxes: readonly BoxId[];
  /** Of a long step: what the next call is to go on with. */
  readonly going: UndoGoing | null;
}

function undoOrRedo(
  c: WriteConnection,
  input: Person & { readonly direction: 'undo' | 'redo'; readonly frame?: number; readonly going?: UndoGoing },
): UndoneChanges {
  if (input.frame !== undefined && c.prepare('select 1 from frame where id = ?').get(input.frame) === undefined)
    throw new AppError('not_found', 'This frame does not exist.', { frame: input.frame });
  const { direction, going } = input;
  const undone = going === undefined ? undo(c, input, direction, input.frame) : undoNext(c, input.author, direction, going);
  return {
    kind: undone.kind,
    going: undone.going,
    results: undone.results.map((r) => (r.box === undefined ? { seq: r.seq } : { seq: r.seq, box: r.box as BoxId })),
    frames: undone.frames as readonly FrameId[],
    boxes: undone.boxes as readonly BoxId[],
    frameStates: statesOf(c, undone.frames),
    conflicts: boxesInConflict(c, undone.frames),
  };
}

function reserveIds(c: WriteConnection, input: { readonly count: number }): { readonly first: BoxId; readonly count: number } {
  return { first: c.log.reserve(input.count) as BoxId, count: input.count };
}

/**
 * One step over many frames: review state, split or a tag. Frames that have the value already are left alone. Errors:
 * not_found.
 */
function setFrames(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly frames: Float64Array;
    readonly set:
      | { readonly field: 'state'; readonly value: FrameState }
      | { readonly field: 'split' | 'assignee'; readonly value: string | null }
      | { readonly field: 'tag'; readonly value: string; readonly on: boolean };
  },
): { readonly changed: number; readonly seq: number } {
  const { set } = input;
  let changed = 0;
  let seq = 0;
  const now = c.prepare<{ state: number; split: string | null; assignee: string | null }>(
    'select state, split, assignee from frame where id = ?',
  );
  const tagged = c.prepare('select 1 from frame_tag where frame = ? and tag = ?');
  c.log.step({ author: input.author, actor: 0 }, (step) => {
    for (const frame of input.frames) {
      const row = now.get(frame);
      if (row === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame });
      if (set.field === 'state') {
        if (frameStates[row.state] === set.value) continue;
        seq = setState(c, step, frame, set.value);
      } else if (set.field !== 'tag') {
        if (row[set.field] === set.value) continue;
        seq = setFrameField(c, step, frame, set.field, set.value);
      } else {
        if ((tagged.get(frame, set.value) !== undefined) === set.on) continue;
        seq = setFrameField(c, step, frame, `tag:${set.value}`, set.on ? 1 : 0);
      }
      changed += 1;
    }
  });
  return { changed, seq };
}

export const reads = {
  'annotations.byIds': byIds,
  'annotations.changedSince': changedSince,
  'annotations.columns': columns,
  'annotations.list': list,
  'annotations.load': load,
} as const;

export const writes = {
  'annotations.apply': apply,
  'annotations.applyRun': applyRun,
  'annotations.reserveIds': reserveIds,
  'annotations.setFrames': setFrames,
  'annotations.undo': undoOrRedo,
} as const;
