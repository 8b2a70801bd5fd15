import type { Attributes } from '../domain/annotation.ts';
import type { Box } from '../geometry/box.ts';

/** What a box of a track says beside its place. */
export interface TrackValues {
  /** Number of the dataset's category. */
  readonly category: number;
  readonly bbox: Box;
  /** Degrees clockwise around the centre. */
  readonly angle: number;
  /** Bit i is `boxFlags[i]`. */
  readonly flags: number;
  readonly attributes: Attributes;
}

/** A box somebody stands behind. `at`: place of its frame in the sequence, from 0. */
export interface TrackKey extends TrackValues {
  readonly at: number;
}

/**
 * The object is in sight on every frame from `from` to `to`, both inclusive. Keys ascend and lie in between; there is at least
 * one. Before the first and behind the last the object stands as at that key.
 */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly keys: readonly TrackKey[];
}

/** Stretches ascend and do not touch: between two of them the object is out of sight, and there are no boxes. */
export type Track = readonly Stretch[];

/** A box of a track as the dataset has it, or is to have it. */
export interface TrackBox extends TrackKey {
  /** Computed from the keys around it; a person's change makes it a key. */
  readonly interpolated: boolean;
}

/**
 * The track behind stored boxes, which ascend by `at` and have each place once. A gap in the places is a gap of the track. A
 * stretch that has lost all of its keys has one where it begins.
 */
export function readTrack(boxes: readonly TrackBox[]): Track {
  const track: Stretch[] = [];
  for (let i = 0; i < boxes.length;) {
    let end = i + 1;
    while (boxes[end]?.at === (boxes[end - 1] as TrackBox).at + 1) end++;
    const run = boxes.slice(i, end);
    const [first, last] = [run[0] as TrackBox, run[run.length - 1] as TrackBox];
    const keys = run.filter((box) => !box.interpolated);
    track.push({ from: first.at, to: last.at, keys: (keys.length > 0 ? keys : [first]).map(keyOf) });
    i = end;
  }
  return track;
}

function keyOf({ at, category, bbox, angle, flags, attributes }: TrackBox): TrackKey {
  return { at, category, bbox, angle, flags, attributes };
}

/** Seconds of each place where all frames have a time and it grows; otherwise the places themselves. */
export type Timeline = (at: number) => number;

/** `times`: seconds of each frame of the sequence in its order, null where unknown. */
export function timelineOf(times: readonly (number | null)[]): Timeline {
  const grows = times.every((time, i) => time !== null && Number.isFinite(time) && (i === 0 || time > (times[i - 1] as number)));
  return grows ? (at) => times[at] ?? Number.NaN : (at) => at;
}

/** Every box of a track: keys as they are, the others between two keys by time, at the ends as the nearest key. */
export function boxesOf(track: Track, timeline: Timeline): TrackBox[] {
  const boxes: TrackBox[] = [];
  for (const stretch of track) {
    let next = 0;
    for (let at = stretch.from; at <= stretch.to; at++) {
      while ((stretch.keys[next]?.at ?? Infinity) < at) next++;
      boxes.push(boxBeside(stretch, next, at, timeline));
    }
  }
  return boxes;
}

/** `next`: the first key at or behind the place. */
function boxBeside({ keys }: Stretch, next: number, at: number, timeline: Timeline): TrackBox {
  const behind = keys[next];
  const before = keys[next - 1];
  if (behind?.at === at) return { ...behind, interpolated: false };
  if (before === undefined || behind === undefined) return { ...((before ?? behind) as TrackKey), at, interpolated: true };
  return { ...between(before, behind, at, timeline), interpolated: true };
}

/**
 * A place between two keys. Position, size and angle are linear in time, the angle by the shorter way round; category, flags
 * and attributes hold from one key to the next.
 */
export function between(from: TrackKey, to: TrackKey, at: number, timeline: Timeline): TrackKey {
  const share = (timeline(at) - timeline(from.at)) / (timeline(to.at) - timeline(from.at));
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const [x, y, w, h] = from.bbox;
  const turn = ((((to.angle - from.angle + 180) % 360) + 360) % 360) - 180;
  return {
    ...from,
    at,
    bbox: [mix(x, to.bbox[0]), mix(y, to.bbox[1]), mix(w, to.bbox[2]), mix(h, to.bbox[3])],
    angle: from.angle + turn * share,
  };
}

/** The box of a track at a place, or null where it is out of sight. */
export function boxAt(track: Track, at: number, timeline: Timeline): TrackBox | null {
  const stretch = track.find(({ from, to }) => from <= at && at <= to);
  if (stretch === undefined) return null;
  const next = stretch.keys.findIndex((key) => key.at >= at);
  return boxBeside(stretch, next < 0 ? stretch.keys.length : next, at, timeline);
}
