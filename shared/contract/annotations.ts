import { z } from 'zod';
import type { Annotation, Prediction } from '../domain/annotation.ts';
import type { BoxId, FrameId } from '../domain/ids.ts';
import type { FrameState } from '../domain/frame.ts';
import { method } from '../rpc/define.ts';
import { attributeValue, bbox, boxId, categoryId, datasetId, flags, frameId, frameState, shortText, source } from './common.ts';

/** One change of one thing. A list of changes applied together is one transaction and one step of undo. */
export const change = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('add'),
    frame: frameId,
    /** From `reserveIds`, so that the client can go on before the answer; the host chooses where absent. */
    box: boxId.optional(),
    category: categoryId,
    bbox,
    angle: z.number().optional(),
    flags: flags.optional(),
    attributes: z.record(z.string().max(128), attributeValue).optional(),
    track: z.int().nullable().optional(),
  }),
  z.object({
    op: z.literal('set'),
    box: boxId,
    category: categoryId.optional(),
    bbox: bbox.optional(),
    angle: z.number().optional(),
    /** The whole list. */
    flags: flags.optional(),
    /** Merged by key; null removes one. */
    attributes: z.record(z.string().max(128), attributeValue.nullable()).optional(),
    track: z.int().nullable().optional(),
  }),
  z.object({ op: z.literal('delete'), box: boxId }),
  z.object({ op: z.literal('state'), frame: frameId, state: frameState }),
  z.object({ op: z.literal('comment'), frame: frameId, box: boxId.optional(), text: z.string().trim().min(1).max(4_096) }),
]);
export type Change = z.infer<typeof change>;

export interface Applied {
  /** One a change: the `seq` that history shows, and the box it made or changed. */
  readonly results: readonly { readonly seq: number; readonly box?: BoxId }[];
  readonly frameStates: readonly { readonly frame: FrameId; readonly state: FrameState }[];
  /** ISO 8601, after COMMIT. */
  readonly savedAt: string;
}

export interface Comment {
  readonly id: string;
  readonly frame: FrameId;
  readonly box: BoxId | null;
  readonly text: string;
  readonly author: string;
  readonly time: string;
}

/** Everything the canvas needs of one frame. */
export interface FrameContent {
  readonly frame: FrameId;
  readonly state: FrameState;
  readonly annotations: readonly Annotation[];
  /** Predictions of the asked sources, in the order asked. */
  readonly predictions: readonly { readonly source: string; readonly boxes: readonly Prediction[] }[];
  readonly comments: readonly Comment[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface HistoryEntry {
  readonly seq: number;
  readonly time: string;
  readonly author: string;
  readonly actor: 'human' | 'model' | 'import';
  readonly kind: string;
  readonly box?: BoxId;
  readonly before?: { readonly [field: string]: unknown } | null;
  readonly after?: { readonly [field: string]: unknown } | null;
}

export interface Undone extends Applied {
  readonly frames: readonly FrameId[];
  readonly boxes: readonly BoxId[];
  /** What was taken back, for the message: "add", "set", "delete", "state", "restore", "apply run" … */
  readonly kind: string;
}

export const annotations = {
  load: method<FrameContent>()(z.object({ dataset: datasetId, frame: frameId, sources: z.array(source).max(8).optional() })),
  /** One transaction; the answer comes after it is durable. Errors: read_only, not_found, invalid_request, disk_full. */
  apply: method<Applied>()(z.object({ dataset: datasetId, changes: z.array(change).min(1).max(50_000) })),
  /** A block of box ids nobody else gets. */
  reserveIds: method<{ readonly first: BoxId; readonly count: number }>()(
    z.object({ dataset: datasetId, count: z.int().min(1).max(10_000) }),
  ),
  /** Takes back this author's latest change not yet undone, on one frame or anywhere. Error: nothing_to_undo. */
  undo: method<Undone>()(z.object({ dataset: datasetId, frame: frameId.optional() })),
  redo: method<Undone>()(z.object({ dataset: datasetId, frame: frameId.optional() })),
  /** Oldest first. With `box`, that box alone. */
  history: method<{ readonly operations: readonly HistoryEntry[] }>()(
    z.object({ dataset: datasetId, frame: frameId, box: boxId.optional() }),
  ),
  /** One source over the dataset, for the command line and scripts. */
  list: method<{
    readonly boxes: readonly (Omit<Annotation, 'frame' | 'category' | 'provenance'> & {
      frame: string;
      category: string;
      score?: number;
    })[];
  }>()(z.object({ dataset: datasetId, source, frame: shortText.optional() })),
};
