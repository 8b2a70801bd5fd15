import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkFrames, createChunkWriter } from '../../../../../../electron/host/services/models/chunkWriter.ts';
import type { RunAppend } from '../../../../../../electron/db/queries/runs.ts';
import type { FrameResult } from '../../../../../../electron/inference/client.ts';

const result = (i: number): FrameResult =>
  i % 7 === 3
    ? { error: { code: 'unreadable', message: 'broken' } }
    : {
        image: {
          width: 9,
          height: 9,
          boxes: Float64Array.from({ length: 4 * (i % 3) }, (_, k) => i + k / 10),
          scores: new Float64Array(i % 3).fill(0.5),
          categories: Uint16Array.from({ length: i % 3 }, (_, k) => k),
        },
      };

async function writeAll(order: readonly number[], failAt = Infinity): Promise<{ written: RunAppend[]; error: unknown }> {
  const written: RunAppend[] = [];
  let error: unknown = null;
  const writer = createChunkWriter({
    frames: Float64Array.from(order, (_, i) => 100 + i),
    firstChunk: 5,
    run: 1,
    targets: Int32Array.of(20, -1),
    write: async (append) => {
      await Promise.resolve();
      if (written.length >= failAt) throw new Error('disk full');
      written.push(append);
    },
    onDurable: () => undefined,
    onFailure: (problem) => {
      error = problem;
    },
  });
  for (const i of order) writer.put(i, result(i));
  await writer.flush().catch(() => undefined);
  return { written, error };
}

describe('writing results as chunks', () => {
  it('gives the same chunks whatever order results come in', async () => {
    const ordered = await writeAll(Array.from({ length: 200 }, (_, i) => i));
    expect(ordered.written.map(({ no, chunk }) => [no, chunk.frameIds.length])).toEqual([
      [5, chunkFrames],
      [6, chunkFrames],
      [7, chunkFrames],
      [8, 200 - 3 * chunkFrames],
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(
          Array.from({ length: 200 }, (_, i) => i),
          { minLength: 200 },
        ),
        async (order) => {
          expect((await writeAll(order)).written).toEqual(ordered.written);
        },
      ),
      { numRuns: 30 },
    );
  });
  it('keeps failed frames without boxes and leaves out categories the dataset lacks', async () => {
    const [first] = (await writeAll([0, 1, 2, 3])).written;
    expect(first?.failures).toEqual([{ frame: 103, error: { code: 'unreadable', message: 'broken' } }]);
    // Frame 2 has boxes of categories 0 and 1; 1 has no counterpart.
    expect([...(first?.chunk.offsets ?? [])]).toEqual([0, 0, 1, 2, 2]);
    expect([...(first?.chunk.categories ?? [])]).toEqual([20, 20]);
  });
  it('writes nothing behind a write that failed', async () => {
    const { written, error } = await writeAll(
      Array.from({ length: 300 }, (_, i) => i),
      1,
    );
    expect(written).toHaveLength(1);
    expect(error).toMatchObject({ message: 'disk full' });
  });
});
