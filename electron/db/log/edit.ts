import { boxFlags, interpolatedBit } from '../../../shared/domain/annotation.ts';
import type { Change, Seen } from '../../../shared/contract/annotations.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { fromHex } from '../../../shared/sync/operation.ts';
import type { ActorKind } from '../../../shared/sync/operation.ts';
import { sameValue } from '../../../shared/sync/reverse.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { checkAttributes } from './attributes.ts';
import { mergedTarget } from './merged.ts';
import { addComment, deleteComment, editComment } from './comments.ts';
import { requireFrame, stateAfterEdit } from './frameState.ts';
import type { NewWrite, Step } from './opLog.ts';
import { basisOfJudged } from './picture.ts';
import { restoreBox } from './restoreBox.ts';
import { attributesOf } from './attributeText.ts';
import { selectStoredBox, type StoredBoxRow } from './storedBoxRow.ts';

export interface ChangeResult {
  readonly seq: number;
  readonly box?: number;
  readonly frame: number;
}

/** Turns one change of the contract into one operation. Errors: not_found, invalid_request, already_exists. */
export function applyChange(c: WriteConnection, step: Step, change: Change, actor: ActorKind): ChangeResult {
  switch (change.op) {
    case 'add':
      return addBox(c, step, change, actor);
    case 'set':
      return setBox(c, step, change);
    case 'delete':
      return deleteBox(c, step, change.box, 0, change.seen);
    case 'resolve':
      return resolveBox(c, step, change);
    case 'state':
      return { frame: change.frame, seq: setState(c, step, change.frame, change.state, change.judged) };
    case 'comment':
      return addComment(c, step, change);
    case 'editComment':
      return editComment(c, step, change);
    case 'deleteComment':
      return deleteComment(c, step, change.comment);
    case 'restoreBox':
      return restoreBox(c, step, change);
  }
}

function addBox(c: WriteConnection, step: Step, change: Extract<Change, { op: 'add' }>, actor: ActorKind): ChangeResult {
  const { frame } = change;
  requireFrame(c, frame);
  const box = change.box ?? c.log.reserve(1);
  if (!c.log.isReserved(box)) throw new AppError('invalid_request', 'This box number was not reserved.', { box });
  if (c.prepare('select 1 from box where id = ?').get(box) ?? c.prepare('select 1 from comment where id = ?').get(box))
    throw new AppError('already_exists', 'This box number is taken.', { box });
  checkAttributes(c, change.category, change.attributes);
  const writes: NewWrite[] = [
    { field: 'c', value: categoryValue(c, change.category), birth: true },
    { field: 'g', value: geometry(change.bbox, change.angle ?? 0), birth: true },
  ];
  for (const flag of new Set(change.flags)) writes.push({ field: `k:${flag}`, value: true, birth: true });
  if (change.track !== undefined && change.track !== null) writes.push({ field: 't', value: change.track, birth: true });
  if (change.z !== undefined && change.z !== 0) writes.push({ field: 'z', value: change.z, birth: true });
  for (const [key, value] of Object.entries(change.attributes ?? {})) writes.push({ field: `a:${key}`, value: zero(value), birth: true });
  const seq = step.op({ kind: 'add', entity: { kind: 'box', key: box }, frame, writes: [...writes, ...stateAfterEdit(c, frame, actor)] });
  return { seq, box, frame };
}

function setBox(c: WriteConnection, step: Step, change: Extract<Change, { op: 'set' }>): ChangeResult {
  const { seen } = change;
  // Deleted meanwhile by somebody else: the edit is kept, and people are asked.
  const now = seen === undefined ? requireBox(c, change.box) : requireKnownBox(c, change.box);
  checkAttributes(c, change.category ?? now.category, change.attributes);
  const writes: NewWrite[] = [];
  if (change.category !== undefined)
    writes.push({ field: 'c', value: categoryValue(c, change.category), ...saw(seen?.category, (id) => knownCategoryValue(c, id)) });
  if (change.bbox !== undefined || change.angle !== undefined) {
    const bbox = change.bbox ?? seen?.bbox ?? [now.x, now.y, now.w, now.h];
    const angle = change.angle ?? seen?.angle ?? now.angle ?? 0;
    writes.push({ field: 'g', value: geometry(bbox, angle), ...sawGeometry(seen) });
  }
  if (change.track !== undefined) writes.push({ field: 't', value: change.track, ...saw(seen?.track) });
  // Two people who order the boxes of a frame do not contradict each other: the later order holds.
  if (change.z !== undefined) writes.push({ field: 'z', value: change.z });
  if (change.flags !== undefined) writes.push(...flagWrites(now.flags, change.flags, seen?.flags));
  for (const [key, value] of Object.entries(change.attributes ?? {}))
    writes.push({ field: `a:${key}`, value: zero(value), ...saw(ownOf(seen?.attributes, key), zero) });
  if (writes.length === 0) throw new AppError('invalid_request', 'There is nothing to change.', { box: change.box });
  // What a person says of a box that was computed makes it a key frame of its track.
  if ((now.flags & interpolatedBit) !== 0 && writes.some(({ field }) => field !== 'z'))
    writes.push({ field: 'k:interpolated', value: false });
  const seq = step.op({
    kind: 'put',
    entity: { kind: 'box', key: now.id },
    frame: now.frame,
    writes: [...writes, ...stateAfterEdit(c, now.frame, 0)],
  });
  return { seq, box: now.id, frame: now.frame };
}

/**
 * Each flag is a field of its own, so only those that the author changed are written. Setting what is set already confirms
 * it: one write, so that the box counts as touched.
 */
function flagWrites(now: number, wanted: readonly string[], seen?: readonly string[]): NewWrite[] {
  const writes = boxFlags
    .filter((flag, i) => {
      const on = wanted.includes(flag);
      return ((now >> i) & 1) !== (on ? 1 : 0) && (seen === undefined || seen.includes(flag) !== on);
    })
    .map((flag): NewWrite => ({ field: `k:${flag}`, value: wanted.includes(flag) }));
  const [first] = boxFlags;
  return writes.length > 0 ? writes : [{ field: `k:${first}`, value: seen === undefined ? wanted.includes(first) : (now & 1) === 1 }];
}

export function deleteBox(c: WriteConnection, step: Step, box: number, actor: ActorKind = 0, seen?: Seen): ChangeResult {
  const now = seen === undefined ? requireBox(c, box) : requireKnownBox(c, box);
  // Two people deleted it: they agree, and nothing is left to do.
  if (now.live === 0) return { seq: c.log.seq, box, frame: now.frame };
  const writes: NewWrite[] = [{ field: 'life', value: 0 }, ...stateAfterEdit(c, now.frame, actor)];
  const unseen = seen === undefined ? [] : changedSince(c, now, seen);
  return { seq: step.op({ kind: 'del', entity: { kind: 'box', key: box }, frame: now.frame, writes, unseen }), box, frame: now.frame };
}

/** Fields that somebody changed since the author looked. */
function changedSince(c: WriteConnection, now: StoredBoxRow, seen: Seen): string[] {
  const fields: string[] = [];
  const check = (field: string, value: CborValue | undefined): void => {
    if (value !== undefined && !sameValue(value, c.log.state.effective(now.id, 'box', field)?.value)) fields.push(field);
  };
  check('g', sawGeometry(seen).saw);
  check('c', seen.category === undefined ? undefined : knownCategoryValue(c, seen.category));
  check('t', seen.track);
  for (const [i, flag] of boxFlags.entries())
    if (seen.flags !== undefined && seen.flags.includes(flag) !== (((now.flags >> i) & 1) === 1)) fields.push(`k:${flag}`);
  if (seen.attributes !== undefined) {
    const keys = new Set([...Object.keys(seen.attributes), ...Object.keys(attributesOf(now.attributes))]);
    for (const key of keys) check(`a:${key}`, ownOf(seen.attributes, key) ?? null);
  }
  return fields;
}

/** The end of a conflict: one write that names every value there is. */
function resolveBox(c: WriteConnection, step: Step, change: Extract<Change, { op: 'resolve' }>): ChangeResult {
  const now = requireKnownBox(c, change.box);
  const entity = { kind: 'box', key: now.id } as const;
  const edits = stateAfterEdit(c, now.frame, 0);
  if (change.deleted === true)
    return {
      seq: step.op({ kind: 'del', entity, frame: now.frame, writes: [{ field: 'life', value: 0 }, ...edits] }),
      box: now.id,
      frame: now.frame,
    };
  const writes: NewWrite[] = [];
  if (change.deleted === false) writes.push({ field: 'life', value: 1 });
  if (change.category !== undefined) writes.push({ field: 'c', value: categoryValue(c, change.category) });
  if (change.bbox !== undefined) writes.push({ field: 'g', value: geometry(change.bbox, change.angle ?? now.angle ?? 0) });
  if (change.track !== undefined) writes.push({ field: 't', value: change.track });
  for (const [key, value] of Object.entries(change.attributes ?? {})) writes.push({ field: `a:${key}`, value: zero(value) });
  if (writes.length === 0) throw new AppError('invalid_request', 'There is nothing to settle.', { box: change.box });
  return { seq: step.op({ kind: 'resolve', entity, frame: now.frame, writes: [...writes, ...edits] }), box: now.id, frame: now.frame };
}

function saw<T>(value: T | undefined, encode: (value: T) => CborValue | undefined = (given) => given as CborValue): { saw?: CborValue } {
  const encoded = value === undefined ? undefined : encode(value);
  return encoded === undefined ? {} : { saw: encoded };
}

function sawGeometry(seen: Seen | undefined): { saw?: CborValue } {
  return seen?.bbox === undefined ? {} : { saw: geometry(seen.bbox, seen.angle ?? 0) };
}

function ownOf<T>(record: { readonly [key: string]: T } | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A verdict. Approved and locked carry the digest of the boxes they were given for: `judged`, or those that are there. */
export function setState(c: WriteConnection, step: Step, frame: number, state: FrameState, judged?: string): number {
  requireFrame(c, frame);
  return step.op({
    kind: 'verdict',
    entity: { kind: 'frame', key: frame },
    frame,
    writes: [{ field: 'state', value: stateValue(c, frame, state, judged) }],
  });
}

function stateValue(c: WriteConnection, frame: number, state: FrameState, judged: string | undefined): CborValue {
  if (state !== 'approved' && state !== 'locked') return state;
  return [state, judged === undefined ? c.log.state.boxes.digest(frame) : basisOfJudged(c, frame, judged)];
}

export function setFrameField(c: WriteConnection, step: Step, frame: number, field: string, value: CborValue): number {
  requireFrame(c, frame);
  return step.op({ kind: 'put', entity: { kind: 'frame', key: frame }, frame, writes: [{ field, value }] });
}

function requireBox(c: WriteConnection, box: number): StoredBoxRow {
  const row = requireKnownBox(c, box);
  if (row.live === 0) throw new AppError('not_found', 'This box does not exist (any more).', { box });
  return row;
}

/** Also a deleted one. */
function requireKnownBox(c: WriteConnection, box: number): StoredBoxRow {
  const row = c.prepare<StoredBoxRow>(`${selectStoredBox} where id = ?`).get(box);
  if (row === undefined) throw new AppError('not_found', 'This box does not exist (any more).', { box });
  return row;
}

/** The id of a category as it travels; of one that was merged, the one its boxes went to. Error: not_found. */
export function categoryValue(c: WriteConnection, category: number): Uint8Array {
  const target = mergedTarget(c, category);
  if (c.prepare('select 1 from category where id = ? and live = 1 and s > 0').get(target) === undefined)
    throw new AppError('not_found', 'This category does not exist.', { category });
  return fromHex(c.log.entities.categoryId(target));
}

/** What somebody saw may be archived by now. */
function knownCategoryValue(c: WriteConnection, category: number): Uint8Array | undefined {
  const row = c.prepare('select 1 from category where id = ?').get(category);
  return row === undefined ? undefined : fromHex(c.log.entities.categoryId(category));
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
