import { expect, test } from 'vitest';
import type { TrackList } from '../../../../../shared/contract/tracks.ts';
import { frameAtTime, frameToDraw, lengthOf, playAt, showTimes } from '../../../../../renderer/features/label/tracks/playback.ts';
import { keyBeside, stretchAt, type TrackAt, trackRows } from '../../../../../renderer/features/label/tracks/trackRows.ts';

const times = Float64Array.of(10, 10.1, 10.4, 10.5);

test('what is decoded too late is passed over, and the picture goes on', () => {
  const decoded = new Set([0, 3, 5]);
  const draws = (place: number, drawn: number): number => frameToDraw(place, drawn, (frame) => decoded.has(frame));
  expect([draws(0, -1), draws(2, 0), draws(4, 0), draws(4, 3), draws(9, 3)]).toEqual([0, -1, 3, -1, 5]);
  // From the front again: what was drawn at the end is no reason to wait.
  expect(draws(1, 5)).toBe(0);
  expect(draws(500, 0)).toBe(-1);
});

test('a frame is on from its time to that of the next, the last as long as the one before', () => {
  const shown = showTimes(times);
  expect(Array.from(shown, (time) => Number(time.toFixed(9)))).toEqual([0, 0.1, 0.4, 0.5]);
  expect(lengthOf(shown)).toBeCloseTo(0.6);
  expect([-1, 0, 0.09, 0.1, 0.39, 0.4, 0.5, 9].map((time) => frameAtTime(shown, time))).toEqual([0, 0, 0, 1, 1, 2, 3, 3]);
});

test('without times frames follow ten a second', () => {
  expect([...showTimes(Float64Array.of(0, Number.NaN, 2))].map((time) => Number(time.toFixed(3)))).toEqual([0, 0.1, 0.2]);
});

test('play follows the clock: what had no time is passed over, and the end is the end or the beginning', () => {
  const clock = { shown: showTimes(times), speed: 1, loop: false };
  expect(playAt(clock, 0, 0.45)).toEqual({ place: 2, ended: false });
  expect(playAt({ ...clock, speed: 2 }, 1, 0.2)).toEqual({ place: 3, ended: false });
  expect(playAt(clock, 1, 0.6)).toEqual({ place: 3, ended: true });
  expect(playAt({ ...clock, loop: true }, 1, 0.65)).toEqual({ place: 1, ended: false });
});

test('rows of tracks: stretches, gaps and key frames', () => {
  const list: TrackList = {
    sequence: 'drive',
    frames: Float64Array.of(100, 101, 102, 103, 104),
    times: new Float64Array(5),
    tracks: [
      { number: 3, category: 1, changesCategory: false },
      { number: 8, category: 2, changesCategory: true },
    ],
    offsets: Uint32Array.of(0, 4, 5),
    places: Uint32Array.of(0, 1, 3, 4, 2),
    ids: Float64Array.of(1, 2, 3, 4, 5),
    keys: Uint8Array.of(1, 0, 1, 1, 1),
    flags: new Uint8Array(5),
  };
  const [first, second] = trackRows(list) as [TrackAt, TrackAt];
  expect(first.stretches).toEqual([
    { from: 0, to: 1 },
    { from: 3, to: 4 },
  ]);
  expect([first.keys, second.keys, first.boxes.get(3)]).toEqual([[0, 3, 4], [2], 3]);
  expect([stretchAt(first, 2), stretchAt(first, 4)]).toEqual([undefined, { from: 3, to: 4 }]);
  expect([keyBeside(first, 3, 1), keyBeside(first, 3, -1), keyBeside(first, 4, 1)]).toEqual([4, 0, undefined]);
});
