import { z } from 'zod';
import { method } from '../rpc/define.ts';
import { datasetId, frameId } from './common.ts';

/** How a frame stands in a queue that somebody works through. */
export const queueStatus = { open: 0, done: 1, gone: 2 } as const;

export interface QueueProgress {
  /** A byte a frame: open, done here, or no longer what the queue asks for (somebody else did it). */
  readonly status: Uint8Array;
  readonly left: number;
  /** Median time at work on a finished frame of this queue, pauses left out, ms; null before there are two. */
  readonly medianMs: number | null;
  readonly timed: number;
}

/** The frames of a queue as they were when it was begun; they keep their places while the labels change. */
export interface OpenQueue extends QueueProgress {
  readonly id: string;
  readonly startedAt: string;
  readonly ids: Float64Array;
  /** Place to go on at. */
  readonly place: number;
  /** Where the frames have witness boxes: as in `FrameQueryResult`. */
  readonly severities: Float64Array | null;
  readonly witnessOffsets: Uint32Array | null;
  readonly witnessIds: Float64Array | null;
  readonly witnessBoxes: Float64Array | null;
  readonly sources: readonly string[];
  /** Set for the hits of a trigger: what a verdict names. */
  readonly hits: { readonly trigger: string; readonly hash: string; readonly randomOrder: boolean } | null;
}

export interface QueueCount {
  readonly id: string;
  readonly frames: number;
}

const queueId = z.string().min(1).max(8_192);

export const queues = {
  /** The queues there is something in, and how much: by state, this person's assignment and corrections. */
  list: method<{ readonly queues: readonly QueueCount[]; readonly begun: readonly string[] }>()(z.object({ dataset: datasetId })),
  /**
   * This person's queue: begun now, or gone on with. `renew`: make its list anew always, where it is finished, or never.
   * Errors: not_found (no such trigger), invalid_request (no such queue), trigger_*.
   */
  open: method<OpenQueue>()(z.object({ dataset: datasetId, queue: queueId, renew: z.enum(['never', 'finished', 'always']) })),
  progress: method<QueueProgress>()(z.object({ dataset: datasetId, queue: queueId })),
  /** Where one is, and what became of the frame one was on. `queue` is null for work outside queues: only its time is kept. */
  visit: method<QueueProgress | null>()(
    z.object({
      dataset: datasetId,
      queue: queueId.nullable(),
      place: z.int().min(0).optional(),
      left: z
        .object({
          frame: frameId,
          place: z.int().min(-1),
          /** At work, pauses left out. */
          ms: z.int().min(0).max(86_400_000),
          done: z.boolean(),
        })
        .optional(),
    }),
  ),
};
