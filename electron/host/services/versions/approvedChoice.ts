import type { ReportEntry } from '../../../../shared/contract/common.ts';
import type { FrameState } from '../../../../shared/domain/frame.ts';
import type { FrozenFrame } from '../../../db/queries/versions.ts';

export interface ApprovedChoice {
  /** Whether a frame goes in; what does not is counted. */
  takes(approval: FrozenFrame['approval'], state: FrameState): boolean;
  report(): readonly ReportEntry[];
}

/** V5 of references/SYNC.md 2.7: a version of what was approved alone takes valid approvals, and says what it leaves out and why. */
export function approvedChoice(request: {
  readonly approvedOnly?: boolean | undefined;
  readonly includeConflicts?: boolean | undefined;
}): ApprovedChoice {
  const left = new Map<FrameState, number>();
  let disputed = 0;
  let taken = 0;
  return {
    takes(approval, state) {
      if (request.approvedOnly !== true) return true;
      if (approval === 'disputed') {
        disputed += 1;
        return request.includeConflicts === true;
      }
      if (approval === 'none') left.set(state, (left.get(state) ?? 0) + 1);
      else taken += 1;
      return approval === 'valid';
    },
    report() {
      if (request.approvedOnly !== true) return [];
      const entries: ReportEntry[] = [
        { code: 'approved', severity: 'info', message: 'Approved frames in this version.', item: '', count: taken },
      ];
      for (const [state, count] of left)
        entries.push({
          code: 'not_approved',
          severity: 'info',
          message: 'Frames left out because they are not approved.',
          item: state,
          count,
        });
      if (disputed > 0)
        entries.push({
          code: 'open_conflict',
          severity: 'warning',
          message:
            request.includeConflicts === true
              ? 'Frames with open conflicts taken in all the same; the boxes in conflict carry the attribute “conflict”.'
              : 'Frames left out because people are at odds about a value of theirs.',
          item: '',
          count: disputed,
        });
      return entries;
    },
  };
}
