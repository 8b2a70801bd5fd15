import { boxAt, type Stretch, type Timeline, type Track, type TrackKey, type TrackValues } from './track.ts';

/*
 * Edits of one track as functions from a track to a track. Places are places in the sequence; nothing is stored here: the
 * caller compares the boxes before and after (trackChanges.ts).
 */

/** A key at a place in sight: interpolation goes through it. Outside of every stretch nothing changes. */
export function addKey(track: Track, at: number, timeline: Timeline): Track {
  return track.map((stretch) => {
    const box = boxAt([stretch], at, timeline);
    if (box === null) return stretch;
    const keys = [...stretch.keys.filter((key) => key.at !== at), keyOf(box)];
    return { ...stretch, keys: keys.sort((a, b) => a.at - b.at) };
  });
}

/** Takes a key away: the keys around it take over. An only key takes its stretch with it. */
export function removeKey(track: Track, at: number): Track {
  return track.flatMap((stretch) => {
    const keys = stretch.keys.filter((key) => key.at !== at);
    return keys.length > 0 ? [{ ...stretch, keys }] : [];
  });
}

/** Out of sight from `from` to `to`, both inclusive. What is beside it stays where it was. */
export function cut(track: Track, from: number, to: number, timeline: Timeline): Track {
  return track.flatMap((stretch) => {
    if (stretch.to < from || stretch.from > to) return [stretch];
    return [
      ...(stretch.from < from ? [part(stretch, stretch.from, from - 1, timeline)] : []),
      ...(stretch.to > to ? [part(stretch, to + 1, stretch.to, timeline)] : []),
    ];
  });
}

/** The object was last seen at `at`. */
export function end(track: Track, at: number, timeline: Timeline): Track {
  return cut(track, at + 1, Number.MAX_SAFE_INTEGER, timeline);
}

/**
 * In sight again at `at`, with the values given or those of the nearest box before (else behind) it. Where it is in sight
 * already, nothing changes. Null for a track without any box.
 */
export function resume(track: Track, at: number, values: TrackValues | null, timeline: Timeline): Track | null {
  if (track.some((stretch) => covers(stretch, at))) return track;
  const from = values ?? nearestEnd(track, at)?.key ?? null;
  return from === null ? null : joined([...track, { from: at, to: at, keys: [{ ...valuesOf(from), at }] }], timeline);
}

/** The stretch nearest to `at` goes on to there, where the object stands as at that end. */
export function extend(track: Track, at: number, timeline: Timeline): Track | null {
  if (track.some((stretch) => covers(stretch, at))) return track;
  const near = nearestEnd(track, at);
  if (near === null) return null;
  const longer = (stretch: Stretch): Stretch => ({ ...stretch, from: Math.min(stretch.from, at), to: Math.max(stretch.to, at) });
  return joined(
    track.map((stretch) => (stretch === near.stretch ? longer(stretch) : stretch)),
    timeline,
  );
}

/** In sight all through the gap that holds `at`: the stretches on both sides become one. Outside of gaps nothing changes. */
export function bridge(track: Track, at: number, timeline: Timeline): Track {
  const after = track.findIndex((stretch) => stretch.from > at);
  const before = track[after - 1];
  const next = track[after];
  if (before === undefined || next === undefined || covers(before, at)) return track;
  return [...track.slice(0, after - 1), asOne(before, next, timeline), ...track.slice(after + 1)];
}

/** What lies before `at`, and what lies at and behind it. */
export function split(track: Track, at: number, timeline: Timeline): readonly [before: Track, after: Track] {
  return [cut(track, at, Number.MAX_SAFE_INTEGER, timeline), cut(track, 0, at - 1, timeline)];
}

/** A place where both are in sight: two tracks that have one cannot become one. */
export function overlap(a: Track, b: Track): number | null {
  for (const x of a)
    for (const y of b) {
      const from = Math.max(x.from, y.from);
      if (from <= Math.min(x.to, y.to)) return from;
    }
  return null;
}

/** Two tracks as one; `isBridged`: in sight all through the gaps where one hands over to the other. */
export function merge(a: Track, b: Track, isBridged: boolean, timeline: Timeline): Track {
  const ordered = [...a, ...b].sort((x, y) => x.from - y.from);
  if (!isBridged) return joined(ordered, timeline);
  let last: Track | null = null;
  const done: Stretch[] = [];
  for (const stretch of ordered) {
    const owner: Track = a.includes(stretch) ? a : b;
    const before = done.at(-1);
    // A gap of one of them alone is somebody's word, and stays.
    if (before !== undefined && last !== owner) done[done.length - 1] = asOne(before, stretch, timeline);
    else done.push(stretch);
    last = owner;
  }
  return joined(done, timeline);
}

/** Another category for the whole track, or from a place on: there a key says so. */
export function recategorise(track: Track, category: number, from: number | null, timeline: Timeline): Track {
  const keyed = from === null ? track : addKey(track, from, timeline);
  return keyed.map((stretch) => ({
    ...stretch,
    keys: stretch.keys.map((key) => (from === null || key.at >= from ? { ...key, category } : key)),
  }));
}

/** A part of a stretch, each of whose boxes is where it was. */
function part(stretch: Stretch, from: number, to: number, timeline: Timeline): Stretch {
  const [keyed = stretch] = addKey(addKey([stretch], from, timeline), to, timeline);
  const { keys } = stretch;
  // Where nothing lies beyond an end, the nearest key says what stands there, unless none is left.
  const isNeeded = (key: TrackKey): boolean =>
    keys.some(({ at }) => at === key.at) ||
    (key.at === from && keys.some(({ at }) => at < from)) ||
    (key.at === to && keys.some(({ at }) => at > to));
  const inside = keyed.keys.filter((key) => key.at >= from && key.at <= to);
  const needed = inside.filter(isNeeded);
  return { from, to, keys: needed.length > 0 ? needed : inside.slice(0, 1) };
}

/** Two stretches and what lies between them; the boxes of both stay where they were. */
function asOne(a: Stretch, b: Stretch, timeline: Timeline): Stretch {
  const [left = a] = (a.keys.at(-1)?.at ?? a.to) < a.to ? addKey([a], a.to, timeline) : [a];
  const [right = b] = (b.keys[0]?.at ?? b.from) > b.from ? addKey([b], b.from, timeline) : [b];
  return { from: a.from, to: b.to, keys: [...left.keys, ...right.keys] };
}

/** Stretches in order; two that touch are one. */
function joined(stretches: readonly Stretch[], timeline: Timeline): Track {
  const ordered = [...stretches].sort((a, b) => a.from - b.from);
  return ordered.reduce<Stretch[]>((done, stretch) => {
    const before = done.at(-1);
    if (before === undefined || before.to + 1 < stretch.from) return [...done, stretch];
    return [...done.slice(0, -1), asOne(before, stretch, timeline)];
  }, []);
}

function nearestEnd(track: Track, at: number): { readonly stretch: Stretch; readonly key: TrackKey } | null {
  const before = track.findLast((stretch) => stretch.to < at);
  if (before !== undefined) return { stretch: before, key: before.keys[before.keys.length - 1] as TrackKey };
  const after = track.find((stretch) => stretch.from > at);
  return after === undefined ? null : { stretch: after, key: after.keys[0] as TrackKey };
}

function covers(stretch: Stretch, at: number): boolean {
  return stretch.from <= at && at <= stretch.to;
}

function valuesOf({ category, bbox, angle, flags, attributes }: TrackValues): TrackValues {
  return { category, bbox, angle, flags, attributes };
}

function keyOf(box: TrackKey): TrackKey {
  return { ...valuesOf(box), at: box.at };
}
