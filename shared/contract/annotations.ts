import { z } from 'zod';
import type { Annotation, Attributes, Prediction } from '../domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../domain/ids.ts';
import type { Box } from '../geometry/box.ts';
import type { FrameState } from '../domain/frame.ts';
import { issues } from '../review/issue.ts';
import type { Issue } from '../review/issue.ts';
import { method } from '../rpc/define.ts';
import {
  attributePatch,
  attributes,
  bbox,
  boxId,
  categoryId,
  datasetId,
  flags,
  frameId,
  frameState,
  shortText,
  source,
  storedText,
} from './common.ts';

/**
 * What the author saw of the fields a change touches. Where a field has another value by now, somebody changed it at the same
 * time: both values are kept and the box is in conflict. Without it a change replaces whatever is there.
 */
const seen = z.object({
  category: categoryId.optional(),
  bbox: bbox.optional(),
  angle: z.number().optional(),
  flags: flags.optional(),
  /** null: the key was not there. */
  attributes: attributePatch.optional(),
  track: z.int().nullable().optional(),
});
export type Seen = z.infer<typeof seen>;

/** Drawing order, see `Annotation.z`. */
const zOrder = z.int().min(-1_000_000_000).max(1_000_000_000);

const commentId = z.string().regex(/^\d{1,16}$/);

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
    attributes: attributes.optional(),
    track: z.int().nullable().optional(),
    z: zOrder.optional(),
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
    attributes: attributePatch.optional(),
    track: z.int().nullable().optional(),
    z: zOrder.optional(),
    seen: seen.optional(),
  }),
  z.object({ op: z.literal('delete'), box: boxId, seen: seen.optional() }),
  /** Settles what is in conflict: the value given holds, and every other one of its field is answered by it. */
  z.object({
    op: z.literal('resolve'),
    box: boxId,
    /** true keeps the box deleted, false brings it back with what was edited meanwhile. */
    deleted: z.boolean().optional(),
    category: categoryId.optional(),
    bbox: bbox.optional(),
    angle: z.number().optional(),
    attributes: attributePatch.optional(),
    track: z.int().nullable().optional(),
  }),
  z.object({
    op: z.literal('state'),
    frame: frameId,
    state: frameState,
    /**
     * The boxes that an approval was given for (shared/review/judgedBoxes.ts). Where the frame has others by now, the approval
     * counts as changed since. Without it an approval is for what is there.
     */
    judged: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  z
    .object({
      op: z.literal('comment'),
      frame: frameId,
      /** The comment that is answered: the reply lies where that one does, and opens it again where it was resolved. */
      parent: commentId.optional(),
      box: boxId.optional(),
      /** Image px. */
      point: z.tuple([z.number(), z.number()]).readonly().optional(),
      issue: z.enum(issues).optional(),
      /** May be empty where an issue says it. */
      text: storedText(4_096).trim(),
    })
    .refine(({ text, issue }) => text !== '' || issue !== undefined, 'A comment needs words or an issue.')
    .refine(
      ({ parent, box, point, issue }) => parent === undefined || (box === undefined && point === undefined && issue === undefined),
      'A reply is about what its comment is about.',
    ),
  /** Words are changed by who wrote them; anybody resolves a comment with its replies and opens it again. Error: locked_by_rule. */
  z.object({
    op: z.literal('editComment'),
    comment: commentId,
    text: storedText(4_096).trim().min(1).optional(),
    resolved: z.boolean().optional(),
  }),
  /** Its replies stay. */
  z.object({ op: z.literal('deleteComment'), comment: commentId }),
  /** The box as it was right after an entry of its history (`HistoryEntry.id`); brings it back where it was deleted. */
  z.object({ op: z.literal('restoreBox'), box: boxId, at: z.string().regex(/^\d{1,7}\.\d{1,15}$/) }),
]);
export type Change = z.infer<typeof change>;

export interface Applied {
  /** One a change: the `seq` that history shows, and the box it made or changed. */
  readonly results: readonly { readonly seq: number; readonly box?: BoxId }[];
  readonly frameStates: readonly { readonly frame: FrameId; readonly state: FrameState }[];
  /** Boxes of these frames that people changed at the same time in different ways; both values are kept. */
  readonly conflicts?: readonly BoxId[];
  /** ISO 8601, after COMMIT. */
  readonly savedAt: string;
}

export interface Comment {
  readonly id: string;
  readonly frame: FrameId;
  /** The comment that began the thread; null where it is that one. */
  readonly parent: string | null;
  /** Deleted, and only here because replies to it stand: its words are gone. */
  readonly removed: boolean;
  readonly box: BoxId | null;
  /** Image px; null where it is about a box or the whole frame. */
  readonly point: readonly [number, number] | null;
  readonly issue: Issue | null;
  readonly text: string;
  readonly resolved: boolean;
  readonly author: string;
  readonly time: string;
}

/** One of the values of a conflict, whole for its field. */
export interface ConflictValue {
  readonly category?: CategoryId;
  readonly bbox?: Box;
  readonly angle?: number;
  readonly track?: number | null;
  readonly attributes?: { readonly [key: string]: Attributes[string] | null };
  readonly deleted?: boolean;
}

/** Values that people gave one field of one box without having seen each other's. */
export interface BoxConflict {
  readonly box: BoxId;
  readonly field: 'geometry' | 'category' | 'track' | 'attribute' | 'deleted';
  /** The values are so alike that the later one simply holds. */
  readonly alike: boolean;
  /** What both started from; null where it is not known. */
  readonly ancestor: ConflictValue | null;
  /** Oldest first. `shown`: the one that counts until somebody decides. */
  readonly alternatives: readonly {
    readonly author: string;
    readonly time: string;
    readonly shown: boolean;
    readonly value: ConflictValue;
  }[];
  /** The box as it would come back, where it was deleted while somebody edited it. */
  readonly ghost: Annotation | null;
}

/** Everything the canvas needs of one frame. */
export interface FrameContent {
  readonly frame: FrameId;
  readonly state: FrameState;
  readonly annotations: readonly Annotation[];
  /** Predictions of the asked sources, in the order asked. */
  readonly predictions: readonly { readonly source: string; readonly boxes: readonly Prediction[] }[];
  readonly comments: readonly Comment[];
  readonly conflicts?: readonly BoxConflict[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface HistoryEntry {
  readonly seq: number;
  /** Names this entry where `seq` does not: `seq` counts what one computer did. Absent for what came with an import. */
  readonly id?: string;
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
  apply: method<Applied>()(
    z.object({
      dataset: datasetId,
      changes: z.array(change).min(1).max(50_000),
      /** Made by the client, new for each transaction: asked again after a lost answer, it is done once. */
      key: z.string().min(1).max(64).optional(),
    }),
  ),
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
