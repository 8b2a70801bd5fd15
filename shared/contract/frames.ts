import { z } from 'zod';
import type { DatasetId, FrameId } from '../domain/ids.ts';
import { type Frame, type FrameState, frameStates } from '../domain/frame.ts';
import { job, method, topic } from '../rpc/define.ts';
import { datasetId, expression, frameIds, frameState, type Progress, source, storedText } from './common.ts';
import type { WireError } from '../errors.ts';

const list = z.array(z.string().max(256)).max(1_000);

/** Frames changed since they were approved; frames with comments that are not resolved. */
export const reviewFacets = ['changed', 'comments'] as const;

/** What narrows the grid: the query and the facets, joined by "and"; inside one facet by "or". */
export const frameSelection = z.object({
  /** A frame expression or the short form; empty means every frame. */
  where: expression.optional(),
  facets: z
    .object({
      state: z.array(z.enum(frameStates)).optional(),
      category: list.optional(),
      split: list.optional(),
      sequence: list.optional(),
      run: list.optional(),
      tag: list.optional(),
      /** Whom frames are assigned to. */
      assignee: list.optional(),
      review: z.array(z.enum(reviewFacets)).optional(),
    })
    .optional(),
  /** A part of the frame's name, in upper or lower case. */
  name: z.string().max(256).optional(),
  /** Overrides the source of variables without `@`. */
  source: source.optional(),
});
export type FrameSelection = z.infer<typeof frameSelection>;

/** A frame as the grid and the film strip show it. */
export interface FrameRow extends Frame {
  readonly boxes: number;
  /** A comment and its replies count once. */
  readonly comments: number;
  /** Of the comments, those that are not resolved. */
  readonly openComments: number;
  readonly assignee: string | null;
  /** Changed since it was approved. */
  readonly changed: boolean;
  readonly tags: readonly string[];
  /** Set where the image could not be decoded. */
  readonly problem?: string;
}

/** Frames in their order; where the query binds boxes, the witness with the highest severity of each frame. */
export interface FrameQueryResult {
  readonly total: number;
  readonly ids: Float64Array;
  /** Per frame, NaN where the query binds nothing. */
  readonly severities: Float64Array | null;
  /** Witness boxes of frame i: rows `witnessOffsets[i] … witnessOffsets[i + 1] - 1`. */
  readonly witnessOffsets: Uint32Array | null;
  readonly witnessIds: Float64Array | null;
  /** 4 numbers a witness box: x, y, w, h. */
  readonly witnessBoxes: Float64Array | null;
  readonly hits: number;
  readonly unknownFrames: number;
  /** Of those, the frames whose image was not measured yet: the answer becomes another when it is. */
  readonly unmeasuredFrames: number;
  readonly ms: number;
}

/** Boxes of some frames as columns: what thumbnails draw. Rows of frame i: `offsets[i] … offsets[i + 1] - 1`. */
export interface FrameBoxes {
  readonly offsets: Uint32Array;
  readonly ids: Float64Array;
  readonly categories: Uint16Array;
  readonly scores: Float64Array;
  readonly boxes: Float64Array;
  /** Indices into `origins`. */
  readonly origins: Uint8Array;
}

export interface FacetCounts {
  readonly state: { readonly [S in FrameState]?: number };
  readonly category: readonly { readonly name: string; readonly frames: number }[];
  readonly split: readonly { readonly name: string; readonly frames: number }[];
  readonly sequence: readonly { readonly name: string; readonly frames: number }[];
  readonly run: readonly { readonly name: string; readonly frames: number }[];
  readonly tag: readonly { readonly name: string; readonly frames: number }[];
  readonly assignee: readonly { readonly name: string; readonly frames: number }[];
  readonly review: readonly { readonly name: string; readonly frames: number }[];
}

export const frames = {
  query: method<FrameQueryResult>()(
    z.object({
      dataset: datasetId,
      selection: frameSelection,
      order: z.enum(['name', 'severity', 'random', 'edited']).optional(),
      seed: z.int().optional(),
    }),
  ),
  /** Checks a query as it is typed: null, or the error with its place. */
  check: method<{ readonly error: WireError | null }>()(z.object({ dataset: datasetId, where: expression })),
  rows: method<readonly FrameRow[]>()(z.object({ dataset: datasetId, ids: frameIds })),
  boxes: method<FrameBoxes>()(z.object({ dataset: datasetId, ids: frameIds, source })),
  facets: method<FacetCounts>()(z.object({ dataset: datasetId, selection: frameSelection })),
  byName: method<FrameRow>()(z.object({ dataset: datasetId, name: z.string().max(4_096) })),
  /** For the palette: frames whose name contains the text. */
  find: method<readonly FrameRow[]>()(z.object({ dataset: datasetId, text: z.string().max(256), limit: z.int().min(1).max(100) })),
  setState: method<{ readonly changed: number; readonly seq: number }>()(
    z.object({ dataset: datasetId, ids: frameIds, state: frameState }),
  ),
  setSplit: method<{ readonly changed: number; readonly seq: number }>()(
    z.object({ dataset: datasetId, ids: frameIds, split: storedText(64).min(1).nullable() }),
  ),
  setTag: method<{ readonly changed: number; readonly seq: number }>()(
    z.object({ dataset: datasetId, ids: frameIds, tag: storedText(64).trim().min(1), on: z.boolean() }),
  ),
  /**
   * Measures brightness, contrast and sharpness of the images that were not measured yet; with `texts` only where one of these
   * triggers or frame expressions reads them. Cancelled, it keeps what it has; the next one goes on from there.
   */
  measure: job<Progress, { readonly measured: number; readonly failed: number; readonly left: number }>()(
    z.object({ dataset: datasetId, texts: z.array(expression).max(8).optional() }),
  ),
  /** Numbers of images came in: answers of questions that read them may be others now. */
  measured: topic<{ readonly dataset: DatasetId }>(),
  /** A question was answered while images that it reads were not measured: a client starts `measure`. */
  measureWanted: topic<{ readonly dataset: DatasetId; readonly images: number }>(),
  /** Somebody (another window, a job, this client) changed boxes or states of these frames; null means many. */
  changed: topic<{ readonly dataset: DatasetId; readonly frames: readonly FrameId[] | null; readonly by: string }>(),
};
