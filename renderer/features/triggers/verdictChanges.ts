import type { Change } from '../../../shared/contract/annotations.ts';
import type { Verdict } from '../../../shared/contract/triggers.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { union } from '../../lib/cropWindow.ts';

/**
 * What a verdict does to the boxes of its hit, in the order in which the trigger names them. Only annotations can change: for predictions there is
 * nothing to do, and the verdict alone is noted. `relabel` needs the category that was chosen.
 */
export function verdictChanges(verdict: Verdict, boxes: readonly Annotation[], category?: CategoryId): readonly Change[] {
  const [first, second] = boxes;
  switch (verdict) {
    case 'delete_first':
      return first === undefined ? [] : [{ op: 'delete', box: first.id }];
    case 'delete_second':
      return second === undefined ? [] : [{ op: 'delete', box: second.id }];
    case 'merge': {
      // The larger box stands for both; it grows over the others, and those go.
      const [keep, ...others] = [...boxes].sort((a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3]);
      const whole = union(boxes.map((box) => box.bbox));
      if (keep === undefined || whole === null || others.length === 0) return [];
      return [...others.map(({ id }): Change => ({ op: 'delete', box: id })), { op: 'set', box: keep.id, bbox: whole }];
    }
    case 'ignore':
      return boxes
        .filter(({ flags }) => !flags.includes('ignore'))
        .map(({ id, flags }): Change => ({ op: 'set', box: id, flags: [...flags, 'ignore'] }));
    case 'relabel':
      return first === undefined || category === undefined ? [] : [{ op: 'set', box: first.id, category }];
    case 'accept':
    case 'reject':
      return [];
  }
}
