import { boxFlags } from '../../../shared/domain/annotation.ts';
import type { Change } from '../../../shared/contract/annotations.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { ActorKind } from '../../../shared/sync/operation.ts';
import type { WriteConnection } from '../connection.ts';
import type { NewWrite, Step } from './opLog.ts';

export interface ChangeResult {
  readonly seq: number;
  readonly box?: number;
  readonly frame: number;
}

interface BoxNow {
  readonly id: number;
  readonly frame: number;
  readonly category: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly angle: number | null;
  readonly flags: number;
}

/** Turns one change of the contract into one operation. Errors: not_found, invalid_request, already_exists. */
export function applyChange(c: WriteConnection, step: Step, change: Change, actor: ActorKind): ChangeResult {
  switch (change.op) {
    case 'add':
      return addBox(c, step, change, actor);
    case 'set':
      return setBox(c, step, change);
    case 'delete':
      return deleteBox(c, step, change.box);
    case 'state':
      return { frame: change.frame, seq: setState(c, step, change.frame, change.state) };
    case 'comment':
      return comment(c, step, change);
  }
}

function addBox(c: WriteConnection, step: Step, change: Extract<Change, { op: 'add' }>, actor: ActorKind): ChangeResult {
  const { frame } = change;
  requireFrame(c, frame);
  const box = change.box ?? c.log.reserve(1);
  if (!c.log.isReserved(box)) throw new AppError('invalid_request', 'This box number was not reserved.', { box });
  if (c.prepare('select 1 from box where id = ?').get(box) ?? c.prepare('select 1 from comment where id = ?').get(box))
    throw new AppError('already_exists', 'This box number is taken.', { box });
  const writes: NewWrite[] = [
    { field: 'c', value: categoryValue(c, change.category), birth: true },
    { field: 'g', value: geometry(change.bbox, change.angle ?? 0), birth: true },
  ];
  for (const flag of new Set(change.flags)) writes.push({ field: `k:${flag}`, value: true, birth: true });
  if (change.track !== undefined && change.track !== null) writes.push({ field: 't', value: change.track, birth: true });
  for (const [key, value] of Object.entries(change.attributes ?? {})) writes.push({ field: `a:${key}`, value: zero(value), birth: true });
  const seq = step.op({ kind: 'add', entity: { kind: 'box', key: box }, frame, writes: [...writes, ...stateAfterEdit(c, frame, actor)] });
  return { seq, box, frame };
}

function setBox(c: WriteConnection, step: Step, change: Extract<Change, { op: 'set' }>): ChangeResult {
  const now = requireBox(c, change.box);
  const writes: NewWrite[] = [];
  if (change.category !== undefined) writes.push({ field: 'c', value: categoryValue(c, change.category) });
  if (change.bbox !== undefined || change.angle !== undefined)
    writes.push({ field: 'g', value: geometry(change.bbox ?? [now.x, now.y, now.w, now.h], change.angle ?? now.angle ?? 0) });
  if (change.track !== undefined) writes.push({ field: 't', value: change.track });
  if (change.flags !== undefined) writes.push(...flagWrites(now.flags, change.flags));
  for (const [key, value] of Object.entries(change.attributes ?? {})) writes.push({ field: `a:${key}`, value: zero(value) });
  if (writes.length === 0) throw new AppError('invalid_request', 'There is nothing to change.', { box: change.box });
  const seq = step.op({
    kind: 'put',
    entity: { kind: 'box', key: now.id },
    frame: now.frame,
    writes: [...writes, ...stateAfterEdit(c, now.frame, 0)],
  });
  return { seq, box: now.id, frame: now.frame };
}

/** Each flag is a field of its own. Setting what is set already confirms it: one write, so that the box counts as touched. */
function flagWrites(now: number, wanted: readonly string[]): NewWrite[] {
  const writes = boxFlags
    .filter((flag, i) => ((now >> i) & 1) !== (wanted.includes(flag) ? 1 : 0))
    .map((flag): NewWrite => ({ field: `k:${flag}`, value: wanted.includes(flag) }));
  return writes.length > 0 ? writes : [{ field: `k:${boxFlags[0]}`, value: wanted.includes(boxFlags[0]) }];
}

export function deleteBox(c: WriteConnection, step: Step, box: number, actor: ActorKind = 0): ChangeResult {
  const now = requireBox(c, box);
  const writes: NewWrite[] = [{ field: 'life', value: 0 }, ...stateAfterEdit(c, now.frame, actor)];
  return { seq: step.op({ kind: 'del', entity: { kind: 'box', key: box }, frame: now.frame, writes }), box, frame: now.frame };
}

/** A verdict. Approved and locked carry the digest of the boxes they were given for. */
export function setState(c: WriteConnection, step: Step, frame: number, state: FrameState): number {
  requireFrame(c, frame);
  return step.op({
    kind: 'verdict',
    entity: { kind: 'frame', key: frame },
    frame,
    writes: [{ field: 'state', value: stateValue(c, frame, state) }],
  });
}

function stateValue(c: WriteConnection, frame: number, state: FrameState): CborValue {
  return state === 'approved' || state === 'locked' ? [state, c.log.state.digest(frame)] : state;
}

export function setFrameField(c: WriteConnection, step: Step, frame: number, field: string, value: CborValue): number {
  requireFrame(c, frame);
  return step.op({ kind: 'put', entity: { kind: 'frame', key: frame }, frame, writes: [{ field, value }] });
}

function comment(c: WriteConnection, step: Step, change: Extract<Change, { op: 'comment' }>): ChangeResult {
  const { frame } = change;
  requireFrame(c, frame);
  if (change.box !== undefined && requireBox(c, change.box).frame !== frame)
    throw new AppError('invalid_request', 'This box is on another frame.', { box: change.box, frame });
  const anchor = change.box === undefined ? null : c.log.entities.frameRef(change.box);
  const value: CborValue = [change.text, anchor === null ? null : [anchor.n, fromHex(anchor.origin)]];
  const key = c.log.reserve(1);
  const seq = step.op({ kind: 'comment', entity: { kind: 'comment', key }, frame, writes: [{ field: 'text', value, birth: true }] });
  return { seq, frame, ...(change.box === undefined ? {} : { box: change.box }) };
}

/** An edit turns unlabeled into draft, and approved or locked back into labeled: a part of the edit's own operation. */
export function stateAfterEdit(c: WriteConnection, frame: number, actor: ActorKind): NewWrite[] {
  const state = frameStates[c.prepare<{ state: number }>('select state from frame where id = ?').get(frame)?.state ?? 0];
  if (state === 'unlabeled') return [{ frame, field: 'state', value: 'draft', actor }];
  return state === 'approved' || state === 'locked' ? [{ frame, field: 'state', value: 'labeled', actor }] : [];
}

export function requireFrame(c: WriteConnection, frame: number): void {
  if (c.prepare('select 1 from frame where id = ?').get(frame) === undefined)
    throw new AppError('not_found', 'This frame does not exist.', { frame });
}

function requireBox(c: WriteConnection, box: number): BoxNow {
  const row = c.prepare<BoxNow>('select id, frame, category, x, y, w, h, angle, flags from box where id = ? and live = 1').get(box);
  if (row === undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box });
  return row;
}

export function categoryValue(c: WriteConnection, category: number): Uint8Array {
  const row = c.prepare<{ archived: number }>('select archived from category where id = ?').get(category);
  if (row === undefined || row.archived === 1) throw new AppError('not_found', 'This category does not exist.', { category });
  return fromHex(c.log.entities.categoryId(category));
}

export function geometry(bbox: readonly number[], angle: number): readonly number[] {
  const values = [...bbox, angle];
  if (values.length !== 5 || !values.every(Number.isFinite))
    throw new AppError('invalid_request', 'A box needs four finite numbers.', { bbox });
  return values.map((value) => (value === 0 ? 0 : value));
}

/** −0 is 0, so that equal values are equal bytes. */
function zero<T>(value: T): T {
  return value === 0 ? (0 as T) : value;
}
