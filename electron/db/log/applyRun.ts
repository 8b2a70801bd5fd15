import { frameStates } from '../../../shared/domain/frame.ts';
import { AppError } from '../../../shared/errors.ts';
import { iou } from '../../../shared/geometry/box.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import type { WriteConnection } from '../writeConnection.ts';
import { categoryValue, deleteBox, geometry } from './edit.ts';
import { stateAfterEdit } from './frameState.ts';
import type { Step } from './opLog.ts';

/** Boxes of a run to become draft annotations. F frames, N boxes; the caller has chosen frames and threshold. */
export interface RunToApply {
  readonly author: string;
  readonly run: string;
  readonly model: string;
  readonly modelSha256: string;
  readonly frames: Float64Array;
  /** F + 1 */
  readonly offsets: Uint32Array;
  readonly categories: Uint16Array;
  readonly scores: Float64Array;
  /** 4 N: x, y, w, h in px of the upright image */
  readonly boxes: Float64Array;
  /** `step` of the answer before: all parts of one apply are one step of undo. */
  readonly step?: number;
}

export interface RunApplied {
  readonly frames: number;
  /** Approved and locked frames are left alone. */
  readonly framesLeftOut: number;
  readonly added: number;
  readonly replaced: number;
  readonly keptHuman: number;
  readonly changed: Float64Array;
  readonly step: number;
}

/** A model box this much over a box of the same category that a person stands behind would be that box a second time. */
const sameObjectIou = 0.5;

interface Existing {
  readonly id: number;
  readonly category: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly origin: number;
  readonly live: number;
  readonly score: number | null;
  readonly run: string | null;
  /** Actor of the last word on its life; null where that is its birth. */
  readonly life: number | null;
}

/**
 * Model boxes replace the untouched model boxes of their frames. A box that a person made, touched, imported or deleted is never
 * changed, removed or doubled: a model box of its category that overlaps it by IoU ≥ 0.5 is not added. A model box that is
 * there already exactly so is left as it is, so applying a run twice changes nothing.
 */
export function applyRun(c: WriteConnection, input: RunToApply): RunApplied {
  const { frames, offsets } = input;
  if (offsets.length !== frames.length + 1) throw new AppError('invalid_request', 'Columns of different lengths.');
  let added = 0;
  let replaced = 0;
  let keptHuman = 0;
  let handled = 0;
  const changed: number[] = [];
  const state = c.prepare<{ state: number }>('select state from frame where id = ?');
  const step = c.log.step(
    { author: input.author, actor: 1, note: 'apply run' },
    (writer) => {
      let declared = 0;
      for (let f = 0; f < frames.length; f++) {
        const frame = frames[f] ?? -1;
        const row = state.get(frame);
        if (row === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame });
        if (row.state >= frameStates.indexOf('approved')) continue;
        handled += 1;
        const there = existing(c, frame);
        keptHuman += there.filter((box) => box.live === 1 && box.origin !== 1).length;
        const { keep, add } = decide(there, input, f);
        const old = there.filter((box) => box.live === 1 && box.origin === 1 && !keep.has(box.id));
        if (old.length === 0 && add.length === 0) continue;
        if (declared === 0) declared = declare(writer, input);
        for (const box of old) deleteBox(c, writer, box.id, 1);
        for (const i of add) addBox(c, writer, input, i, frame, declared);
        added += add.length;
        replaced += old.length;
        changed.push(frame);
      }
      return writer.t;
    },
    input.step,
  );
  return { frames: handled, framesLeftOut: frames.length - handled, added, replaced, keptHuman, changed: Float64Array.from(changed), step };
}

function existing(c: WriteConnection, frame: number): readonly Existing[] {
  return c
    .prepare<Existing>(
      `select b.id, b.category, b.x, b.y, b.w, b.h, b.origin, b.live, b.score, p.run,
         (select max(h.ak = 0) = 0 from head h where h.e = b.id and h.fld = 'life') life
       from box b left join provenance p on p.id = b.provenance where b.frame = ?`,
    )
    .all(frame);
}

function decide(
  there: readonly Existing[],
  input: RunToApply,
  f: number,
): { readonly keep: ReadonlySet<number>; readonly add: readonly number[] } {
  // `life` is 0 where a person's word is among the last on the box's life: deleted by a person.
  const standing = there.filter((box) => (box.live === 1 ? box.origin !== 1 : box.life === 0));
  const replaceable = there.filter((box) => box.live === 1 && box.origin === 1);
  const keep = new Set<number>();
  const add: number[] = [];
  for (let i = input.offsets[f] ?? 0; i < (input.offsets[f + 1] ?? 0); i++) {
    const box = boxAt(input, i);
    const category = input.categories[i];
    if (standing.some((other) => other.category === category && iou([other.x, other.y, other.w, other.h], box) >= sameObjectIou)) continue;
    const same = replaceable.find(
      (other) =>
        !keep.has(other.id) &&
        other.category === category &&
        other.run === input.run &&
        other.score === input.scores[i] &&
        other.x === box[0] &&
        other.y === box[1] &&
        other.w === box[2] &&
        other.h === box[3],
    );
    if (same === undefined) add.push(i);
    else keep.add(same.id);
  }
  return { keep, add };
}

function boxAt(input: RunToApply, i: number): Box {
  return [input.boxes[4 * i] ?? 0, input.boxes[4 * i + 1] ?? 0, input.boxes[4 * i + 2] ?? 0, input.boxes[4 * i + 3] ?? 0];
}

function declare(writer: Step, input: RunToApply): number {
  const value = { run: input.run, model: input.model, sha256: input.modelSha256 };
  return writer.op({ kind: 'meta', writes: [{ field: 'provenance', value, birth: true }] });
}

function addBox(c: WriteConnection, writer: Step, input: RunToApply, i: number, frame: number, declared: number): void {
  const key = c.log.reserve(1);
  writer.op({
    kind: 'add',
    entity: { kind: 'box', key },
    frame,
    writes: [
      { field: 'c', value: categoryValue(c, input.categories[i] ?? -1), birth: true },
      { field: 'g', value: geometry(boxAt(input, i), 0), birth: true },
      { field: '@p', value: [declared, input.scores[i] ?? 0], birth: true },
      ...stateAfterEdit(c, frame, 1),
    ],
  });
}
