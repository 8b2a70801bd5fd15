import type { FrameId } from '../../../shared/domain/ids.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import type { FrameRow } from '../../../shared/contract/frames.ts';
import type { ReadConnection } from '../connection.ts';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly sha256: Uint8Array;
  readonly sequence: string | null;
  readonly idx: number | null;
  readonly time: number | null;
  readonly state: number;
  readonly split: string | null;
  readonly boxes: number;
  readonly comments: number;
  readonly open_comments: number;
  readonly assignee: string | null;
  readonly changed: number;
  readonly problem: string | null;
  readonly tags: string | null;
}

const columns = /* sql */ `
  f.id, f.name, f.width, f.height, f.sha256, f.sequence, f.idx, f.time, f.state, f.split, f.boxes, f.comments,
  f.open_comments, f.assignee, f.changed, m.problem,
  (select json_group_array(tag) from frame_tag t where t.frame = f.id) as tags
  from frame f join media m on m.id = f.media`;

function toFrameRow(row: Row): FrameRow {
  return {
    id: row.id as FrameId,
    name: row.name,
    width: row.width,
    height: row.height,
    sha256: Buffer.from(row.sha256).toString('hex'),
    sequence: row.sequence,
    index: row.idx,
    time: row.time,
    state: frameStates[row.state] ?? 'unlabeled',
    split: row.split,
    boxes: row.boxes,
    comments: row.comments,
    openComments: row.open_comments,
    assignee: row.assignee,
    changed: row.changed === 1,
    tags: row.tags === null ? [] : (JSON.parse(row.tags) as string[]),
    ...(row.problem === null ? {} : { problem: row.problem }),
  };
}

/** Rows of these frames, in the order asked; frames that are not there are left out. */
function frameRows({ prepare }: ReadConnection, input: { readonly ids: Float64Array }): readonly FrameRow[] {
  const select = prepare<Row>(`select ${columns} where f.id = ?`);
  const rows: FrameRow[] = [];
  for (const id of input.ids) {
    const row = select.get(id);
    if (row) rows.push(toFrameRow(row));
  }
  return rows;
}

function frameByName({ prepare }: ReadConnection, input: { readonly name: string }): FrameRow | null {
  const row = prepare<Row>(`select ${columns} where f.name = ?`).get(input.name);
  return row ? toFrameRow(row) : null;
}

/** Frames whose name or one of whose tags contains the text, those that begin with it (or whose file name does) first. */
function findFrames({ prepare }: ReadConnection, input: { readonly text: string; readonly limit: number }): readonly FrameRow[] {
  const pattern = input.text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
  return prepare<Row>(
    `select ${columns} where f.name like ? escape '\\' or exists (select 1 from frame_tag t where t.frame = f.id and t.tag like ? escape '\\')
     order by f.name not like ? escape '\\' and f.name not like ? escape '\\', f.name limit ?`,
  )
    .all(`%${pattern}%`, `%${pattern}%`, `${pattern}%`, `%/${pattern}%`, input.limit)
    .map(toFrameRow);
}

/** All frames as columns, in the order of their names: what the frame index of the host is built from. */
export interface FrameIndexColumns {
  /** The dataset's revision these columns show. */
  readonly revision: number;
  readonly ids: Float64Array;
  /** Grows with every change of the frame: its own revision. */
  readonly revisions: Float64Array;
  readonly names: readonly string[];
  readonly widths: Uint32Array;
  readonly heights: Uint32Array;
  readonly states: Uint8Array;
  readonly splits: readonly (string | null)[];
  readonly sequences: readonly (string | null)[];
  readonly indices: Int32Array;
  readonly times: Float64Array;
  /** Bit 0: changed since approval; bit 1: has open comments. */
  readonly review: Uint8Array;
  readonly assignees: readonly (string | null)[];
  /** brightness, luma_p95, contrast, sharpness: 4 numbers a frame, NaN where not measured. */
  readonly statistics: Float64Array;
}

type IndexRow = readonly [
  id: number,
  name: string,
  width: number,
  height: number,
  state: number,
  split: string | null,
  sequence: string | null,
  idx: number | null,
  time: number | null,
  brightness: number | null,
  lumaP95: number | null,
  contrast: number | null,
  sharpness: number | null,
  rev: number,
  changed: number,
  openComments: number,
  assignee: string | null,
];

const indexColumns = /* sql */ `
  f.id, f.name, f.width, f.height, f.state, f.split, f.sequence, f.idx, f.time, m.brightness, m.luma_p95, m.contrast, m.sharpness, f.rev,
  f.changed, f.open_comments, f.assignee
  from frame f join media m on m.id = f.media`;

function revisionOf({ prepare }: ReadConnection): number {
  return prepare<{ rev: number | null }>('select max(rev) as rev from frame').get()?.rev ?? 0;
}

function toColumns(rows: readonly IndexRow[], revision: number): FrameIndexColumns {
  const count = rows.length;
  const result = {
    revision,
    ids: new Float64Array(count),
    revisions: new Float64Array(count),
    names: new Array<string>(count),
    widths: new Uint32Array(count),
    heights: new Uint32Array(count),
    states: new Uint8Array(count),
    splits: new Array<string | null>(count),
    sequences: new Array<string | null>(count),
    indices: new Int32Array(count),
    times: new Float64Array(count),
    review: new Uint8Array(count),
    assignees: new Array<string | null>(count),
    statistics: new Float64Array(4 * count),
  };
  rows.forEach((row, i) => {
    result.ids[i] = row[0];
    result.revisions[i] = row[13];
    result.names[i] = row[1];
    result.widths[i] = row[2];
    result.heights[i] = row[3];
    result.states[i] = row[4];
    result.splits[i] = row[5];
    result.sequences[i] = row[6];
    result.indices[i] = row[7] ?? -1;
    result.times[i] = row[8] ?? Number.NaN;
    result.review[i] = (row[14] === 1 ? 1 : 0) | (row[15] > 0 ? 2 : 0);
    result.assignees[i] = row[16];
    for (let s = 0; s < 4; s++) result.statistics[4 * i + s] = (row[9 + s] as number | null) ?? Number.NaN;
  });
  return result;
}

function frameIndex(connection: ReadConnection): FrameIndexColumns {
  const rows = connection.prepare(`select ${indexColumns} order by f.name`).raw().all() as IndexRow[];
  return toColumns(rows, revisionOf(connection));
}

/** Frames that changed after a revision, and how many frames there are: enough to bring an index up to date. */
function framesChangedSince(
  connection: ReadConnection,
  input: { readonly revision: number },
): { readonly count: number; readonly changed: FrameIndexColumns } {
  const rows = connection.prepare(`select ${indexColumns} where f.rev > ?`).raw().all(input.revision) as IndexRow[];
  const count = connection.prepare<{ n: number }>('select count(*) as n from frame').get()?.n ?? 0;
  return { count, changed: toColumns(rows, revisionOf(connection)) };
}

/** Every tag with the frames that carry it. */
function frameTags({ prepare }: ReadConnection): readonly { readonly tag: string; readonly frames: Float64Array }[] {
  const found = new Map<string, number[]>();
  for (const { tag, frame } of prepare<{ tag: string; frame: number }>('select tag, frame from frame_tag order by tag, frame').iterate()) {
    const list = found.get(tag);
    if (list) list.push(frame);
    else found.set(tag, [frame]);
  }
  return [...found].map(([tag, frames]) => ({ tag, frames: Float64Array.from(frames) }));
}

/** Where a frame's image lies; the host turns it into a path. */
export interface MediaLocation {
  readonly id: FrameId;
  readonly name: string;
  readonly sha256: string;
  readonly place: 'copy' | 'link' | 'none';
  readonly format: string | null;
  /** Path below the link root, for `link`. */
  readonly path: string | null;
  readonly root: number | null;
  /** Of the link root: from the dataset folder, where it lies near it. */
  readonly rootRelative: string | null;
  readonly problem: string | null;
}

function mediaLocations({ prepare }: ReadConnection, input: { readonly ids: Float64Array }): readonly MediaLocation[] {
  const select = prepare<Omit<MediaLocation, 'sha256'> & { readonly sha256: Uint8Array }>(/* sql */ `
    select f.id, f.name, m.sha256, m.place, m.format, m.path, m.root, r.relative as rootRelative, m.problem
    from frame f join media m on m.id = f.media left join link_root r on r.id = m.root where f.id = ?`);
  const found: MediaLocation[] = [];
  for (const id of input.ids) {
    const row = select.get(id);
    if (row) found.push({ ...row, sha256: Buffer.from(row.sha256).toString('hex') });
  }
  return found;
}

/** Boxes of gt on some frames as columns for thumbnails: frame by frame, then by key. */
function annotationBoxes({ prepare }: ReadConnection, input: { readonly ids: Float64Array }) {
  const select = prepare('select id, category, score, origin, x, y, w, h from box where frame = ? and live = 1 order by id').raw();
  const offsets = new Uint32Array(input.ids.length + 1);
  const rows: (readonly [number, number, number | null, number, number, number, number, number])[] = [];
  input.ids.forEach((frame, i) => {
    for (const row of select.iterate(frame)) rows.push(row as (typeof rows)[number]);
    offsets[i + 1] = rows.length;
  });
  const result = {
    offsets,
    ids: new Float64Array(rows.length),
    categories: new Uint16Array(rows.length),
    scores: new Float64Array(rows.length),
    boxes: new Float64Array(4 * rows.length),
    origins: new Uint8Array(rows.length),
  };
  rows.forEach(([id, category, score, origin, x, y, w, h], i) => {
    result.ids[i] = id;
    result.categories[i] = category;
    result.scores[i] = score ?? Number.NaN;
    result.origins[i] = origin;
    result.boxes.set([x, y, w, h], 4 * i);
  });
  return result;
}

export const reads = {
  'frames.boxes': annotationBoxes,
  'frames.byName': frameByName,
  'frames.changedSince': framesChangedSince,
  'frames.find': findFrames,
  'frames.index': frameIndex,
  'frames.media': mediaLocations,
  'frames.rows': frameRows,
  'frames.tags': frameTags,
} as const;
