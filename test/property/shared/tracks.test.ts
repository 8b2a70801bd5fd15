import fc from 'fast-check';
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
} from '../../../shared/tracks/editTrack.ts';
import { boxesOf, readTrack, timelineOf, type Timeline, type Track, type TrackBox, type TrackKey } from '../../../shared/tracks/track.ts';
import { trackChanges, type StoredBox } from '../../../shared/tracks/trackChanges.ts';

const frames = 24;
const place = fc.nat(frames - 1);

type Edit = (track: Track, timeline: Timeline) => Track;

const edit: fc.Arbitrary<Edit> = fc.oneof(
  place.map(
    (at): Edit =>
      (track, timeline) =>
        addKey(track, at, timeline),
  ),
  place.map(
    (at): Edit =>
      (track) =>
        removeKey(track, at),
  ),
  fc.tuple(place, place).map(
    ([a, b]): Edit =>
      (track, timeline) =>
        cut(track, Math.min(a, b), Math.max(a, b), timeline),
  ),
  place.map(
    (at): Edit =>
      (track, timeline) =>
        end(track, at, timeline),
  ),
  place.map(
    (at): Edit =>
      (track, timeline) =>
        resume(track, at, null, timeline) ?? track,
  ),
  place.map(
    (at): Edit =>
      (track, timeline) =>
        extend(track, at, timeline) ?? track,
  ),
  place.map(
    (at): Edit =>
      (track, timeline) =>
        bridge(track, at, timeline),
  ),
  fc.tuple(place, fc.nat(3)).map(
    ([at, category]): Edit =>
      (track, timeline) =>
        recategorise(track, category, at, timeline),
  ),
  // Somebody drags the box of a frame.
  fc.tuple(place, fc.integer({ min: -50, max: 300 })).map(
    ([at, x]): Edit =>
      (track, timeline) =>
        addKey(track, at, timeline).map((stretch) => ({
          ...stretch,
          keys: stretch.keys.map((key) => (key.at === at ? { ...key, bbox: [x, 5, 20, 30] } : key)),
        })),
  ),
);

const begin: TrackKey = { at: 5, category: 0, bbox: [0, 0, 10, 10], angle: 0, flags: 0, attributes: {} };
const timeline = fc
  .array(fc.integer({ min: 1, max: 40 }), { minLength: frames, maxLength: frames })
  .map((steps) => timelineOf(steps.map((_, i) => steps.slice(0, i).reduce((sum, step) => sum + step / 100, 0))));

function check(track: Track): void {
  for (const [i, { from, to, keys }] of track.entries()) {
    expect(keys.length).toBeGreaterThan(0);
    expect([from <= (keys[0]?.at ?? -1), (keys.at(-1)?.at ?? Infinity) <= to]).toEqual([true, true]);
    expect(keys.every((key, n) => n === 0 || key.at > (keys[n - 1]?.at ?? Infinity))).toBe(true);
    // Two stretches that touch would be read back as one.
    expect(i === 0 || from > (track[i - 1]?.to ?? Infinity) + 1).toBe(true);
  }
}

const apart = (at: number, boxes: readonly TrackBox[]): TrackBox | undefined => boxes.find((box) => box.at === at);

test('after any edits a track is whole, is read back from its boxes as it is, and interpolates between its keys', () => {
  fc.assert(
    fc.property(timeline, fc.array(edit, { maxLength: 12 }), (time, edits) => {
      let track: Track = [{ from: 5, to: 5, keys: [begin] }];
      for (const one of edits) {
        track = one(track, time);
        check(track);
        const boxes = boxesOf(track, time);
        expect(boxes.map(({ at }) => at)).toEqual([...new Set(boxes.map(({ at }) => at))].sort((a, b) => a - b));
        expect(readTrack(boxes)).toEqual(track);
        for (const { from, to, keys } of track) {
          const xs = keys.map(({ bbox }) => bbox[0]);
          for (let at = from; at <= to; at++) {
            const x = apart(at, boxes)?.bbox[0] ?? Number.NaN;
            expect(x).toBeGreaterThanOrEqual(Math.min(...xs) - 1e-9);
            expect(x).toBeLessThanOrEqual(Math.max(...xs) + 1e-9);
          }
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('taking sight away, marking keys, splitting and merging back move no box that stays', () => {
  fc.assert(
    fc.property(timeline, fc.array(edit, { maxLength: 8 }), place, place, (time, edits, a, b) => {
      const track = edits.reduce<Track>((now, one) => one(now, time), [{ from: 5, to: 5, keys: [begin] }]);
      const before = boxesOf(track, time);
      const near = (after: Track): void => {
        for (const box of boxesOf(after, time)) {
          const was = apart(box.at, before);
          box.bbox.forEach((value, i) => expect(Math.abs(value - (was?.bbox[i] ?? Number.NaN))).toBeLessThan(1e-9));
        }
      };
      near(cut(track, Math.min(a, b), Math.max(a, b), time));
      near(addKey(track, a, time));
      const [left, right] = split(track, a, time);
      near(left);
      near(right);
      expect(overlap(left, right)).toBeNull();
      const again = merge(left, right, false, time);
      near(again);
      expect(boxesOf(again, time)).toHaveLength(before.length);
    }),
    { numRuns: 150 },
  );
});

test('the changes between two states of a track lead from one to the other, and to nothing more', () => {
  fc.assert(
    fc.property(timeline, fc.array(edit, { maxLength: 8 }), fc.array(edit, { maxLength: 8 }), (time, one, two) => {
      const start: Track = [{ from: 5, to: 5, keys: [begin] }];
      const stored: readonly StoredBox[] = boxesOf(
        one.reduce<Track>((now, change) => change(now, time), start),
        time,
      ).map((box) => ({ ...box, id: 100 + box.at }));
      const wanted = boxesOf(
        two.reduce<Track>((now, change) => change(now, time), start),
        time,
      );
      const { add, set, remove } = trackChanges(stored, wanted);
      const after = new Map<number, TrackBox>(stored.map(({ id: _, ...box }) => [box.at, box]));
      for (const box of remove) after.delete(box.at);
      for (const change of set) after.set(change.after.at, change.after);
      for (const box of add) after.set(box.at, box);
      expect([...after.values()].sort((x, y) => x.at - y.at)).toEqual(wanted);
      expect(trackChanges(stored, stored)).toEqual({ add: [], set: [], remove: [] });
    }),
    { numRuns: 100 },
  );
});
