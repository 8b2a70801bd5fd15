import i18next from 'i18next';
import { api } from '../../api/api.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { copyOf } from '../../state/editor/clipActions.ts';
import { planPropagation, type PropagationTarget } from '../../state/editor/propagation.ts';
import type { LabelSession } from './labelSession.ts';

export interface PropagateOptions {
  readonly frames: number;
  readonly direction: 1 | -1;
  readonly which: 'selected' | 'all';
  readonly skipExisting: boolean;
}

export interface Propagated {
  readonly boxes: number;
  readonly frames: number;
  readonly skipped: number;
}

export const mostPropagatedFrames = 1_000;
/** One transaction takes no more changes than this. */
const mostBoxes = 50_000;

/** The frames that follow (or go before) in the list one came from, each once. */
export function framesAhead(place: number, current: number, count: number, direction: 1 | -1): readonly FrameId[] {
  const { ids } = frameOrder.getState();
  const found = new Set<number>();
  for (let at = place + direction; at >= 0 && at < ids.length && found.size < count; at += direction) {
    const id = ids[at];
    if (id !== undefined && id !== current) found.add(id);
  }
  return [...found] as FrameId[];
}

/**
 * Copies boxes of the open frame to frames of the list, as one step of undo. What the host has is asked first: unsaved edits of
 * those frames cannot be, because only the open frame is edited. Null where there were no ids for the copies: the editor has said why.
 * Errors: too_large (too many boxes), those of the host.
 */
export async function propagate(session: LabelSession, options: PropagateOptions): Promise<Propagated | null> {
  const { editor, dataset } = session;
  const { row, place } = session.store.getState();
  const { annotations, selected } = editor.store.getState();
  const boxes = annotations.filter((box) => options.which === 'all' || selected.has(box.id)).map(copyOf);
  if (row === null || boxes.length === 0) return { boxes: 0, frames: 0, skipped: 0 };
  const ids = Float64Array.from(framesAhead(place, row.id, options.frames, options.direction));
  if (ids.length === 0) return { boxes: 0, frames: 0, skipped: 0 };
  // An answer may come back before an edit that was made earlier is there.
  await editor.saving.flush();
  const [rows, there] = await Promise.all([api.frames.rows({ dataset, ids }), api.frames.boxes({ dataset, ids, source: 'gt' })]);
  const byId = new Map(rows.map((target) => [target.id as number, target]));
  const targets = Array.from(ids).flatMap((id, index): PropagationTarget[] => {
    const target = byId.get(id);
    if (target === undefined) return [];
    const existing = [];
    for (let i = there.offsets[index] ?? 0; i < (there.offsets[index + 1] ?? 0); i++) {
      const [x = 0, y = 0, w = 0, h = 0] = there.boxes.subarray(4 * i, 4 * i + 4);
      existing.push({ category: (there.categories[i] ?? 0) as CategoryId, bbox: [x, y, w, h] as const });
    }
    return [{ frame: target.id, size: { width: target.width, height: target.height }, isLocked: target.state === 'locked', existing }];
  });
  const plan = planPropagation(boxes, targets, options.skipExisting);
  if (plan.boxes > mostBoxes) throw new AppError('too_large', i18next.t('label:propagate.tooMany', { most: mostBoxes.toLocaleString() }));
  if (plan.boxes > 0) {
    let isMade = false;
    await editor.withIds(plan.boxes, (taken: readonly BoxId[]) => {
      isMade = true;
      editor.commitElsewhere(plan.changes(taken));
    });
    if (!isMade) return null;
    await editor.saving.flush();
  }
  return { boxes: plan.boxes, frames: plan.frames, skipped: plan.skipped };
}

/** Copies the boxes of the frame before this one in the list that are not here yet; says how many, null without such a frame. */
export async function repeatPrevious(session: LabelSession): Promise<number | null> {
  const { editor, dataset } = session;
  const { row, place } = session.store.getState();
  if (row === null) return null;
  const [before] = framesAhead(place, row.id, 1, -1);
  if (before === undefined) return null;
  const { annotations } = await api.annotations.load({ dataset, frame: before });
  return session.store.getState().row?.id === row.id ? editor.repeat(annotations) : 0;
}
