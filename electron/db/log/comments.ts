import type { Change } from '../../../shared/contract/annotations.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { WriteConnection } from '../connection.ts';
import { requireFrame } from './frameState.ts';
import type { NewWrite, Step } from './opLog.ts';

type Result = { readonly seq: number; readonly frame: number; readonly box?: number };

/** Error: not_found, invalid_request (a box of another frame). */
export function addComment(c: WriteConnection, step: Step, change: Extract<Change, { op: 'comment' }>): Result {
  const { frame, box, point, issue } = change;
  requireFrame(c, frame);
  if (box !== undefined) {
    const row = c.prepare<{ frame: number }>('select frame from box where id = ? and live = 1').get(box);
    if (row === undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box });
    if (row.frame !== frame) throw new AppError('invalid_request', 'This box is on another frame.', { box, frame });
  }
  const anchor = box === undefined ? null : c.log.entities.frameRef(box);
  const value: CborValue[] = [change.text, anchor === null ? null : [anchor.n, fromHex(anchor.origin)]];
  if (point !== undefined || issue !== undefined) value.push(point === undefined ? null : [...point], issue ?? null);
  const key = c.log.reserve(1);
  const seq = step.op({ kind: 'comment', entity: { kind: 'comment', key }, frame, writes: [{ field: 'text', value, birth: true }] });
  return { seq, frame, ...(box === undefined ? {} : { box }) };
}

/** Errors: not_found, locked_by_rule (somebody else's words). */
export function editComment(c: WriteConnection, step: Step, change: Extract<Change, { op: 'editComment' }>): Result {
  const row = requireComment(c, change.comment);
  if (change.text !== undefined) requireOwn(row, step);
  const writes: NewWrite[] = [];
  if (change.text !== undefined) writes.push({ field: 'text', value: change.text });
  if (change.resolved !== undefined) writes.push({ field: 'resolved', value: change.resolved });
  if (writes.length === 0) throw new AppError('invalid_request', 'There is nothing to change.', { comment: change.comment });
  return { seq: step.op({ kind: 'put', entity: { kind: 'comment', key: row.id }, frame: row.frame, writes }), frame: row.frame };
}

/** Errors: not_found, locked_by_rule. */
export function deleteComment(c: WriteConnection, step: Step, comment: string): Result {
  const row = requireComment(c, comment);
  requireOwn(row, step);
  const writes: NewWrite[] = [{ field: 'life', value: 0 }];
  return { seq: step.op({ kind: 'del', entity: { kind: 'comment', key: row.id }, frame: row.frame, writes }), frame: row.frame };
}

interface CommentRow {
  readonly id: number;
  readonly frame: number;
  readonly author: string;
}

function requireComment(c: WriteConnection, comment: string): CommentRow {
  const row = c.prepare<CommentRow>('select id, frame, author from comment where id = ? and live = 1').get(Number(comment));
  if (row === undefined) throw new AppError('not_found', 'This comment does not exist (any more).', { comment });
  return row;
}

function requireOwn(row: CommentRow, step: Step): void {
  if (row.author !== step.author)
    throw new AppError('locked_by_rule', `These are the words of ${row.author}. You can resolve the comment, or answer it with your own.`, {
      author: row.author,
    });
}
