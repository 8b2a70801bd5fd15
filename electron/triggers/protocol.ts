import type { BoxTable } from '../../shared/triggers/boxTable.ts';
import type { CheckedTrigger } from '../../shared/triggers/checkedTrigger.ts';
import type { SharedFrames } from './sharedFrames.ts';

/** Places in the shared control block of a run. */
export const control = { nextChunk: 0, cancelled: 1, framesDone: 2, hits: 3, failedChunk: 4, length: 5 } as const;

/** What a run reads and asks; plain data. */
export interface RunTask {
  readonly triggers: readonly CheckedTrigger[];
  /** Frames for which it is not true are left out. */
  readonly where: CheckedTrigger | null;
  readonly frames: string;
  /** Key of the table behind each source as written; the empty text stands for no `@`. */
  readonly sources: ReadonlyMap<string, string>;
  readonly categories: ReadonlyMap<string, number>;
  readonly stepBudget: number;
  /** Frames of one chunk: threads take chunks one after the other from a shared counter. */
  readonly chunkFrames: number;
}

export type ToWorker =
  | { readonly type: 'frames'; readonly key: string; readonly frames: SharedFrames }
  | { readonly type: 'table'; readonly key: string; readonly table: BoxTable }
  | { readonly type: 'drop'; readonly key: string }
  | {
      readonly type: 'run';
      readonly run: number;
      readonly task: RunTask;
      readonly control: Int32Array;
      /** Shared: one byte a frame, filled with 1 where `where` is true, for callers that want the selection itself. */
      readonly selection: Uint8Array | null;
    };

/** Hits of one chunk among the columns of a thread. */
export interface Segment {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
}

export interface TriggerPart {
  readonly frames: Uint32Array;
  readonly severities: Float64Array;
  readonly rows: Uint32Array;
  readonly segments: readonly Segment[];
  readonly frameCount: number;
  readonly unknownFrames: number;
  readonly unknownCauses: Float64Array;
  /** Milliseconds this thread worked on the trigger. */
  readonly busy: number;
}

export interface StepFailure {
  readonly chunk: number;
  readonly frame: number;
  readonly trigger: string;
}

/** What one thread did of a run. */
export interface Work {
  readonly parts: readonly TriggerPart[];
  /** Chunks it finished. */
  readonly chunks: number;
  readonly failure: StepFailure | null;
}

export type FromWorker =
  | { readonly type: 'done'; readonly run: number; readonly work: Work }
  | { readonly type: 'broken'; readonly run: number; readonly message: string };
