import { z } from 'zod';
import type { FrameId } from '../domain/ids.ts';
import { job, method } from '../rpc/define.ts';
import type { Applied } from './annotations.ts';
import { bbox, boxId, categoryId, datasetId, frameId, source } from './common.ts';
import type { Progress } from './common.ts';

/** Columns keep tracks as signed 32-bit numbers. */
const track = z.int().min(0).max(2_147_483_647);

/** One edit of the tracks of one sequence; frames are frames of that sequence. A list is one step of undo. */
export const trackEdit = z.discriminatedUnion('op', [
  /** Single boxes, at most one a frame, become one new track of key frames, in sight between them where `bridged`, and on to `to`. */
  z.object({ op: z.literal('create'), boxes: z.array(boxId).min(1).max(10_000), bridged: z.boolean().optional(), to: frameId.optional() }),
  /** Back to single boxes, from a frame to a frame (inclusive; absent: to the end of the track). */
  z.object({ op: z.literal('dissolve'), track, from: frameId.optional(), to: frameId.optional() }),
  /** The object goes on to this frame, where it stands as at the nearest end of the track. */
  z.object({ op: z.literal('extend'), track, frame: frameId }),
  /** Seen for the last time on this frame. */
  z.object({ op: z.literal('end'), track, frame: frameId }),
  /** Seen again from this frame on. */
  z.object({ op: z.literal('resume'), track, frame: frameId, bbox: bbox.optional() }),
  /** Out of sight from a frame to a frame, both inclusive. */
  z.object({ op: z.literal('cut'), track, from: frameId, to: frameId }),
  /** In sight all through the gap that holds this frame. */
  z.object({ op: z.literal('bridge'), track, frame: frameId }),
  z.object({ op: z.literal('key'), track, frame: frameId }),
  z.object({ op: z.literal('unkey'), track, frame: frameId }),
  /** From this frame on it is another track. */
  z.object({ op: z.literal('split'), track, frame: frameId }),
  /** `other` becomes a part of `track`; on no frame may both be in sight. `bridged`: in sight between them, too. */
  z.object({ op: z.literal('merge'), track, other: track, bridged: z.boolean().optional() }),
  z.object({ op: z.literal('category'), track, category: categoryId, from: frameId.optional() }),
  z.object({ op: z.literal('delete'), track }),
]);
export type TrackEdit = z.infer<typeof trackEdit>;

export interface TrackSummary {
  readonly number: number;
  /** Of its first box. */
  readonly category: number;
  /** Its category is another on some of its frames. */
  readonly changesCategory: boolean;
}

/** T tracks on F frames with N boxes, by track and then by place. */
export interface TrackList {
  /** Null: the frame belongs to no recording, and nothing else is filled. */
  readonly sequence: string | null;
  /** F frames in their order. */
  readonly frames: Float64Array;
  /** F seconds since the start of the sequence, NaN where unknown. */
  readonly times: Float64Array;
  readonly tracks: readonly TrackSummary[];
  /** T + 1: boxes of track t are `offsets[t] … offsets[t + 1] - 1`. */
  readonly offsets: Uint32Array;
  /** N places in `frames`. */
  readonly places: Uint32Array;
  /** N box keys. */
  readonly ids: Float64Array;
  /** N: 0 interpolated, 1 key frame. */
  readonly keys: Uint8Array;
  /** N bit sets as in `BoxColumns.flags`. */
  readonly flags: Uint8Array;
}

export interface Linked {
  readonly tracks: number;
  readonly boxes: number;
  readonly frames: number;
  readonly cancelled?: boolean;
}

/** Why following an object stopped. */
export type FollowStop = 'end' | 'limit' | 'doubtful' | 'left_image' | 'occupied' | 'unreadable' | 'cancelled';

export interface Followed {
  readonly track: number;
  /** New boxes. */
  readonly boxes: number;
  readonly stopped: FollowStop;
  /** The first frame that was not taken; null at the end of the sequence. */
  readonly frame: FrameId | null;
  /** How well the object was found there, 0 to 1; null where that was not asked. */
  readonly match: number | null;
}

export const tracks = {
  /** The tracks of the sequence that a frame belongs to. */
  list: method<TrackList>()(z.object({ dataset: datasetId, frame: frameId })),
  /**
   * One step of undo. `tracks`: the number each edit made or changed. Errors: not_found (a track, a frame of another sequence),
   * invalid_request (no sequence, two boxes of one track on a frame), too_large.
   */
  edit: method<Applied & { readonly tracks: readonly number[] }>()(
    z.object({ dataset: datasetId, frame: frameId, edits: z.array(trackEdit).min(1).max(100) }),
  ),
  /**
   * Links boxes of a sequence (all sequences without `frame`) into tracks by overlap: the annotations that are in no track, or
   * a run's detections, which become draft annotations with it. One step of undo.
   */
  link: job<Progress, Linked>()(
    z.object({
      dataset: datasetId,
      frame: frameId.optional(),
      source,
      scoreThreshold: z.number().min(0).max(1).optional(),
      minIou: z.number().min(0.05).max(0.95).optional(),
      /** Frames an object may be unseen within a track. */
      maxGap: z.int().min(0).max(300).optional(),
      /** Shorter tracks are left out. */
      minLength: z.int().min(1).max(1_000).optional(),
    }),
  ),
  /** Follows one box through the frames that come next by what it looks like; stops at the first doubtful frame. One step of undo. */
  follow: job<Progress, Followed>()(
    z.object({
      dataset: datasetId,
      box: boxId,
      frames: z.int().min(1).max(1_000),
      /** Least correlation that is believed. */
      minMatch: z.number().min(0.1).max(0.99).optional(),
    }),
  ),
};
