import type { Database } from 'better-sqlite3';
import { frameStates } from '../../../shared/domain/frame.ts';
import { decodeOp, opKinds, toHex } from '../../../shared/sync/operation.ts';

/**
 * Review. State that follows from the log: `verdict` (every verdict, with who gave it), `frame_author` (when each person last
 * worked on a frame), comments with a place, an issue and whether they are resolved, the person a frame is assigned to, and
 * `frame.changed` (changed since approval). Kept beside the log, per person: queues that were begun, and time spent on frames.
 */
export function up(db: Database): void {
  db.exec(/* sql */ `
    create table verdict (
      frame integer not null,
      r integer not null,
      s integer not null,
      h integer not null,
      state integer not null,
      author text not null,
      primary key (frame, r, s)
    ) strict, without rowid;

    -- Clocks of the person's last operation on the frame, of the last that changed a box, of the last 'labeled'.
    create table frame_author (
      frame integer not null,
      author text not null,
      h integer not null,
      edit_h integer not null default 0,
      labeled_h integer not null default 0,
      primary key (frame, author)
    ) strict, without rowid;
    create index frame_author_by_author on frame_author (author, h);

    -- x, y: image px; null where it is about a box or the whole frame.
    alter table comment add column x real;
    alter table comment add column y real;
    alter table comment add column issue text;
    alter table comment add column resolved integer not null default 0;

    alter table frame add column assignee text;
    alter table frame add column changed integer not null default 0;
    alter table frame add column open_comments integer not null default 0;
    update frame set open_comments = comments;
    create index frame_by_assignee on frame (assignee) where assignee is not null;
    create index frame_by_changed on frame (changed) where changed = 1;
    create index frame_by_open_comments on frame (open_comments) where open_comments > 0;

    create index if not exists conflict_by_frame on conflict (frame) where frame is not null;

    -- A queue somebody has begun: its frames as they were then. id: its definition (shared/review/queueId.ts).
    -- frames: float64 keys. severities, offsets, witness_ids, witness_boxes: where it has witnesses.
    create table queue (
      no integer primary key,
      author text not null,
      id text not null,
      started_at integer not null,
      frames blob not null,
      place integer not null default 0,
      trigger_hash text,
      sources text not null default '[]',
      severities blob,
      offsets blob,
      witness_ids blob,
      witness_boxes blob,
      unique (author, id)
    ) strict;
    create table queue_done (
      queue integer not null references queue (no) on delete cascade,
      place integer not null,
      primary key (queue, place)
    ) strict, without rowid;

    -- ms: time at work without pauses. done: the frame was finished.
    create table visit (
      id integer primary key,
      author text not null,
      frame integer not null,
      at integer not null,
      ms integer not null,
      done integer not null,
      queue text
    ) strict;
    create index visit_by_author on visit (author, at);

    -- Corrections up to this clock were looked at.
    create table correction_seen (
      author text not null,
      frame integer not null,
      h integer not null,
      primary key (author, frame)
    ) strict, without rowid;
  `);
  fillFrameAuthors(db);
  fillVerdicts(db);
}

/** The author of an operation is that of its step, so that no body is opened. */
function fillFrameAuthors(db: Database): void {
  const kind = (name: (typeof opKinds)[number]): number => opKinds.indexOf(name);
  db.prepare(
    `insert into frame_author (frame, author, h, edit_h)
     select o.f, t.author, max(o.h), coalesce(max(case when o.e <> o.f and o.k in (?, ?, ?, ?) then o.h end), 0)
     from op o join step t on t.r = o.r and t.t = o.t
     where o.f is not null and o.ak = 0 group by o.f, t.author`,
  ).run(kind('add'), kind('put'), kind('del'), kind('undel'));
}

function fillVerdicts(db: Database): void {
  const ids = new Map(
    (db.prepare('select no, id from replica').all() as { no: number; id: Buffer }[]).map(({ no, id }) => [no, toHex(id)]),
  );
  const rows = db
    .prepare('select r, s, f, h, body from op where k = ? and f is not null')
    .safeIntegers()
    .all(opKinds.indexOf('verdict')) as { r: bigint; s: bigint; f: bigint; h: bigint; body: Buffer }[];
  const insert = db.prepare('insert or ignore into verdict (frame, r, s, h, state, author) values (?, ?, ?, ?, ?, ?)');
  const labeled = db.prepare('update frame_author set labeled_h = max(labeled_h, ?) where frame = ? and author = ?');
  for (const row of rows) {
    const op = decodeOp(row.body, ids.get(Number(row.r)) ?? '');
    const value = op.writes.find((write) => write.field === 'state')?.value;
    const state = frameStates.indexOf((Array.isArray(value) ? value[0] : value) as (typeof frameStates)[number]);
    if (state < 0) continue;
    insert.run(row.f, row.r, row.s, row.h, state, op.author);
    if (frameStates[state] === 'labeled') labeled.run(row.h, row.f, op.author);
  }
  db.exec(/* sql */ `
    update frame set changed = 1 where state not in (4, 5) and id in (
      select v.frame from verdict v where v.state in (4, 5) and v.h = (select max(n.h) from verdict n where n.frame = v.frame)
    )
  `);
}
