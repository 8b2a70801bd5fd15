import type { Applied, Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import { judgedBoxes } from '../../../shared/review/judgedBoxes.ts';

/** An approval names the boxes on show: one that somebody else changed meanwhile is not approved unseen. */
export function withJudged(change: Change, shown: readonly Annotation[]): Change {
  return isApproval(change) ? { ...change, judged: judgedBoxes(shown) } : change;
}

/** The host has other boxes than the approval was given for. */
export function isOutdated(change: Change, applied: Applied): boolean {
  return isApproval(change) && applied.frameStates.some(({ frame, state }) => frame === change.frame && state !== change.state);
}

function isApproval(change: Change): change is Extract<Change, { op: 'state' }> {
  return change.op === 'state' && (change.state === 'approved' || change.state === 'locked');
}
