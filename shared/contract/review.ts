import { z } from 'zod';
import type { FrameState } from '../domain/frame.ts';
import type { FrameId } from '../domain/ids.ts';
import type { BoxChange } from '../review/boxChange.ts';
import { method } from '../rpc/define.ts';
import { datasetId, frameId, frameIds, name } from './common.ts';

export interface GivenVerdict {
  readonly state: FrameState;
  readonly author: string;
  /** ISO 8601 */
  readonly time: string;
}

/** What has been said about a frame, and what became of it since. */
export interface FrameReview {
  /** The latest verdict. */
  readonly verdict: GivenVerdict | null;
  readonly assignee: string | null;
  /** Changed since approval: the approval, and what is different now. The list may be empty: people are at odds about a value. */
  readonly sinceApproval: { readonly approval: GivenVerdict; readonly changes: readonly BoxChange[] } | null;
  /** What others changed since this person last worked on the frame; null where nobody did. */
  readonly corrections: { readonly since: string; readonly changes: readonly BoxChange[] } | null;
}

export const review = {
  frame: method<FrameReview>()(z.object({ dataset: datasetId, frame: frameId })),
  /** Who works on these frames; null takes it back. One step of undo. */
  assign: method<{ readonly changed: number; readonly seq: number }>()(
    z.object({ dataset: datasetId, ids: frameIds, to: name.nullable() }),
  ),
  /** The next frame of a list, in either direction, that has open comments. */
  nextComment: method<{ readonly frame: FrameId | null }>()(
    z.object({ dataset: datasetId, ids: frameIds, from: z.int().min(-1), direction: z.union([z.literal(1), z.literal(-1)]) }),
  ),
};
