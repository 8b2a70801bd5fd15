import { expect, test } from 'vitest';
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
} from '../../../../shared/tracks/editTrack.ts';
import { boxesOf, type Stretch, type Track, type TrackKey } from '../../../../shared/tracks/track.ts';

const timeline = (at: number): number => at;
const key = (at: number, x = 10 * at, category = 1): TrackKey => ({
  at,
  category,
  bbox: [x, 0, 10, 10],
  angle: 0,
  flags: 0,
  attributes: {},
});
const over = (...keys: readonly TrackKey[]): Stretch => ({ from: keys[0]?.at ?? 0, to: keys.at(-1)?.at ?? 0, keys });
const sight = (track: Track): string => track.map(({ from, to }) => `${from}-${to}`).join(' ');
const keysOf = (track: Track): readonly (readonly number[])[] => track.map(({ keys }) => keys.map(({ at }) => at));
const xOf = (track: Track, at: number): number | undefined => boxesOf(track, timeline).find((box) => box.at === at)?.bbox[0];
const places = (track: Track): readonly (readonly [number, number])[] => boxesOf(track, timeline).map(({ at, bbox }) => [at, bbox[0]]);

const track: Track = [over(key(0), key(4, 80)), over(key(8), key(10))];
/** One key, and the object stands still around it. */
const still: Track = [{ from: 2, to: 9, keys: [key(5, 50)] }];

test('a key added changes no box, and takes its share of the line', () => {
  const keyed = addKey(track, 1, timeline);
  expect(keysOf(keyed)).toEqual([
    [0, 1, 4],
    [8, 10],
  ]);
  expect(xOf(keyed, 1)).toBe(20);
  expect(places(keyed)).toEqual(places(track));
  expect(places(addKey(still, 8, timeline))).toEqual(places(still));
  expect(addKey(track, 6, timeline)).toEqual(track);
});

test('a key taken away lets its neighbours go on; an only one takes its stretch with it', () => {
  const bent: Track = [over(key(0, 0), key(2, 100), key(4, 40))];
  expect(xOf(removeKey(bent, 2), 2)).toBe(20);
  expect(places(removeKey(bent, 4)).slice(2)).toEqual([
    [2, 100],
    [3, 100],
    [4, 100],
  ]);
  expect(removeKey(still, 5)).toEqual([]);
});

test('cut takes sight away and keeps what is beside it where it was', () => {
  for (const [from, to, left] of [
    [2, 2, '0-1 3-4 8-10'],
    [3, 9, '0-2 10-10'],
    [5, 6, '0-4 8-10'],
  ] as const) {
    expect(sight(cut(track, from, to, timeline))).toBe(left);
    expect(places(cut(track, from, to, timeline))).toEqual(places(track).filter(([at]) => at < from || at > to));
  }
  expect(sight(end(track, 9, timeline))).toBe('0-4 8-9');
  expect(end(track, 20, timeline)).toEqual(track);
  expect(cut(track, 0, 20, timeline)).toEqual([]);
  // Where the object stands still no key is needed at the new end; where the key is cut off, one is.
  expect(keysOf(cut(still, 7, 7, timeline))).toEqual([[5], [8]]);
});

test('an object comes back where it was last seen, or goes on and stands there', () => {
  expect(resume(track, 6, null, timeline)).toEqual([track[0], over(key(6, 80)), track[1]]);
  // Right behind a stretch it is the same stretch.
  expect(sight(resume(track, 5, null, timeline) ?? [])).toBe('0-5 8-10');
  expect(resume(track, 2, null, timeline)).toEqual(track);
  expect(resume([], 2, null, timeline)).toBeNull();
  const longer = extend(track, 14, timeline) ?? [];
  expect([sight(longer), keysOf(longer)[1]]).toEqual(['0-4 8-14', [8, 10]]);
  expect(xOf(longer, 14)).toBe(100);
  expect(sight(extend(track, 6, timeline) ?? [])).toBe('0-6 8-10');
  expect(sight(extend([over(key(5))], 2, timeline) ?? [])).toBe('2-5');
  expect(extend([], 2, timeline)).toBeNull();
});

test('a correction moves all that stands still behind it, up to the end', () => {
  const [begun] = extend([over(key(0, 0))], 10, timeline) ?? [];
  const corrected = addKey([begun as Stretch], 5, timeline).map((one) => ({
    ...one,
    keys: one.keys.map((k) => (k.at === 5 ? key(5, 100) : k)),
  }));
  expect(places(corrected).map(([, x]) => x)).toEqual([0, 20, 40, 60, 80, 100, 100, 100, 100, 100, 100]);
  expect(places(end(corrected, 7, timeline)).at(-1)).toEqual([7, 100]);
});

test('a gap that is bridged is in sight all through, and nothing beside it moves', () => {
  expect(keysOf(bridge(track, 6, timeline))).toEqual([[0, 4, 8, 10]]);
  expect(xOf(bridge(track, 6, timeline), 6)).toBe(80);
  const standing: Track = [{ from: 0, to: 2, keys: [key(0, 0)] }, over(key(4, 40))];
  expect(places(bridge(standing, 3, timeline))).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [3, 20],
    [4, 40],
  ]);
  expect(bridge(track, 2, timeline)).toEqual(track);
  expect(bridge(track, 12, timeline)).toEqual(track);
});

test('split and merge are each other’s opposite, but for the keys at the seam', () => {
  const [before, after] = split(track, 3, timeline);
  expect([sight(before), sight(after)]).toEqual(['0-2', '3-4 8-10']);
  expect(places(merge(before, after, false, timeline))).toEqual(places(track));
});

test('merging bridges where one hands over to the other, and no gap of its own', () => {
  const a: Track = [over(key(0)), over(key(2))];
  const b: Track = [over(key(5)), over(key(7))];
  expect(sight(merge(a, b, true, timeline))).toBe('0-0 2-5 7-7');
  expect(sight(merge(b, a, true, timeline))).toBe('0-0 2-5 7-7');
  expect(sight(merge(a, b, false, timeline))).toBe('0-0 2-2 5-5 7-7');
  expect(overlap(a, b)).toBeNull();
  expect(overlap([over(key(0), key(6))], b)).toBe(5);
});

test('a category for all of it, or from here on', () => {
  expect(boxesOf(recategorise(track, 7, null, timeline), timeline).every(({ category }) => category === 7)).toBe(true);
  const changed = boxesOf(recategorise(track, 7, 3, timeline), timeline);
  expect(changed.map(({ at, category }) => [at, category])).toEqual([
    ...[0, 1, 2].map((at) => [at, 1]),
    ...[3, 4, 8, 9, 10].map((at) => [at, 7]),
  ]);
});
