import type { FrameReview, GivenVerdict } from '../../../shared/contract/review.ts';
import { flagsOf } from '../../../shared/domain/annotation.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import { kindsOfChange } from '../../../shared/review/boxChange.ts';
import type { BoxChange, BoxSnapshot } from '../../../shared/review/boxChange.ts';
import { packClock } from '../../../shared/sync/hybridClock.ts';
import type { ReadConnection } from '../connection.ts';
import { boxesBefore, boxesNow, laterOps } from '../log/past.ts';
import type { LaterOp, PastBox } from '../log/past.ts';
import { opsSinceJudged } from '../log/picture.ts';
import { namesParameter, type Person } from '../person.ts';

interface VerdictRow {
  readonly r: number;
  readonly s: number;
  readonly ms: number;
  readonly state: number;
  readonly author: string;
}

/** The latest by the clock; of two at once that of the greater replica, as everywhere (M2). */
const latestVerdict = /* sql */ `
  select v.r, v.s, v.h >> 16 ms, v.state, v.author from verdict v join replica p on p.no = v.r
  where v.frame = ? order by v.h desc, p.id desc limit 1`;

/** What was said about a frame and what became of it since. Error: not_found. */
function frameReview(c: ReadConnection, input: Person & { readonly frame: number }): FrameReview {
  const frame = c
    .prepare<{ assignee: string | null; changed: number }>('select assignee, changed from frame where id = ?')
    .get(input.frame);
  if (frame === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame: input.frame });
  const row = c.prepare<VerdictRow>(latestVerdict).get(input.frame);
  const verdict = row === undefined ? null : given(row);
  return {
    verdict,
    assignee: frame.assignee,
    sinceApproval:
      frame.changed === 1 && row !== undefined && verdict !== null
        ? { approval: verdict, changes: changesSince(c, input.frame, opsSinceJudged(c, input.frame, row)) }
        : null,
    corrections: corrections(c, input),
  };
}

function given(row: VerdictRow): GivenVerdict {
  return { state: frameStates[row.state] ?? 'unlabeled', author: row.author, time: new Date(row.ms).toISOString() };
}

/** A person's names, by `namesParameter`. */
const theirs = /* sql */ `(select value from json_each(@names))`;

/**
 * Null where nobody else changed a box since this person's last edit or verdict, or where it was looked at. To talk about the frame
 * is no such work: who asks why a box was moved still wants to see the move.
 */
function corrections(c: ReadConnection, person: Person & { readonly frame: number }): FrameReview['corrections'] {
  const { frame } = person;
  const own = c
    .prepare<{ ms: number; counter: number }>(
      `select m.h >> 16 ms, m.h & 65535 counter from (
         select max(max(m.edit_h), coalesce((select max(v.h) from verdict v where v.frame = @frame and v.author in ${theirs}), 0)) h
         from frame_author m where m.frame = @frame and m.author in ${theirs} having max(m.edit_h) > 0 or max(m.labeled_h) > 0) m
       where exists (select 1 from frame_author o where o.frame = @frame and o.author not in ${theirs} and o.edit_h > m.h
         and o.edit_h > coalesce((select max(n.h) from correction_seen n where n.author in ${theirs} and n.frame = @frame), 0))`,
    )
    .get({ frame, names: namesParameter(person) });
  if (own === undefined) return null;
  const changes = changesSince(c, frame, laterOps(c, frame, '(?, 9007199254740991, 0)', [packClock(own)]));
  return changes.length === 0 ? null : { since: new Date(own.ms).toISOString(), changes };
}

function changesSince(c: ReadConnection, frame: number, later: readonly LaterOp[]): readonly BoxChange[] {
  const then = boxesBefore(c, frame, later);
  const now = boxesNow(c, frame);
  const authors = new Map<number, string[]>();
  for (const { box, op } of later) {
    if (box === null) continue;
    const list = authors.get(box) ?? [];
    if (!list.includes(op.author)) list.push(op.author);
    authors.set(box, list);
  }
  const changes: BoxChange[] = [];
  for (const [id, who] of [...authors].sort(([a], [b]) => a - b)) {
    const before = snapshot(then.get(id));
    const after = snapshot(now.get(id));
    const kinds = kindsOfChange(before, after);
    if (kinds.length > 0) changes.push({ box: id as BoxId, kinds, before, after, authors: who });
  }
  return changes;
}

function snapshot(box: PastBox | undefined): BoxSnapshot | null {
  if (box === undefined || !box.live) return null;
  const [x, y, w, h, angle] = box.geometry;
  return {
    category: box.category as CategoryId,
    bbox: [x, y, w, h],
    angle,
    flags: flagsOf(box.flags),
    track: box.track,
    attributes: box.attributes,
  };
}

/** The first frame of the list that has open comments, from a place on in either direction. */
function nextComment(
  c: ReadConnection,
  input: { readonly ids: Float64Array; readonly from: number; readonly direction: 1 | -1 },
): { readonly frame: FrameId | null } {
  const open = new Set(
    c
      .prepare<[number]>('select id from frame where open_comments > 0')
      .raw()
      .all()
      .map(([id]) => id),
  );
  for (let at = input.from + input.direction; at >= 0 && at < input.ids.length; at += input.direction) {
    const id = input.ids[at] as FrameId;
    if (open.has(id)) return { frame: id };
  }
  return { frame: null };
}

export const reads = {
  'review.frame': frameReview,
  'review.nextComment': nextComment,
} as const;
