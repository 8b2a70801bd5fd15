import type { TrackEdit, TrackList, TrackSummary } from '../../../shared/contract/tracks.ts';
import { interpolatedBit } from '../../../shared/domain/annotation.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import {
  addKey,
  bridge,
  cut,
  end,
  extend,
  merge,
  overlap,
  recategorise,
  removeKey,
  resume,
  split,
} from '../../../shared/tracks/editTrack.ts';
import { simplifyKeys } from '../../../shared/tracks/simplifyKeys.ts';
import { boxesOf, readTrack } from '../../../shared/tracks/track.ts';
import type { Track, TrackKey } from '../../../shared/tracks/track.ts';
import type { StoredBox } from '../../../shared/tracks/trackChanges.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import type { Step } from '../log/opLog.ts';
import { sequenceNamed, sequenceOf, storedBox, trackBoxes, writeTrack } from '../log/tracks.ts';
import type { Sequence } from '../log/tracks.ts';
import { statesOf } from './annotations.ts';
import { boxesInConflict } from './conflicts.ts';
import type { AppliedChanges } from './annotations.ts';
import { selectStoredBox, type StoredBoxRow } from '../log/storedBoxRow.ts';

/** The tracks of the sequence that a frame belongs to. */
function list(c: ReadConnection, input: { readonly frame: number }): TrackList {
  const row = c.prepare<{ sequence: string | null }>('select sequence from frame where id = ?').get(input.frame);
  if (row === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame: input.frame });
  if (row.sequence === null) return emptyList;
  const sequence = sequenceOf(c, input.frame);
  const boxes = c
    .prepare<{ id: number; frame: number; track: number; category: number; flags: number }>(
      `select b.id, b.frame, b.track, b.category, b.flags from frame f join box b on b.frame = f.id
       where f.sequence = ? and b.live = 1 and b.track is not null`,
    )
    .all(sequence.name)
    .map((box) => ({ ...box, at: sequence.places.get(box.frame) as number }))
    .sort((a, b) => a.track - b.track || a.at - b.at || a.id - b.id);
  const tracks: TrackSummary[] = [];
  const offsets: number[] = [];
  boxes.forEach((box, i) => {
    const last = tracks.at(-1);
    if (last?.number !== box.track) {
      offsets.push(i);
      tracks.push({ number: box.track, category: box.category, changesCategory: false });
    } else if (last.category !== box.category) tracks[tracks.length - 1] = { ...last, changesCategory: true };
  });
  return {
    sequence: sequence.name,
    frames: Float64Array.from(sequence.frames),
    times: Float64Array.from(sequence.times, (time) => time ?? Number.NaN),
    tracks,
    offsets: Uint32Array.from([...offsets, boxes.length]),
    places: Uint32Array.from(boxes, (box) => box.at),
    ids: Float64Array.from(boxes, (box) => box.id),
    keys: Uint8Array.from(boxes, (box) => ((box.flags & interpolatedBit) === 0 ? 1 : 0)),
    flags: Uint8Array.from(boxes, (box) => box.flags & ~interpolatedBit),
  };
}

const emptyList: TrackList = {
  sequence: null,
  frames: new Float64Array(),
  times: new Float64Array(),
  tracks: [],
  offsets: new Uint32Array(1),
  places: new Uint32Array(),
  ids: new Float64Array(),
  keys: new Uint8Array(),
  flags: new Uint8Array(),
};

/** One after another, as one step. */
function edit(
  c: WriteConnection,
  input: { readonly author: string; readonly frame: number; readonly edits: readonly TrackEdit[] },
): AppliedChanges & { readonly tracks: readonly number[] } {
  const sequence = sequenceOf(c, input.frame);
  const frames = new Set<number>();
  const first = c.log.seq + 1;
  const tracks = c.log.step({ author: input.author, actor: 0, note: 'track' }, (step) =>
    input.edits.map((one) => {
      const done = new TrackWork(c, step, sequence).edit(one);
      for (const frame of done.frames) frames.add(frame);
      return done.track;
    }),
  );
  const results = c.log.seq < first ? [] : [{ seq: c.log.seq }];
  return { tracks, results, frameStates: statesOf(c, frames), conflicts: boxesInConflict(c, frames) };
}

interface Done {
  readonly track: number;
  readonly frames: readonly number[];
}

/** The edits of the contract on the boxes of one sequence. */
class TrackWork {
  readonly #c: WriteConnection;
  readonly #step: Step;
  readonly #sequence: Sequence;

  constructor(c: WriteConnection, step: Step, sequence: Sequence) {
    this.#c = c;
    this.#step = step;
    this.#sequence = sequence;
  }

  edit(edit: TrackEdit): Done {
    const { timeline } = this.#sequence;
    switch (edit.op) {
      case 'create':
        return this.#create(edit.boxes, edit.bridged === true, edit.to === undefined ? null : this.#place(edit.to));
      case 'dissolve':
        return this.#dissolve(edit.track, edit.from, edit.to);
      case 'extend':
        return this.#change(edit.track, (track) => extend(track, this.#place(edit.frame), timeline));
      case 'end':
        return this.#change(edit.track, (track) => end(track, this.#place(edit.frame), timeline));
      case 'resume':
        return this.#resume(edit.track, this.#place(edit.frame), edit.bbox);
      case 'cut':
        return this.#change(edit.track, (track) => cut(track, this.#place(edit.from), this.#place(edit.to), timeline));
      case 'bridge':
        return this.#change(edit.track, (track) => bridge(track, this.#place(edit.frame), timeline));
      case 'key':
        return this.#change(edit.track, (track) => addKey(track, this.#place(edit.frame), timeline));
      case 'unkey':
        return this.#change(edit.track, (track) => removeKey(track, this.#place(edit.frame)));
      case 'split':
        return this.#split(edit.track, this.#place(edit.frame));
      case 'merge':
        return this.#merge(edit.track, edit.other, edit.bridged === true);
      case 'category':
        return this.#change(edit.track, (track) =>
          recategorise(track, edit.category, edit.from === undefined ? null : this.#place(edit.from), timeline),
        );
      case 'delete':
        return this.#change(edit.track, () => []);
    }
  }

  #place(frame: number): number {
    const at = this.#sequence.places.get(frame);
    if (at === undefined) throw new AppError('not_found', 'This frame is in another recording.', { frame });
    return at;
  }

  #stored(track: number): readonly StoredBox[] {
    const stored = trackBoxes(this.#c, this.#sequence, track);
    if (stored.length === 0) throw new AppError('not_found', 'This track has no boxes (any more).', { track });
    return stored;
  }

  #change(track: number, change: (track: Track) => Track | null): Done {
    const stored = this.#stored(track);
    return { track, frames: this.#write(track, stored, change(readTrack(stored)) ?? readTrack(stored)) };
  }

  #write(track: number, stored: readonly StoredBox[], wanted: Track): readonly number[] {
    const boxes = { stored, wanted: boxesOf(wanted, this.#sequence.timeline) };
    return writeTrack(this.#c, this.#step, { sequence: this.#sequence, track }, boxes);
  }

  /** `f` beside it: the frames whose boxes get another number. */
  #renumber(boxes: readonly StoredBox[], track: number | null): readonly number[] {
    return boxes.map((box) => {
      const frame = this.#sequence.frames[box.at] as number;
      const plain = track === null && box.interpolated ? [{ field: 'k:interpolated', value: false }] : [];
      const writes = [{ field: 't', value: track }, ...plain];
      this.#step.op({ kind: 'put', entity: { kind: 'box', key: box.id }, frame, writes });
      return frame;
    });
  }

  /** No box ever had this number, so that undo cannot bring one back under it. */
  #free(): number {
    const highest = this.#c.prepare<{ n: number | null }>('select max(track) n from box where track is not null').get()?.n ?? 0;
    if (highest >= 2_147_483_647) throw new AppError('too_large', 'This dataset has no free track numbers left.');
    return highest + 1;
  }

  #create(ids: readonly number[], isBridged: boolean, to: number | null): Done {
    const select = this.#c.prepare<StoredBoxRow>(`${selectStoredBox} where id = ? and live = 1`);
    const boxes = [...new Set(ids)].map((id) => {
      const row = select.get(id);
      if (row === undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box: id });
      if (row.track !== null)
        throw new AppError('invalid_request', 'This box is in a track already. Merge the tracks, or take it out first.', { box: id });
      return storedBox(row, this.#place(row.frame));
    });
    boxes.sort((a, b) => a.at - b.at);
    const twice = boxes.find((box, i) => boxes[i - 1]?.at === box.at);
    if (twice !== undefined)
      throw new AppError('invalid_request', 'A track has one box on a frame, and two were chosen.', { box: twice.id });
    const track = this.#free();
    const frames = this.#renumber(boxes, track);
    if (!isBridged && to === null) return { track, frames };
    const { timeline } = this.#sequence;
    const [first, last] = [boxes[0] as StoredBox, boxes[boxes.length - 1] as StoredBox];
    const made: Track = isBridged ? [{ from: first.at, to: last.at, keys: boxes }] : readTrack(boxes);
    const wanted = to === null ? made : (extend(made, to, timeline) ?? made);
    return { track, frames: [...frames, ...this.#write(track, this.#stored(track), wanted)] };
  }

  #dissolve(track: number, from: number | undefined, to: number | undefined): Done {
    const first = from === undefined ? 0 : this.#place(from);
    const last = to === undefined ? Number.MAX_SAFE_INTEGER : this.#place(to);
    const stored = this.#stored(track);
    const frames = this.#renumber(
      stored.filter((box) => box.at >= first && box.at <= last),
      null,
    );
    const rest = trackBoxes(this.#c, this.#sequence, track);
    return { track, frames: [...frames, ...this.#write(track, rest, cut(readTrack(stored), first, last, this.#sequence.timeline))] };
  }

  #resume(track: number, at: number, bbox: TrackKey['bbox'] | undefined): Done {
    return this.#change(track, (before) => {
      const resumed = resume(before, at, null, this.#sequence.timeline);
      if (bbox === undefined || resumed === null) return resumed;
      return resumed.map((stretch) => ({ ...stretch, keys: stretch.keys.map((key) => (key.at === at ? { ...key, bbox } : key)) }));
    });
  }

  /** The stretch that ends at `at` goes on with the keys that `more` makes of its last one, without those that are not needed. */
  follow(track: number, at: number, more: (key: TrackKey) => readonly TrackKey[]): readonly number[] {
    return this.#change(track, (before) =>
      addKey(before, at, this.#sequence.timeline).map((stretch) => {
        const key = stretch.keys.at(-1);
        if (key?.at !== at || stretch.to !== at) return stretch;
        const found = simplifyKeys([key, ...more(key)], followTolerance, this.#sequence.timeline);
        return { ...stretch, to: (found.at(-1) ?? key).at, keys: [...stretch.keys.slice(0, -1), ...found] };
      }),
    ).frames;
  }

  #split(track: number, at: number): Done {
    const stored = this.#stored(track);
    const [before, after] = split(readTrack(stored), at, this.#sequence.timeline);
    if (before.length === 0 || after.length === 0)
      throw new AppError('invalid_request', 'There is nothing to split: the track lies on one side of this frame.', { track });
    const made = this.#free();
    const moved = stored.filter((box) => box.at >= at);
    const frames = this.#renumber(moved, made);
    const kept = stored.filter((box) => box.at < at);
    return { track: made, frames: [...frames, ...this.#write(track, kept, before), ...this.#write(made, moved, after)] };
  }

  #merge(track: number, other: number, isBridged: boolean): Done {
    if (track === other) throw new AppError('invalid_request', 'A track cannot be merged with itself.', { track });
    const [mine, theirs] = [this.#stored(track), this.#stored(other)];
    const [a, b] = [readTrack(mine), readTrack(theirs)];
    const both = overlap(a, b);
    if (both !== null)
      throw new AppError('invalid_request', 'Both tracks are in sight on the same frames, so they are two objects.', {
        track,
        other,
        frame: this.#sequence.frames[both],
      });
    const frames = this.#renumber(theirs, track);
    const stored = [...mine, ...theirs].sort((x, y) => x.at - y.at);
    return { track, frames: [...frames, ...this.#write(track, stored, merge(a, b, isBridged, this.#sequence.timeline))] };
  }
}

/** Recordings and their frames in order: that of a frame, or all. */
function sequences(
  c: ReadConnection,
  input: { readonly frame?: number },
): readonly { readonly name: string; readonly frames: Float64Array }[] {
  const names =
    input.frame === undefined
      ? c.prepare<[string]>('select distinct sequence from frame where sequence is not null order by sequence').raw().all()
      : [[sequenceOf(c, input.frame).name]];
  return names.map(([name]) => ({ name: name as string, frames: Float64Array.from(sequenceNamed(c, name as string).frames) }));
}

/** Lists of boxes, each of which becomes a track that is in sight from its first box to its last. */
function assign(
  c: WriteConnection,
  input: {
    readonly author: string;
    readonly frame: number;
    /** Boxes of the first track, then of the second … */
    readonly ids: Float64Array;
    /** Number of boxes of each track. */
    readonly lengths: Uint32Array;
    /** Goes on with this step of undo. */
    readonly step?: number;
  },
): { readonly step: number; readonly frames: readonly number[] } {
  const sequence = sequenceOf(c, input.frame);
  const frames = new Set<number>();
  const t = c.log.step(
    { author: input.author, actor: 0, note: 'track' },
    (step) => {
      const work = new TrackWork(c, step, sequence);
      let at = 0;
      for (const length of input.lengths) {
        const boxes = [...input.ids.subarray(at, at + length)];
        at += length;
        for (const frame of work.edit({ op: 'create', boxes: boxes as BoxId[], bridged: true }).frames) frames.add(frame);
      }
      return step.t;
    },
    input.step ?? 0,
  );
  return { step: t, frames: [...frames] };
}

function sequenceNames(c: ReadConnection, _input: object): readonly string[] {
  return c
    .prepare<[string]>('select distinct sequence from frame where sequence is not null order by sequence')
    .raw()
    .all()
    .map(([name]) => name);
}

function framesOf(c: ReadConnection, input: { readonly sequence: string }): Float64Array {
  return Float64Array.from(sequenceNamed(c, input.sequence).frames);
}

/** Frames of a recording by the video they came from: its hash ('' for none) and their numbers in it. */
function videoFrames(
  c: ReadConnection,
  input: { readonly sequence: string },
): readonly { readonly video: string; readonly frames: Uint32Array }[] {
  const byVideo = new Map<string, number[]>();
  const rows = c.prepare<[string | null]>('select extra from frame where sequence = ?').raw().all(input.sequence);
  for (const [extra] of rows) {
    const { video = '', videoFrame = 0 } = (extra === null ? {} : JSON.parse(extra)) as {
      readonly video?: string;
      readonly videoFrame?: number;
    };
    const frames = byVideo.get(video) ?? [];
    byVideo.set(video, frames);
    frames.push(videoFrame);
  }
  return [...byVideo].map(([video, frames]) => ({ video, frames: Uint32Array.from(frames) }));
}

/** The recording that has frames of a video, by the hash of its file. */
function sequenceOfVideo(c: ReadConnection, input: { readonly video: string }): string | null {
  const row = c
    .prepare<{ sequence: string }>(
      "select sequence from frame where sequence is not null and instr(extra, ?) > 0 and json_extract(extra, '$.video') = ? limit 1",
    )
    .get(input.video, input.video);
  return row?.sequence ?? null;
}

export interface FollowStart {
  readonly frame: number;
  readonly track: number | null;
  readonly bbox: Box;
  /** The frames to search, in order: to the first one where the track is in sight already, at most as many as asked. */
  readonly frames: readonly number[];
  /** There is such a frame behind them. */
  readonly isOccupied: boolean;
  /** There are more frames than were asked for. */
  readonly isLimited: boolean;
}

function followFrom(c: ReadConnection, input: { readonly box: number; readonly frames: number }): FollowStart {
  const row = c
    .prepare<{ frame: number; track: number | null; x: number; y: number; w: number; h: number }>(
      'select frame, track, x, y, w, h from box where id = ? and live = 1',
    )
    .get(input.box);
  if (row === undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box: input.box });
  const sequence = sequenceOf(c, row.frame);
  const at = sequence.places.get(row.frame) as number;
  const occupied = row.track === null ? undefined : trackBoxes(c, sequence, row.track).find((box) => box.at > at)?.at;
  const end = Math.min(at + 1 + input.frames, occupied ?? Infinity, sequence.frames.length);
  return {
    frame: row.frame,
    track: row.track,
    bbox: [row.x, row.y, row.w, row.h],
    frames: sequence.frames.slice(at + 1, end),
    isOccupied: end === occupied,
    isLimited: end < sequence.frames.length && end !== occupied,
  };
}

/** How near interpolation comes to what was found, as a share of the object's size. */
const followTolerance = 0.03;

/** The track of a box goes on over the frames behind it; a box without track begins one. `boxes`: 4 numbers a frame. */
function addFollowed(
  c: WriteConnection,
  input: { readonly author: string; readonly box: number; readonly boxes: Float64Array },
): { readonly track: number; readonly frames: readonly number[] } {
  const start = followFrom(c, { box: input.box, frames: input.boxes.length / 4 });
  // Somebody may have drawn there meanwhile: their boxes stay, and what was found ends before them.
  const count = Math.min(start.frames.length, input.boxes.length / 4);
  const sequence = sequenceOf(c, start.frame);
  const at = sequence.places.get(start.frame) as number;
  return c.log.step({ author: input.author, actor: 0, note: 'track' }, (step) => {
    const work = new TrackWork(c, step, sequence);
    const made = start.track === null ? work.edit({ op: 'create', boxes: [input.box as BoxId] }) : { track: start.track, frames: [] };
    const done = work.follow(made.track, at, (key) =>
      Array.from({ length: count }, (_, i): TrackKey => {
        const [x = 0, y = 0, w = 0, h = 0] = input.boxes.subarray(4 * i, 4 * i + 4);
        return { ...key, at: at + 1 + i, bbox: [x, y, w, h] };
      }),
    );
    return { track: made.track, frames: [...new Set([...made.frames, ...done])] };
  });
}

export const reads = {
  'tracks.followFrom': followFrom,
  'tracks.framesOf': framesOf,
  'tracks.list': list,
  'tracks.sequenceNames': sequenceNames,
  'tracks.sequences': sequences,
  'tracks.sequenceOfVideo': sequenceOfVideo,
  'tracks.videoFrames': videoFrames,
} as const;

export const writes = {
  'tracks.addFollowed': addFollowed,
  'tracks.assign': assign,
  'tracks.edit': edit,
} as const;
