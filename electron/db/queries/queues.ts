import type { StateQueue } from '../../../shared/review/queueId.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { namesParameter, type Person } from '../person.ts';
import { reads as reviewReads } from './review.ts';

/** `corrected` and `assigned` are of this person, the others of everybody. */
type ListedQueue = Person & { readonly kind: StateQueue | 'assigned' };

const conditions: { readonly [K in Exclude<StateQueue, 'corrected'>]: string } = {
  unlabeled: 'state in (0, 1)',
  rejected: 'state = 3',
  unreviewed: 'state = 2',
  changed: 'changed = 1',
  comments: 'open_comments > 0',
};
/** A person's names, by `namesParameter`. */
const theirs = '(select value from json_each(?))';
const assigned = `assignee in ${theirs} and state in (0, 1, 3)`;

/** Whether each of these is so is asked box by box; more than this many frames are not counted. */
const maxCorrected = 5_000;

/** Keys of the frames that a queue asks for now, by name. */
function frames(c: ReadConnection, input: ListedQueue): Float64Array {
  if (input.kind === 'corrected') return Float64Array.from(corrected(c, input));
  const rows =
    input.kind === 'assigned'
      ? c.prepare<[number]>(`select id from frame where ${assigned} order by name`).raw().all(namesParameter(input))
      : c.prepare<[number]>(`select id from frame where ${conditions[input.kind]} order by name`).raw().all();
  return Float64Array.from(rows, ([id]) => id);
}

/** Frames this person worked on, and somebody else after them. */
function corrected(c: ReadConnection, person: Person): readonly number[] {
  const theirs = '(select value from json_each(@names))';
  return c
    .prepare<[number]>(
      `select m.frame from (
         select frame, max(max(edit_h), max(labeled_h)) h from frame_author where author in ${theirs} group by frame) m
       join frame f on f.id = m.frame
       where m.h > 0
         and exists (select 1 from frame_author o where o.frame = m.frame and o.author not in ${theirs} and o.edit_h > m.h
           and o.edit_h > coalesce((select max(v.h) from verdict v where v.frame = m.frame and v.author in ${theirs}), 0))
       order by f.name limit @limit`,
    )
    .raw()
    .all({ names: namesParameter(person), limit: maxCorrected })
    .map(([id]) => id)
    .filter((frame) => reviewReads['review.frame'](c, { ...person, frame }).corrections !== null);
}

function counts(c: ReadConnection, input: Person): { readonly [K in StateQueue | 'assigned']: number } {
  const count = (where: string, ...parameters: readonly unknown[]): number =>
    c.prepare<{ n: number }>(`select count(*) n from frame where ${where}`).get(...parameters)?.n ?? 0;
  return {
    unlabeled: count(conditions.unlabeled),
    rejected: count(conditions.rejected),
    unreviewed: count(conditions.unreviewed),
    changed: count(conditions.changed),
    comments: count(conditions.comments),
    corrected: corrected(c, input).length,
    assigned: count(assigned, namesParameter(input)),
  };
}

export interface StoredQueue {
  readonly startedAt: number;
  readonly frames: Float64Array;
  readonly place: number;
  /** Places that are finished. */
  readonly done: Float64Array;
  readonly triggerHash: string | null;
  readonly sources: readonly string[];
  readonly severities: Float64Array | null;
  readonly offsets: Uint32Array | null;
  readonly witnessIds: Float64Array | null;
  readonly witnessBoxes: Float64Array | null;
  /** Times of the finished frames, ms, rising. */
  readonly times: Float64Array;
}

/** A queue that was begun under two of a person's names is the one that was begun last. */
const latest = 'order by started_at desc, no desc limit 1';

interface QueueRow {
  readonly no: number;
  readonly started_at: number;
  readonly frames: Buffer;
  readonly place: number;
  readonly trigger_hash: string | null;
  readonly sources: string;
  readonly severities: Buffer | null;
  readonly offsets: Buffer | null;
  readonly witness_ids: Buffer | null;
  readonly witness_boxes: Buffer | null;
}

function stored(c: ReadConnection, input: Person & { readonly id: string }): StoredQueue | null {
  const names = namesParameter(input);
  const row = c.prepare<QueueRow>(`select * from queue where author in ${theirs} and id = ? ${latest}`).get(names, input.id);
  if (row === undefined) return null;
  return {
    startedAt: row.started_at,
    frames: floats(row.frames),
    place: row.place,
    done: Float64Array.from(c.prepare<[number]>('select place from queue_done where queue = ?').raw().all(row.no), ([place]) => place),
    triggerHash: row.trigger_hash,
    sources: JSON.parse(row.sources) as string[],
    severities: row.severities === null ? null : floats(row.severities),
    offsets: row.offsets === null ? null : new Uint32Array(copied(row.offsets)),
    witnessIds: row.witness_ids === null ? null : floats(row.witness_ids),
    witnessBoxes: row.witness_boxes === null ? null : floats(row.witness_boxes),
    times: Float64Array.from(
      c
        .prepare<[number]>(`select ms from visit where author in ${theirs} and queue = ? and at >= ? and done = 1 and ms > 0 order by ms`)
        .raw()
        .all(names, input.id, row.started_at),
      ([ms]) => ms,
    ),
  };
}

function begun(c: ReadConnection, input: Person): readonly string[] {
  return c
    .prepare<{ id: string }>(`select id from queue where author in ${theirs} group by id order by max(started_at) desc`)
    .all(namesParameter(input))
    .map(({ id }) => id);
}

/** Where the bytes of a row begin is no matter of 8. */
function copied(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
function floats(bytes: Buffer): Float64Array {
  return new Float64Array(copied(bytes));
}
function bytes(array: Float64Array | Uint32Array | null): Buffer | null {
  return array === null ? null : Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** Old definitions of a person go when there are more than this many. */
const keptQueues = 50;

function begin(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly id: string;
    readonly startedAt: number;
  } & Pick<StoredQueue, 'frames' | 'triggerHash' | 'sources' | 'severities' | 'offsets' | 'witnessIds' | 'witnessBoxes'>,
): null {
  c.prepare('delete from queue where author = ? and id = ?').run(input.author, input.id);
  c.prepare(
    `insert into queue (author, id, started_at, frames, trigger_hash, sources, severities, offsets, witness_ids, witness_boxes)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    input.author,
    input.id,
    input.startedAt,
    bytes(input.frames),
    input.triggerHash,
    JSON.stringify(input.sources),
    bytes(input.severities),
    bytes(input.offsets),
    bytes(input.witnessIds),
    bytes(input.witnessBoxes),
  );
  c.prepare(
    'delete from queue where author = ? and no not in (select no from queue where author = ? order by started_at desc limit ?)',
  ).run(input.author, input.author, keptQueues);
  return null;
}

export interface Visit extends Person {
  readonly at: number;
  readonly queue: string | null;
  readonly place?: number | undefined;
  readonly left?: { readonly frame: number; readonly place: number; readonly ms: number; readonly done: boolean } | undefined;
}

function visit(c: WriteConnection, input: Visit): null {
  const { author, queue, left } = input;
  const no =
    queue === null
      ? undefined
      : c.prepare<{ no: number }>(`select no from queue where author in ${theirs} and id = ? ${latest}`).get(namesParameter(input), queue)
          ?.no;
  if (no !== undefined && input.place !== undefined) c.prepare('update queue set place = ? where no = ?').run(input.place, no);
  if (left === undefined) return null;
  if (left.ms > 0 || left.done)
    c.prepare('insert into visit (author, frame, at, ms, done, queue) values (?, ?, ?, ?, ?, ?)').run(
      author,
      left.frame,
      input.at,
      left.ms,
      left.done ? 1 : 0,
      queue,
    );
  if (!left.done) return null;
  if (no !== undefined && left.place >= 0) c.prepare('insert or ignore into queue_done (queue, place) values (?, ?)').run(no, left.place);
  // Who finishes a frame has seen what others did to it.
  c.prepare(
    `insert into correction_seen (author, frame, h) select ?, frame, max(edit_h) from frame_author where frame = ? group by frame
     on conflict do update set h = max(h, excluded.h)`,
  ).run(author, left.frame);
  return null;
}

export const reads = {
  'queues.begun': begun,
  'queues.counts': counts,
  'queues.frames': frames,
  'queues.stored': stored,
} as const;

export const writes = {
  'queues.begin': begin,
  'queues.visit': visit,
} as const;
