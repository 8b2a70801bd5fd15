import type { Change } from '../../../shared/contract/annotations.ts';
import { boxFlags } from '../../../shared/domain/annotation.ts';
import { AppError } from '../../../shared/errors.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { stateAfterEdit } from './frameState.ts';
import type { NewWrite, Step } from './opLog.ts';
import { boxesBefore, boxesNow, laterOps } from './past.ts';
import type { PastBox } from './past.ts';

/**
 * Gives a box every value it had right after an entry of its history; one that is deleted comes back. Errors: not_found,
 * invalid_request (it is so already, or it was deleted then).
 */
export function restoreBox(
  c: WriteConnection,
  step: Step,
  change: Extract<Change, { op: 'restoreBox' }>,
): { readonly seq: number; readonly frame: number; readonly box: number } {
  const { box } = change;
  const frame = c.prepare<{ frame: number }>('select frame from box where id = ?').get(box)?.frame;
  if (frame === undefined) throw new AppError('not_found', 'This box does not exist.', { box });
  const [r, s] = change.at.split('.').map(Number);
  if (c.prepare('select 1 from op where r = ? and s = ? and f = ?').get(r, s, frame) === undefined)
    throw new AppError('not_found', 'This is no entry of the history of this frame.', { at: change.at });
  const later = laterOps(c, frame, '(select h, r, s from op where r = ? and s = ?)', [r, s]);
  const then = boxesBefore(c, frame, later).get(box);
  const now = boxesNow(c, frame).get(box);
  if (then === undefined || now === undefined || !then.live)
    throw new AppError('invalid_request', 'There was no such box at that time.', { box, at: change.at });
  const writes = differences(c, now, then);
  if (writes.length === 0 && now.live) throw new AppError('invalid_request', 'The box is as it was then.', { box });
  const entity = { kind: 'box', key: box } as const;
  const edits = stateAfterEdit(c, frame, 0);
  let seq = 0;
  if (!now.live) seq = step.op({ kind: 'undel', entity, frame, writes: [{ field: 'life', value: 1 }, ...edits] });
  if (writes.length > 0) seq = step.op({ kind: 'put', entity, frame, writes: now.live ? [...writes, ...edits] : writes });
  return { seq, frame, box };
}

function differences(c: WriteConnection, now: PastBox, then: PastBox): NewWrite[] {
  const writes: NewWrite[] = [];
  if (now.category !== then.category) writes.push({ field: 'c', value: fromHex(c.log.entities.categoryId(then.category)) });
  if (now.geometry.some((value, i) => value !== then.geometry[i])) writes.push({ field: 'g', value: then.geometry });
  if (now.track !== then.track) writes.push({ field: 't', value: then.track });
  for (const [i, flag] of boxFlags.entries())
    if ((((now.flags ^ then.flags) >> i) & 1) === 1) writes.push({ field: `k:${flag}`, value: ((then.flags >> i) & 1) === 1 });
  const keys = new Set([...Object.keys(now.attributes), ...Object.keys(then.attributes)]);
  for (const key of [...keys].sort()) {
    const value = Object.hasOwn(then.attributes, key) ? (then.attributes[key] ?? null) : null;
    if (value !== (Object.hasOwn(now.attributes, key) ? now.attributes[key] : null)) writes.push({ field: `a:${key}`, value });
  }
  return writes;
}
