import type { WireError } from '../../../../shared/errors.ts';
import type { FrameResult } from '../../../inference/client.ts';
import type { RunAppend } from '../../../db/queries/runs.ts';

/** Frames of one durable step; the command line promises no more than this between two. */
export const chunkFrames = 64;
/** With a slow model a step comes after this time, in ms. */
const chunkMs = 5_000;

export interface ChunkWriterOptions {
  /** The frames still to do, in the run's order. */
  readonly frames: Float64Array;
  /** Number of the next chunk. */
  readonly firstChunk: number;
  readonly run: number;
  /** Per model category the dataset's, -1 to leave out. */
  readonly targets: Int32Array;
  readonly write: (append: RunAppend) => Promise<unknown>;
  /** After a chunk is durable. */
  readonly onDurable: (frames: number, boxes: number) => void;
  /** A write failed: nothing more can be kept. */
  readonly onFailure: (error: unknown) => void;
}

/** Puts results, which come in any order, into chunks in the order of the frames, and writes one chunk after the other. */
export interface ChunkWriter {
  put(index: number, result: FrameResult): void;
  /** Writes the whole frames at hand. Throws what a write threw. */
  flush(): Promise<void>;
}

export function createChunkWriter(options: ChunkWriterOptions): ChunkWriter {
  const waiting = new Map<number, FrameResult>();
  let next = 0;
  let no = options.firstChunk;
  let group: { readonly index: number; readonly result: FrameResult }[] = [];
  let last = performance.now();
  let writes: Promise<void> = Promise.resolve();
  let failure: Error | null = null;

  const send = (): void => {
    if (group.length === 0) return;
    const append = { run: options.run, no: no++, ...buildChunk(group, options.frames, options.targets) };
    group = [];
    last = performance.now();
    writes = writes.then(async () => {
      if (failure !== null) return;
      try {
        await options.write(append);
        options.onDurable(append.chunk.frameIds.length, append.chunk.scores.length);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        options.onFailure(error);
      }
    });
  };

  return {
    put(index, result) {
      waiting.set(index, result);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next);
        group.push({ index: next++, result: ready });
        if (group.length >= chunkFrames) send();
      }
      if (performance.now() - last > chunkMs) send();
    },
    async flush() {
      send();
      await writes;
      if (failure !== null) throw failure;
    },
  };
}

/** Columns of neighbouring frames; boxes in categories that the dataset lacks are left out. Pure. */
function buildChunk(
  group: readonly { readonly index: number; readonly result: FrameResult }[],
  frames: Float64Array,
  targets: Int32Array,
): Pick<RunAppend, 'chunk' | 'failures'> {
  const frameIds = new Float64Array(group.length);
  const offsets = new Uint32Array(group.length + 1);
  const categories: number[] = [];
  const scores: number[] = [];
  const boxes: number[] = [];
  const failures: { frame: number; error: WireError }[] = [];
  group.forEach(({ index, result }, f) => {
    const frame = frames[index] as number;
    frameIds[f] = frame;
    if ('error' in result) failures.push({ frame, error: result.error });
    else {
      const { image } = result;
      for (let i = 0; i < image.scores.length; i++) {
        const category = targets[image.categories[i] as number] ?? -1;
        if (category < 0) continue;
        categories.push(category);
        scores.push(image.scores[i] as number);
        for (let j = 0; j < 4; j++) boxes.push(image.boxes[4 * i + j] as number);
      }
    }
    offsets[f + 1] = scores.length;
  });
  return {
    chunk: {
      frameIds,
      offsets,
      categories: Uint16Array.from(categories),
      scores: Float64Array.from(scores),
      boxes: Float64Array.from(boxes),
    },
    failures,
  };
}
