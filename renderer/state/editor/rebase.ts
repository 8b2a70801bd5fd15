import type { Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import { applyChanges, type EditedFrame } from './applyChange.ts';

/**
 * What the host has with what is not saved yet on top, in its order. A change that the host has already (its answer is on the
 * way) changes nothing: each names its value, not a step.
 */
export function rebase(content: EditedFrame, pending: readonly Change[]): EditedFrame {
  if (pending.length === 0) return content;
  const there = new Set<number | undefined>(content.annotations.map((box) => box.id));
  return applyChanges(
    content,
    pending.filter(
      (change) => ('frame' in change ? change.frame === content.frame : true) && !(change.op === 'add' && there.has(change.box)),
    ),
  );
}

/** Boxes in hand stay as they were when they were grasped: what comes from elsewhere waits until the gesture is over. */
export function keepInHand(
  incoming: readonly Annotation[],
  shown: readonly Annotation[],
  inHand: ReadonlySet<number>,
): readonly Annotation[] {
  if (inHand.size === 0) return incoming;
  const held = new Map(shown.filter((box) => inHand.has(box.id)).map((box) => [box.id as number, box]));
  const there = new Set(incoming.map((box) => box.id as number));
  return [...incoming.map((box) => held.get(box.id) ?? box), ...[...held.values()].filter((box) => !there.has(box.id))];
}
