import { boxAt, type Stretch, type Timeline, type Track, type TrackKey, type TrackValues } from './track.ts';

/*
 * Edits of one track as functions from a track to a track. Places are places in the sequence; nothing is stored here: the
 * caller compares the boxes before and after (trackChanges.ts).
 */

/** A key at a place in sight: interpolation goes through it. Outside of every stretch nothing changes. */
export function addKey(track: Track, at: number, timeline: Timeline): Track {
  return track.map((stretch) => {
    const box = covers(stretch, at) ? boxAt([stretch], at, timeline) : null;
    return box === null ? stretch : sorted([...stretch.filter((key) => key.at !== at), keyOf(box)]);
  });
}

/**
 * Takes a key away. Inside a stretch the keys around it take over; at its end the stretch shrinks to the key before (or
 * after); an only key takes its stretch with it.
 */
export function removeKey(track: Track, at: number): Track {
  return track.map((stretch) => stretch.filter((key) => key.at !== at)).filter((stretch) => stretch.length > 0);
}

/** Out of sight from `from` to `to`, both inclusive. The ends that this makes stay where they were: they become keys. */
export function cut(track: Track, from: number, to: number, timeline: Timeline): Track {
  const rest: Stretch[] = [];
  for (const stretch of track) {
    if (last(stretch).at < from || first(stretch).at > to) {
      rest.push(stretch);
      continue;
    }
    if (first(stretch).at < from) rest.push(part(stretch, first(stretch).at, from - 1, timeline));
    if (last(stretch).at > to) rest.push(part(stretch, to + 1, last(stretch).at, timeline));
  }
  return rest;
}

/** The object was last seen at `at`. */
export function end(track: Track, at: number, timeline: Timeline): Track {
  return cut(track, at + 1, Number.MAX_SAFE_INTEGER, timeline);
}

/**
 * In sight again at `at`, with the values given or those of the nearest box before (else after) it. Where it is in sight
 * already, nothing changes. Null for a track without any box.
 */
export function resume(track: Track, at: number, values: TrackValues | null): Track | null {
  if (track.some((stretch) => covers(stretch, at))) return track;
  const from = values ?? nearestKey(track, at);
  return from === null ? null : joined([...track, [{ ...valuesOf(from), at }]]);
}

/** The stretch nearest to `at` goes on to there, where the object stands as at that end. */
export function extend(track: Track, at: number): Track | null {
  if (track.some((stretch) => covers(stretch, at))) return track;
  const near = nearestKey(track, at);
  if (near === null) return null;
  return joined(track.map((stretch) => (stretch.includes(near) ? sorted([...stretch, { ...near, at }]) : stretch)));
}

/** In sight all through the gap that holds `at`: the stretches on both sides become one. Outside of gaps nothing changes. */
export function bridge(track: Track, at: number): Track {
  const after = track.findIndex((stretch) => first(stretch).at > at);
  const before = track[after - 1];
  const next = track[after];
  if (before === undefined || next === undefined || covers(before, at)) return track;
  return [...track.slice(0, after - 1), [...before, ...next], ...track.slice(after + 1)];
}

/** What lies before `at`, and what lies at and after it. */
export function split(track: Track, at: number, timeline: Timeline): readonly [before: Track, after: Track] {
  return [cut(track, at, Number.MAX_SAFE_INTEGER, timeline), cut(track, 0, at - 1, timeline)];
}

/** Places where both are in sight: two tracks that have some cannot become one. */
export function overlap(a: Track, b: Track): number | null {
  for (const x of a)
    for (const y of b) {
      const from = Math.max(first(x).at, first(y).at);
      if (from <= Math.min(last(x).at, last(y).at)) return from;
    }
  return null;
}

/** Two tracks as one; `isBridged`: in sight all through the gaps between their stretches. */
export function merge(a: Track, b: Track, isBridged: boolean): Track {
  const both = joined([...a, ...b]);
  if (!isBridged || both.length === 0) return both;
  const isOfA = (stretch: Stretch): boolean => a.some((other) => other.includes(first(stretch)));
  return both.reduce<Stretch[]>((done, stretch) => {
    const before = done.at(-1);
    // Only where one hands over to the other: a gap of either of them is somebody's word.
    if (before === undefined || isOfA([last(before)]) === isOfA(stretch)) return [...done, stretch];
    return [...done.slice(0, -1), [...before, ...stretch]];
  }, []);
}

/** Another category for the whole track, or from a place on: there a key says so. */
export function recategorise(track: Track, category: number, from: number | null, timeline: Timeline): Track {
  const keyed = from === null ? track : addKey(track, from, timeline);
  return keyed.map((stretch) => stretch.map((key) => (from === null || key.at >= from ? { ...key, category } : key)));
}

function part(stretch: Stretch, from: number, to: number, timeline: Timeline): Stretch {
  const keyed = addKey(addKey([stretch], from, timeline), to, timeline)[0] ?? [];
  return keyed.filter((key) => key.at >= from && key.at <= to);
}

/** Stretches in order; two that touch are one. */
function joined(stretches: readonly Stretch[]): Track {
  const ordered = [...stretches].sort((a, b) => first(a).at - first(b).at);
  return ordered.reduce<Stretch[]>((done, stretch) => {
    const before = done.at(-1);
    if (before === undefined || last(before).at + 1 < first(stretch).at) return [...done, stretch];
    return [...done.slice(0, -1), [...before, ...stretch]];
  }, []);
}

function nearestKey(track: Track, at: number): TrackKey | null {
  const before = track.findLast((stretch) => last(stretch).at < at);
  if (before !== undefined) return last(before);
  const after = track.find((stretch) => first(stretch).at > at);
  return after === undefined ? null : first(after);
}

function covers(stretch: Stretch, at: number): boolean {
  return first(stretch).at <= at && at <= last(stretch).at;
}

function first(stretch: Stretch): TrackKey {
  return stretch[0] as TrackKey;
}
function last(stretch: Stretch): TrackKey {
  return stretch[stretch.length - 1] as TrackKey;
}

function sorted(keys: readonly TrackKey[]): Stretch {
  return [...keys].sort((a, b) => a.at - b.at);
}

function valuesOf({ category, bbox, angle, flags, attributes }: TrackValues): TrackValues {
  return { category, bbox, angle, flags, attributes };
}

function keyOf(box: TrackKey): TrackKey {
  return { ...valuesOf(box), at: box.at };
}
