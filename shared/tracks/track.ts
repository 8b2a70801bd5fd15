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

/** The object is in sight on every frame from the first key to the last. Keys ascend; there is at least one. */
export type Stretch = readonly TrackKey[];

/** Stretches ascend and do not touch: between two of them the object is out of sight, and there are no boxes. */
export type Track = readonly Stretch[];

/** A box of a track as the dataset has it, or is to have it. */
export interface TrackBox extends TrackKey {
  /** Computed from the two keys around it; a person's change makes it a key. */
  readonly interpolated: boolean;
}

/**
 * The track behind stored boxes, which ascend by `at` and have each place once. A gap in the places is a gap of the track.
 * The first and last box of a stretch count as keys even where they are stored as interpolated: their neighbour was deleted.
 */
export function readTrack(boxes: readonly TrackBox[]): Track {
  const track: TrackKey[][] = [];
  let stretch: TrackKey[] = [];
  boxes.forEach((box, i) => {
    const isFirst = boxes[i - 1]?.at !== box.at - 1;
    const isLast = boxes[i + 1]?.at !== box.at + 1;
    if (isFirst) track.push((stretch = []));
    if (isFirst || isLast || !box.interpolated) stretch.push(keyOf(box));
  });
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

/** Every box of a track: keys as they are, the others between two keys by time. */
export function boxesOf(track: Track, timeline: Timeline): TrackBox[] {
  const boxes: TrackBox[] = [];
  for (const stretch of track) {
    stretch.forEach((key, i) => {
      boxes.push({ ...key, interpolated: false });
      const next = stretch[i + 1];
      if (next === undefined) return;
      for (let at = key.at + 1; at < next.at; at++) boxes.push({ ...between(key, next, at, timeline), interpolated: true });
    });
  }
  return boxes;
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
  for (const stretch of track) {
    const next = stretch.findIndex((key) => key.at >= at);
    if (next < 0) continue;
    const key = stretch[next] as TrackKey;
    if (key.at === at) return { ...key, interpolated: false };
    return next === 0 ? null : { ...between(stretch[next - 1] as TrackKey, key, at, timeline), interpolated: true };
  }
  return null;
}
