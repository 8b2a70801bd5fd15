import type { Verdict } from '../../../shared/contract/triggers.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import { union } from '../../lib/cropWindow.ts';
import { api } from '../../api/api.ts';
import { problemOf } from '../../lib/problem.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { notify } from '../../state/noticeStore.ts';
import type { LabelSession } from './labelSession.ts';

/**
 * One key about the hit on the canvas: does to its boxes what the word says (where they are annotations), notes the
 * verdict for the trigger's precision, and goes on. Relabel stays, because a category has yet to be chosen.
 */
export async function giveVerdict(session: LabelSession, verdict: Verdict): Promise<void> {
  const { row, place, witness, hitBoxes } = session.store.getState();
  const { hits } = frameOrder.getState();
  if (!row || !hits) return;
  actOnBoxes(session, verdict, [...witness]);
  try {
    await api.triggers.judge({
      dataset: session.dataset,
      trigger: hits.trigger,
      hash: hits.hash,
      frame: row.id,
      boxes: [...hitBoxes],
      verdict,
      randomOrder: hits.randomOrder,
    });
  } catch (error) {
    const problem = problemOf(error);
    if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
    return;
  }
  session.accepted();
  // Whoever went on meanwhile has left this hit already.
  if (verdict !== 'relabel' && session.store.getState().place === place) session.move(1);
}

function actOnBoxes({ editor }: LabelSession, verdict: Verdict, witness: readonly BoxId[]): void {
  const found = witness.map((id) => editor.store.getState().annotations.find((box) => box.id === id));
  const [first, second] = found;
  const there = found.filter((box) => box !== undefined);
  switch (verdict) {
    case 'delete_first':
      if (first) remove(editor, [first]);
      break;
    case 'delete_second':
      if (second) remove(editor, [second]);
      break;
    case 'merge': {
      // The larger box stands for both; it grows over the others, and those go.
      const [keep, ...others] = [...there].sort((a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3]);
      const whole = union(there.map((box) => box.bbox));
      if (!keep || others.length === 0 || !whole) return;
      remove(editor, others);
      editor.setBox(keep.id, whole);
      break;
    }
    case 'ignore':
      editor.select(there.filter((box) => !box.flags.includes('ignore')).map((box) => box.id));
      editor.toggleFlag('ignore');
      break;
    case 'accept':
    case 'reject':
    case 'relabel':
      break;
  }
}

function remove(editor: LabelSession['editor'], boxes: readonly Annotation[]): void {
  editor.select(boxes.map((box) => box.id));
  editor.deleteSelected();
}
