import { between, type Timeline, type TrackKey } from './track.ts';

/**
 * The keys of a stretch that are needed so that interpolation comes within `tolerance` of every box, as a share of the
 * box's longer side: the two ends, and from the worst box inwards (the method of Ramer, Douglas and Peucker). Keys whose
 * category, flags or attributes begin something new are the caller's to keep. Pure.
 */
export function simplifyKeys(keys: readonly TrackKey[], tolerance: number, timeline: Timeline): readonly TrackKey[] {
  if (keys.length <= 2) return keys;
  const kept = new Set<number>([0, keys.length - 1]);
  const spans: [number, number][] = [[0, keys.length - 1]];
  for (let span = spans.pop(); span !== undefined; span = spans.pop()) {
    const [from, to] = span;
    let worst = tolerance;
    let at = -1;
    for (let i = from + 1; i < to; i++) {
      const key = keys[i] as TrackKey;
      const error = distance(key, between(keys[from] as TrackKey, keys[to] as TrackKey, key.at, timeline));
      if (error > worst) [worst, at] = [error, i];
    }
    if (at < 0) continue;
    kept.add(at);
    spans.push([from, at], [at, to]);
  }
  return keys.filter((_, i) => kept.has(i));
}

/** The farthest that an edge of the box lies from the same edge of the other, as a share of the box's longer side. */
function distance({ bbox }: TrackKey, { bbox: other }: TrackKey): number {
  const far = (axis: 0 | 1, size: 2 | 3): number =>
    Math.max(Math.abs(bbox[axis] - other[axis]), Math.abs(bbox[axis] + bbox[size] - other[axis] - other[size]));
  return Math.max(far(0, 2), far(1, 3)) / Math.max(bbox[2], bbox[3], 1);
}
