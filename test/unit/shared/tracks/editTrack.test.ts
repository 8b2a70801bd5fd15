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
import { boxesOf, type Track, type TrackKey } from '../../../../shared/tracks/track.ts';

const timeline = (at: number): number => at;
const key = (at: number, x = 10 * at, category = 1): TrackKey => ({
  at,
  category,
  bbox: [x, 0, 10, 10],
  angle: 0,
  flags: 0,
  attributes: {},
});
/** `2-5 7`: in sight on these places. Keys are marked in `keysOf`. */
const sight = (track: Track): string => track.map((stretch) => `${stretch[0]?.at}-${stretch.at(-1)?.at}`).join(' ');
const keysOf = (track: Track): readonly (readonly number[])[] => track.map((stretch) => stretch.map(({ at }) => at));
const xOf = (track: Track, at: number): number | undefined => boxesOf(track, timeline).find((box) => box.at === at)?.bbox[0];

const track: Track = [
  [key(0), key(4, 80)],
  [key(8), key(10)],
];

test('a key added changes no box, and takes its share of the line', () => {
  const keyed = addKey(track, 1, timeline);
  expect(keysOf(keyed)).toEqual([
    [0, 1, 4],
    [8, 10],
  ]);
  expect(xOf(keyed, 1)).toBe(20);
  expect(boxesOf(keyed, timeline).map(({ bbox }) => bbox)).toEqual(boxesOf(track, timeline).map(({ bbox }) => bbox));
  expect(addKey(track, 6, timeline)).toEqual(track);
});

test('a key taken away lets its neighbours go on; at an end the stretch shrinks', () => {
  const bent: Track = [[key(0, 0), key(2, 100), key(4, 40)]];
  expect(xOf(removeKey(bent, 2), 2)).toBe(20);
  expect(keysOf(removeKey(bent, 4))).toEqual([[0, 2]]);
  expect(removeKey([[key(3)]], 3)).toEqual([]);
});

test('cut takes sight away and keeps what is beside it where it was', () => {
  expect(sight(cut(track, 2, 2, timeline))).toBe('0-1 3-4 8-10');
  expect(xOf(cut(track, 2, 2, timeline), 3)).toBe(60);
  expect(sight(cut(track, 3, 9, timeline))).toBe('0-2 10-10');
  expect(sight(end(track, 9, timeline))).toBe('0-4 8-9');
  expect(end(track, 20, timeline)).toEqual(track);
  expect(cut(track, 0, 20, timeline)).toEqual([]);
});

test('an object comes back where it was last seen, or goes on', () => {
  expect(resume(track, 6, null)).toEqual([[key(0), key(4, 80)], [key(6, 80)], [key(8), key(10)]]);
  // Right behind a stretch it is the same stretch.
  expect(sight(resume(track, 5, null) ?? [])).toBe('0-5 8-10');
  expect(resume(track, 2, null)).toEqual(track);
  expect(keysOf(extend(track, 14) ?? [])).toEqual([
    [0, 4],
    [8, 10, 14],
  ]);
  expect(keysOf(extend(track, 6) ?? [])).toEqual([
    [0, 4, 6],
    [8, 10],
  ]);
  expect(keysOf(extend([[key(5), key(6)]], 2) ?? [])).toEqual([[2, 5, 6]]);
  expect(extend([], 2)).toBeNull();
});

test('a gap that is bridged is in sight all through', () => {
  expect(keysOf(bridge(track, 6))).toEqual([[0, 4, 8, 10]]);
  expect(xOf(bridge(track, 6), 6)).toBe(80);
  expect(bridge(track, 2)).toEqual(track);
  expect(bridge(track, 12)).toEqual(track);
});

test('split and merge are each other’s opposite, but for the keys at the seam', () => {
  const [before, after] = split(track, 3, timeline);
  expect(keysOf(before)).toEqual([[0, 2]]);
  expect(keysOf(after)).toEqual([
    [3, 4],
    [8, 10],
  ]);
  expect(boxesOf(merge(before, after, false), timeline).map(({ bbox }) => bbox)).toEqual(boxesOf(track, timeline).map(({ bbox }) => bbox));
});

test('merging bridges where one hands over to the other, and no gap of its own', () => {
  const a: Track = [[key(0)], [key(2)]];
  const b: Track = [[key(5)], [key(7)]];
  expect(keysOf(merge(a, b, true))).toEqual([[0], [2, 5], [7]]);
  expect(keysOf(merge(b, a, true))).toEqual([[0], [2, 5], [7]]);
  expect(overlap(a, b)).toBeNull();
  expect(overlap([[key(0), key(6)]], b)).toBe(5);
});

test('a category for all of it, or from here on', () => {
  expect(boxesOf(recategorise(track, 7, null, timeline), timeline).every(({ category }) => category === 7)).toBe(true);
  const changed = boxesOf(recategorise(track, 7, 3, timeline), timeline);
  expect(changed.map(({ at, category }) => [at, category])).toEqual([
    ...[0, 1, 2].map((at) => [at, 1]),
    ...[3, 4, 8, 9, 10].map((at) => [at, 7]),
  ]);
});
