import { AppError } from '../../../shared/errors.ts';
import type { CborValue } from '../../../shared/sync/cbor.ts';
import { decodeOp, type Dot, type EntityRef } from '../../../shared/sync/operation.ts';
import type { LocalDot } from '../../../shared/sync/register.ts';
import { reverse } from '../../../shared/sync/reverse.ts';
import type { PlannedOp, PlannedWrite } from '../../../shared/sync/reverse.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { allNames, type Person } from '../person.ts';
import { stateAfterEdit } from './frameState.ts';
import { mergeNote } from './opLog.ts';
import type { NewWrite, OpLog, Step } from './opLog.ts';

export interface StepRow {
  readonly t: number;
  /** First seq of the transaction that made it what it is now. */
  readonly at: number;
  readonly kind: string;
}

/** A long step is taken back part by part: others can save in between. What the next part goes on from. */
export interface UndoGoing {
  readonly row: StepRow;
  /** First seq of the transaction that takes it back; 0 while nothing of it stood any more. */
  readonly step: number;
  /** What is left lies before this place in the log. */
  readonly before: number;
}

export interface UndoResult {
  /** null: that was all. */
  readonly going: UndoGoing | null;
  readonly kind: string;
  readonly results: readonly { readonly seq: number; readonly box?: number }[];
  readonly frames: readonly number[];
  readonly boxes: readonly number[];
}

const status = { undo: 0, redo: 1 } as const;

/** Where an undo looks: on one frame, among the changes of categories and attributes, or (undefined) everywhere. */
export type UndoScope = number | 'categories' | undefined;

/** A person's steps that could be taken back or given back, the latest first. */
export function* steps(c: ReadConnection, r: number, who: Person, direction: 'undo' | 'redo', scope?: UndoScope): Generator<StepRow> {
  const names = allNames(who);
  const found = names.flatMap((name) => stepsOf(c, r, name, status[direction], scope)).toSorted((a, b) => b.at - a.at);
  yield* direction === 'undo' || names.length === 1 ? found : found.filter(({ at }) => at > lastChange(c, r, names));
}

function stepsOf(c: ReadConnection, r: number, author: string, wanted: number, scope: UndoScope): readonly StepRow[] {
  if (scope === 'categories')
    return c
      .prepare<StepRow>(
        `select t, at, kind from step where author = ? and status = ? and +r = ? and kind in ('category', '${mergeNote}')
         order by at desc limit 1000`,
      )
      .all(author, wanted, r);
  if (scope === undefined)
    return c
      .prepare<StepRow>('select t, at, kind from step where author = ? and status = ? and +r = ? order by at desc limit 1000')
      .all(author, wanted, r);
  return c
    .prepare<StepRow>(
      `select s.t, s.at, s.kind from step_frame f join step s on s.r = f.r and s.t = f.t
       where f.frame = ? and f.r = ? and +s.author = ? and +s.status = ? order by s.at desc limit 1000`,
    )
    .all(scope, r, author, wanted);
}

/** The last change under any of somebody's names: what was taken back before it is not given back any more. */
function lastChange(c: ReadConnection, r: number, names: readonly string[]): number {
  const select = c.prepare<{ t: number | null }>('select max(t) t from step where author = ? and status = 0 and +r = ?');
  return Math.max(0, ...names.map((name) => select.get(name, r)?.t ?? 0));
}

/** Whether there is a step at all: cheap enough for every load of a frame. */
export function hasStep(c: ReadConnection, r: number, who: Person, direction: 'undo' | 'redo', frame: number): boolean {
  return !steps(c, r, who, direction, frame).next().done;
}

/** Operations of one part. */
const partOps = 1_000;

/**
 * Takes back this author's latest step that still stands (or gives back the latest that was taken back), as new operations that are
 * one transaction. Of a long one the first part; `undoNext` goes on. Errors: nothing_to_undo, nothing_to_redo.
 */
export function undo(c: WriteConnection, who: Person, direction: 'undo' | 'redo', frame?: UndoScope): UndoResult {
  for (const row of steps(c, c.log.replicaNo, who, direction, frame)) {
    const part = undoRow(c, who.author, direction, row);
    if (part !== null) return part;
  }
  if (frame === 'categories')
    throw direction === 'undo'
      ? new AppError('nothing_to_undo', 'No change of a category is left to undo.')
      : new AppError('nothing_to_redo', 'No change of a category is left to redo.');
  throw direction === 'undo'
    ? new AppError('nothing_to_undo', frame === undefined ? 'There is nothing to undo.' : 'There is nothing to undo on this frame.')
    : new AppError('nothing_to_redo', frame === undefined ? 'There is nothing to redo.' : 'There is nothing to redo on this frame.');
}

/** The first part of one step, whatever came after it. null: nothing of it stands. */
export function undoStep(c: WriteConnection, author: string, t: number): UndoResult | null {
  const row = c.prepare<StepRow>('select t, at, kind from step where r = ? and t = ? and status = 0').get(c.log.replicaNo, t);
  return row === undefined ? null : undoRow(c, author, 'undo', row);
}

function undoRow(c: WriteConnection, author: string, direction: 'undo' | 'redo', row: StepRow): UndoResult | null {
  for (let going: UndoGoing | null = { row, step: 0, before: Number.MAX_SAFE_INTEGER }; going !== null;) {
    const part = undoNext(c, author, direction, going);
    if (part.results.length > 0) return part;
    ({ going } = part);
  }
  return null;
}

/** The next part, the latest operations first. */
export function undoNext(c: WriteConnection, author: string, direction: 'undo' | 'redo', { row, step, before }: UndoGoing): UndoResult {
  const { log } = c;
  const ops = log.transaction(log.replicaNo, row.at, before, partOps);
  const planned = reverse(ops, {
    replica: log.replicaId,
    current: (entity, field) => currentValue(log, entity, field),
    replaced: (dot, entity, field) => log.written(dot, entity, field),
  });
  const [first] = ops;
  const left = first === undefined || log.transaction(log.replicaNo, row.at, first.seq, 1).length === 0 ? null : first.seq;
  const done = carryOut(c, author, { direction, row, planned, continued: step, left });
  return { ...done, going: left === null ? null : { row, step: done.step, before: left } };
}

/**
 * Long steps that were being taken back (or given back) when the program ended, and what they go on from: their last operation
 * says that more was to come. Only those behind `after`, and not where their author has done something else since.
 */
export function cutOff(
  c: ReadConnection,
  log: OpLog,
  after: number,
): readonly { readonly author: string; readonly direction: 'undo' | 'redo'; readonly going: UndoGoing }[] {
  const rows = c
    .prepare<{ t: number; kind: string; author: string; step: number; body: Buffer }>(
      `select s.t, s.kind, u.author, u.t step, o.body from step u join op o on o.r = u.r and o.s = u.last
       join step s on s.r = u.r and s.at = u.t and s.t <> u.t
       where u.r = @r and u.t > @after and u.status = 3
         and not exists (select 1 from step later where later.r = u.r and later.t > u.t and later.author = u.author)
       order by u.t`,
    )
    .all({ r: log.replicaNo, after });
  return rows.flatMap(({ t, kind, author, step, body }) => {
    const [verb, , at, before] = (decodeOp(body, log.replicaId).note ?? '').split(':');
    if (before === undefined || (verb !== 'undo' && verb !== 'redo')) return [];
    return [{ author, direction: verb, going: { row: { t, at: Number(at), kind }, step, before: Number(before) } }];
  });
}

function currentValue(log: OpLog, entity: EntityRef, field: string): CborValue | undefined {
  const local = log.entities.local(entity);
  return local === undefined ? undefined : log.state.effective(local, entity.kind, field)?.value;
}

function carryOut(
  c: WriteConnection,
  author: string,
  what: {
    readonly direction: 'undo' | 'redo';
    readonly row: StepRow;
    readonly planned: readonly PlannedOp[];
    readonly continued: number;
    /** What is left lies before this place in the log; null with the last part. */
    readonly left: number | null;
  },
): Omit<UndoResult, 'going'> & { readonly step: number } {
  const { log } = c;
  const { direction, row, planned, continued, left } = what;
  const frames = new Set<number>();
  const boxes = new Set<number>();
  let first = continued;
  const work = (step: Step): UndoResult['results'] => {
    const made = planned.map((op) => {
      const frame = op.frame === undefined ? undefined : log.entities.key(op.frame);
      const key = log.entities.local(op.entity);
      if (key === undefined) throw new AppError('internal', 'Undo lost what it was about.');
      if (frame !== undefined) frames.add(frame);
      if (op.entity.kind === 'box') boxes.add(key);
      const shown = new Map(op.writes.map((write) => [write, shownDot(log, write)]));
      const unseen = op.seen === undefined ? {} : { unseen: unseenFields(log, key, op.seen) };
      for (const writes of besides(op))
        step.op({ kind: 'put', entity: { kind: op.entity.kind, key }, writes, ...(frame === undefined ? {} : { frame }) });
      const writes = op.writes.map((write) => newWrite(log, write, op, shown.get(write)));
      const giveState = writes.some((write) => write.frame !== undefined);
      // A merge left the states alone, and so does taking it back.
      const isEdit = op.entity.kind === 'box' && !giveState && row.kind !== mergeNote;
      const edits = frame !== undefined && isEdit ? stateAfterEdit(c, frame, 0) : [];
      const seq = step.op({
        kind: op.kind,
        entity: { kind: op.entity.kind, key },
        writes: [...writes, ...edits],
        ...unseen,
        ...(frame === undefined ? {} : { frame }),
      });
      return op.entity.kind === 'box' ? { seq, box: key } : { seq };
    });
    first = step.t;
    return made;
  };
  // Where there is more to come, its operations say from where: should the program end here, the next one goes on.
  const note = left === null ? `${direction}:${row.t}` : `${direction}:${row.t}:${row.at}:${left}`;
  const results = log.step({ author, actor: 0, note }, work, continued);
  return { kind: row.kind, results, frames: [...frames], boxes: [...boxes], step: first };
}

function newWrite(log: OpLog, write: PlannedWrite, op: PlannedOp, shown: LocalDot | undefined): NewWrite {
  const other = write.entity.kind === 'frame' && op.entity.kind !== 'frame';
  const isDisputed = shown !== undefined && (write.siblings !== undefined || write.settles !== undefined);
  const settled = (write.settles ?? []).map((s) => ({ r: log.replicaNo, s }));
  return {
    field: write.field,
    value: write.value,
    ...(other ? { frame: log.entities.local(write.entity) as number } : {}),
    ...(write.actor === undefined ? {} : { actor: write.actor }),
    ...(isDisputed ? { over: [shown, ...settled] } : {}),
  };
}

function shownDot(log: OpLog, write: PlannedWrite): LocalDot | undefined {
  const key = log.entities.local(write.entity);
  const head = key === undefined ? undefined : log.state.effective(key, write.entity.kind, write.field);
  return head === undefined ? undefined : { r: head.r, s: head.s };
}

/** One operation for each further value that comes back. Before the one that was on show, which therefore is on show again. */
function besides(op: PlannedOp): readonly (readonly NewWrite[])[] {
  const most = Math.max(0, ...op.writes.map(({ siblings = [] }) => siblings.length));
  return Array.from({ length: most }, (_, i) =>
    op.writes.flatMap(({ field, siblings = [] }) => {
      const value = siblings[i];
      return value === undefined ? [] : [{ field, value, over: [] }];
    }),
  );
}

/** What people wrote to a box that its deletion had not seen. */
function unseenFields(log: OpLog, box: number, seen: readonly Dot[]): string[] {
  const known = seen.map((dot) => log.entities.dot(dot));
  return log.state.headTable
    .words(box)
    .filter(({ r, s }) => !known.some((dot) => dot.r === r && dot.s === s))
    .map(({ field }) => field);
}
