import { expect, test } from 'vitest';
import { between, boxAt, boxesOf, readTrack, timelineOf, type TrackKey } from '../../../../shared/tracks/track.ts';
import { simplifyKeys } from '../../../../shared/tracks/simplifyKeys.ts';

const key = (at: number, bbox: readonly [number, number, number, number], more: Partial<TrackKey> = {}): TrackKey => ({
  at,
  bbox,
  category: 1,
  angle: 0,
  flags: 0,
  attributes: {},
  ...more,
});
const byPlace = (at: number): number => at;

test('between two keys position and size are linear in the place', () => {
  const boxes = boxesOf([{ from: 2, to: 6, keys: [key(2, [0, 0, 10, 20]), key(6, [40, 8, 30, 12])] }], byPlace);
  expect(boxes.map(({ at, bbox, interpolated }) => [at, ...bbox, interpolated])).toEqual([
    [2, 0, 0, 10, 20, false],
    [3, 10, 2, 15, 18, true],
    [4, 20, 4, 20, 16, true],
    [5, 30, 6, 25, 14, true],
    [6, 40, 8, 30, 12, false],
  ]);
});

test('where frames have times, they decide: a frame that came late lies further along', () => {
  const timeline = timelineOf([0, 0.1, 0.4, 0.5]);
  const boxes = boxesOf([{ from: 0, to: 3, keys: [key(0, [0, 0, 10, 10]), key(3, [50, 0, 10, 10])] }], timeline);
  expect(boxes.map(({ bbox }) => bbox[0])).toEqual([0, 10, 40, 50]);
});

test('one frame without a time, or one that goes back, and the places decide', () => {
  for (const times of [
    [0, null, 0.4, 0.5],
    [0, 0.4, 0.4, 0.5],
  ])
    expect([0, 1, 2, 3].map(timelineOf(times))).toEqual([0, 1, 2, 3]);
});

test('category, flags and attributes hold until the next key; the angle turns the shorter way round', () => {
  const from = key(0, [0, 0, 10, 10], { angle: 170, flags: 1, attributes: { colour: 'red' }, category: 4 });
  const to = key(4, [0, 0, 10, 10], { angle: -170, flags: 0, attributes: { colour: 'blue' }, category: 5 });
  expect(between(from, to, 1, byPlace)).toEqual({ ...from, at: 1, angle: 175 });
  expect(between(from, to, 3, byPlace)).toMatchObject({ angle: 185, flags: 1, category: 4, attributes: { colour: 'red' } });
});

test('a missing place ends a stretch; before the first and behind the last key the object stands still', () => {
  const stored = [
    { ...key(1, [0, 0, 1, 1]), interpolated: false },
    { ...key(2, [0, 0, 1, 1]), interpolated: true },
    { ...key(4, [3, 0, 1, 1]), interpolated: true },
    { ...key(5, [4, 0, 1, 1]), interpolated: false },
    { ...key(6, [5, 0, 1, 1]), interpolated: true },
    { ...key(8, [9, 0, 1, 1]), interpolated: true },
  ];
  const track = readTrack(stored);
  expect(track.map(({ from, to, keys }) => [from, to, keys.map(({ at }) => at)])).toEqual([
    [1, 2, [1]],
    [4, 6, [5]],
    [8, 8, [8]],
  ]);
  expect(boxesOf(track, byPlace).map(({ at, bbox, interpolated }) => [at, bbox[0], interpolated])).toEqual([
    [1, 0, false],
    [2, 0, true],
    [4, 4, true],
    [5, 4, false],
    [6, 4, true],
    [8, 9, false],
  ]);
  expect(boxAt(track, 3, byPlace)).toBeNull();
  expect(boxAt(track, 6, byPlace)).toMatchObject({ at: 6, bbox: [4, 0, 1, 1], interpolated: true });
});

test('keys that interpolation gives back are left out, the bend is kept', () => {
  const keys = [0, 1, 2, 3, 4, 5, 6].map((at) => key(at, [at <= 3 ? 10 * at : 30, 5, 20, 20]));
  expect(simplifyKeys(keys, 0.01, byPlace).map(({ at }) => at)).toEqual([0, 3, 6]);
  expect(simplifyKeys(keys, 2, byPlace).map(({ at }) => at)).toEqual([0, 6]);
});
