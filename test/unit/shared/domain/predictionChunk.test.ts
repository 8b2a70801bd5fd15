import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePredictionChunk, encodePredictionChunk, type PredictionChunk } from '../../../../shared/domain/predictionChunk.ts';
import { joinKey } from '../../../../shared/domain/ids.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const chunks: fc.Arbitrary<PredictionChunk> = fc
  .tuple(
    fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 65_535 }), finite, finite, finite, finite, finite), { maxLength: 5 }), {
      maxLength: 8,
    }),
    fc.nat(2 ** 21 - 1),
  )
  .map(([frames, origin]) => {
    const rows = frames.flat();
    const offsets = new Uint32Array(frames.length + 1);
    frames.forEach((boxes, f) => (offsets[f + 1] = (offsets[f] ?? 0) + boxes.length));
    return {
      frameIds: Float64Array.from(frames, (_, f) => joinKey(origin, f)),
      offsets,
      firstId: joinKey(origin, 7),
      categories: Uint16Array.from(rows, (row) => row[0]),
      scores: Float64Array.from(rows, (row) => row[1]),
      boxes: Float64Array.from(rows.flatMap((row) => row.slice(2))),
    };
  });

describe('prediction chunks', () => {
  it('come back bit for bit, at any alignment', () => {
    fc.assert(
      fc.property(chunks, fc.integer({ min: 0, max: 15 }), (chunk, shift) => {
        const bytes = encodePredictionChunk(chunk);
        const room = new Uint8Array(bytes.length + 16);
        room.set(bytes, shift);
        const moved = room.subarray(shift, shift + bytes.length);
        expect(decodePredictionChunk(moved)).toEqual(chunk);
      }),
      { numRuns: 100 },
    );
  });

  const sample = fc.sample(chunks, { numRuns: 50, seed: 3 }).find((chunk) => chunk.scores.length > 5);
  if (sample === undefined) throw new Error('no sample with boxes');
  const bytes = encodePredictionChunk(sample);

  it('that are cut, longer or lie about their counts are refused', () => {
    const liar = (at: number, value: number): Uint8Array => {
      const copy = bytes.slice();
      new DataView(copy.buffer).setUint32(at, value, true);
      return copy;
    };
    const vectors = [
      new Uint8Array(0),
      bytes.subarray(0, 31),
      bytes.subarray(0, bytes.length - 1),
      liar(0, 0),
      liar(8, 2 ** 32 - 1),
      liar(12, 2 ** 32 - 1),
    ];
    for (const vector of vectors) expect(() => decodePredictionChunk(vector)).toThrow(expect.objectContaining({ code: 'corrupt' }));
    const frames = sample.frameIds.length;
    const offsetsAt = 32 + 8 * frames + 40 * sample.scores.length;
    expect(() => decodePredictionChunk(liar(offsetsAt + 4, 2 ** 31))).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});
