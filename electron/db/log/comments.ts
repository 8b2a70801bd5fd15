import type { Change } from '../../../shared/contract/annotations.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { requireFrame } from './frameState.ts';
import type { Step } from './opLog.ts';

type Result = { readonly seq: number; readonly frame: number; readonly box?: number };
type AddComment = Extract<Change, { op: 'comment' }>;

/** Error: not_found, invalid_request (a box or a comment of another frame). */
export function addComment(c: WriteConnection, step: Step, change: AddComment): Result {
  requireFrame(c, change.frame);
  if (change.parent !== undefined) return addReply(c, step, change, change.parent);
  const { frame, box, point, issue } = change;
  if (box !== undefined) {
    const row = c.prepare<{ frame: number }>('select frame from box where id = ? and live = 1').get(box);
    if (row === undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box });
    if (row.frame !== frame) throw new AppError('invalid_request', 'This box is on another frame.', { box, frame });
  }
  const value: CborValue[] = [change.text, box === undefined ? null : reference(c, box)];
  if (point !== undefined || issue !== undefined) value.push(point === undefined ? null : [...point], issue ?? null);
  return { seq: beginComment(c, step, frame, value), frame, ...(box === undefined ? {} : { box }) };
}

/**
 * Replies lie flat below the comment that began the thread, whichever of them is answered. Who answers has more to say: a thread
 * that was resolved is open again, by the same step.
 */
function addReply(c: WriteConnection, step: Step, { frame, text }: AddComment, to: string): Result {
  const thread = requireThread(c, to);
  if (thread.frame !== frame) throw new AppError('invalid_request', 'This comment is on another frame.', { comment: to, frame });
  const seq = beginComment(c, step, frame, [text, null, null, null, reference(c, thread.id)]);
  if (thread.resolved === 1) writeResolved(step, thread, false);
  return { seq, frame };
}

function beginComment(c: WriteConnection, step: Step, frame: number, value: CborValue): number {
  const key = c.log.reserve(1);
  return step.op({ kind: 'comment', entity: { kind: 'comment', key }, frame, writes: [{ field: 'text', value, birth: true }] });
}

/** A box or comment by the name it has on every replica. */
function reference(c: WriteConnection, key: number): CborValue {
  const { n, origin } = c.log.entities.frameRef(key);
  return [n, fromHex(origin)];
}

/** Words are the comment's own; resolved is said of its thread. Errors: not_found, locked_by_rule (somebody else's words). */
export function editComment(c: WriteConnection, step: Step, change: Extract<Change, { op: 'editComment' }>): Result {
  const { comment, text, resolved } = change;
  if (text === undefined && resolved === undefined) throw new AppError('invalid_request', 'There is nothing to change.', { comment });
  const thread = requireThread(c, comment);
  let seq = 0;
  if (text !== undefined) {
    const row = requireComment(c, comment);
    requireOwn(row, step);
    seq = step.op({ kind: 'put', entity: { kind: 'comment', key: row.id }, frame: row.frame, writes: [{ field: 'text', value: text }] });
  }
  if (resolved !== undefined) seq = writeResolved(step, thread, resolved);
  return { seq, frame: thread.frame };
}

function writeResolved(step: Step, thread: ThreadRow, resolved: boolean): number {
  const writes = [{ field: 'resolved', value: resolved }];
  return step.op({ kind: 'put', entity: { kind: 'comment', key: thread.id }, frame: thread.frame, writes });
}

/** Replies to it stay. Errors: not_found, locked_by_rule. */
export function deleteComment(c: WriteConnection, step: Step, comment: string): Result {
  const row = requireComment(c, comment);
  requireOwn(row, step);
  const writes = [{ field: 'life', value: 0 }];
  return { seq: step.op({ kind: 'del', entity: { kind: 'comment', key: row.id }, frame: row.frame, writes }), frame: row.frame };
}

interface CommentRow {
  readonly id: number;
  readonly frame: number;
  readonly author: string;
}

function requireComment(c: WriteConnection, comment: string): CommentRow {
  const row = c.prepare<CommentRow>('select id, frame, author from comment where id = ? and live = 1').get(Number(comment));
  if (row === undefined) throw notFound(comment);
  return row;
}

interface ThreadRow {
  /** Of the comment that began it; it may have been deleted, while a reply stands. */
  readonly id: number;
  readonly frame: number;
  readonly resolved: number;
}

/** The thread of a comment, by any of its comments. */
function requireThread(c: WriteConnection, comment: string): ThreadRow {
  const row = c
    .prepare<ThreadRow>(
      `select t.id, t.frame, t.resolved from comment c join comment t on t.id = coalesce(c.parent, c.id)
       where c.id = ? and exists (select 1 from comment a where a.frame = t.frame and coalesce(a.parent, a.id) = t.id and a.live = 1)`,
    )
    .get(Number(comment));
  if (row === undefined) throw notFound(comment);
  return row;
}

function notFound(comment: string): AppError {
  return new AppError('not_found', 'This comment does not exist (any more).', { comment });
}

function requireOwn(row: CommentRow, step: Step): void {
  if (!step.names.includes(row.author))
    throw new AppError('locked_by_rule', `These are the words of ${row.author}. You can resolve the comment, or answer it with your own.`, {
      author: row.author,
    });
}
