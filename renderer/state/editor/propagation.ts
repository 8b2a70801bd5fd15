import type { Change } from '../../../shared/contract/annotations.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import type { Box, Size } from '../../../shared/geometry/box.ts';
import { additions, type BoxCopy, fitOn, missingOn } from './clipActions.ts';

/** A frame that boxes are propagated to, with what is on it. */
export interface PropagationTarget {
  readonly frame: FrameId;
  readonly size: Size;
  /** Agreed upon as it is: nothing is added to it. */
  readonly isLocked: boolean;
  readonly existing: readonly { readonly category: CategoryId; readonly bbox: Box }[];
}

export interface PropagationPlan {
  readonly boxes: number;
  /** Frames that get boxes. */
  readonly frames: number;
  /** Copies left out, because the same box is there, or nothing of it lies in the image, or the frame is locked. */
  readonly skipped: number;
  readonly changes: (ids: readonly BoxId[]) => readonly Change[];
}

/** Which copies go to which frames. Pure; `changes` wants `boxes` ids. */
export function planPropagation(boxes: readonly BoxCopy[], targets: readonly PropagationTarget[], skipExisting: boolean): PropagationPlan {
  const perFrame = targets.map((target) => {
    if (target.isLocked) return { frame: target.frame, copies: [] };
    const fitting = boxes.map((box) => fitOn(box, target.size)).filter((box) => box !== null);
    return { frame: target.frame, copies: skipExisting ? missingOn(fitting, target.existing) : fitting };
  });
  const total = perFrame.reduce((sum, { copies }) => sum + copies.length, 0);
  return {
    boxes: total,
    frames: perFrame.filter(({ copies }) => copies.length > 0).length,
    skipped: boxes.length * targets.length - total,
    changes(ids) {
      let next = 0;
      return perFrame.flatMap(({ frame, copies }) => additions(frame, copies, ids.slice(next, (next += copies.length))));
    },
  };
}
