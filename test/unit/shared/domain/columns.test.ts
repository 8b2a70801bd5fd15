import { expect, test } from 'vitest';
import { takeFrames, type BoxColumns } from '../../../../shared/domain/columns.ts';

/** Frames 10, 20, 30 with two boxes, none, three. Every number says which box it is of. */
const columns: BoxColumns = {
  frameIds: Float64Array.of(10, 20, 30),
  offsets: Uint32Array.of(0, 2, 2, 5),
  ids: Float64Array.of(100, 101, 102, 103, 104),
  categories: Uint16Array.of(0, 1, 2, 3, 4),
  scores: Float64Array.of(0.1, 0.2, 0.3, Number.NaN, 0.5),
  boxes: Float64Array.from({ length: 20 }, (_, i) => i),
  tracks: Int32Array.of(-1, 5, 6, 7, 8),
  flags: Uint8Array.of(1, 2, 4, 8, 16),
  origins: Uint8Array.of(0, 1, 2, 0, 1),
};

test('frames come in the order that is asked for, with every column of their boxes', () => {
  expect(takeFrames(columns, [2, 1, 0])).toEqual({
    frameIds: Float64Array.of(30, 20, 10),
    offsets: Uint32Array.of(0, 3, 3, 5),
    ids: Float64Array.of(102, 103, 104, 100, 101),
    categories: Uint16Array.of(2, 3, 4, 0, 1),
    scores: Float64Array.of(0.3, Number.NaN, 0.5, 0.1, 0.2),
    boxes: Float64Array.of(8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 1, 2, 3, 4, 5, 6, 7),
    tracks: Int32Array.of(6, 7, 8, -1, 5),
    flags: Uint8Array.of(4, 8, 16, 1, 2),
    origins: Uint8Array.of(2, 0, 1, 0, 1),
  });
});

test('a frame whose boxes are all left out stays, without boxes; a frame that is not asked for goes', () => {
  const taken = takeFrames(columns, [0, 2], (row) => row > 2);
  expect([...taken.frameIds]).toEqual([10, 30]);
  expect([...taken.offsets]).toEqual([0, 0, 2]);
  expect([...taken.ids]).toEqual([103, 104]);
});
