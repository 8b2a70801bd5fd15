import { decodeOp } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { sha256 } from './hash.ts';
import type { OpLog } from './opLog.ts';
import { applyNextChunk } from './packs.ts';

/**
 * Drops everything that follows from the log and makes it again. Categories keep their local numbers, because columns and
 * prediction chunks name them; media, runs and settings are no state and stay. Runs inside the caller's transaction.
 */
export function rebuild(c: ReadConnection, log: OpLog): { readonly operations: number } {
  for (const table of [
    'head',
    'early',
    'step',
    'step_frame',
    'frame_tag',
    'comment',
    'box',
    'frame',
    'provenance',
    'conflict',
    'verdict',
    'frame_author',
    'category_group',
    'attribute',
  ])
    c.prepare(`delete from ${table}`).run();
  c.prepare(
    `update category set name = '', supercategory = null, color = null, archived = 0, boxes = 0, ord = id, source_id = null, r = 0, s = 0,
     live = 1, place = null, hotkey = null, guideline = null, examples = null, merged_into = null`,
  ).run();
  for (const no of log.state.vector.keys()) log.state.vector.set(no, 0);
  log.state.many = log.state.vector.size > 1;
  log.openRev();
  // Clocks never go back inside one replica, so this order keeps each replica's own order.
  const total = c.prepare<{ n: number }>('select count(*) n from op').get()?.n ?? 0;
  const page = c.prepare<{ r: number; s: number; h: bigint; body: Buffer }>(
    'select r, s, h, body from op where (h, r, s) > (?, ?, ?) order by h, r, s limit 10000',
  );
  page.safeIntegers(true);
  let last: readonly [bigint, bigint, bigint] = [-1n, -1n, -1n];
  for (;;) {
    const rows = page.all(...last) as readonly {
      readonly r: bigint | number;
      readonly s: bigint | number;
      readonly h: bigint;
      readonly body: Buffer;
    }[];
    for (const row of rows) {
      const r = Number(row.r);
      const op = decodeOp(row.body, log.entities.originId(r));
      log.replay(op, r);
      if (op.kind !== 'pack') continue;
      const no = c.prepare<{ no: number }>('select no from pack where r = ? and s = ?').get(r, op.seq)?.no;
      while (no !== undefined && !applyNextChunk(c, log, no));
    }
    const end = rows.at(-1);
    if (end === undefined) return { operations: total };
    last = [end.h, BigInt(end.r), BigInt(end.s)];
  }
}

/** The state tables as one digest: equal digests mean equal state. What only tells when something changed is left out. */
export function stateDigest(c: ReadConnection): string {
  const queries = [
    'select e, fld, r, s, h, ak, x from head order by e, fld, r, s',
    'select e, fld, r, s from early order by e, fld, r, s',
    'select r, t, last, author, kind, status, at from step order by r, t',
    'select frame, r, t from step_frame order by frame, r, t',
    'select id, name, sha256, width, height, state, split, sequence, idx, time, boxes, comments, basis, extra, assignee, changed, open_comments from frame order by id',
    'select frame, tag from frame_tag order by frame, tag',
    `select id, frame, category, x, y, w, h, flags, origin, live, angle, track, z, score, born, source_id, area, attributes, extra,
       (select p.s from provenance p where p.id = box.provenance) from box order by id`,
    `select id, entity, name, supercategory, ord, source_id, color, archived, boxes, r, s, live, place, hotkey, guideline, examples,
       merged_into from category order by id`,
    'select category, name from category_group order by category, name',
    'select category, key, spec from attribute order by category, key',
    'select id, frame, box, text, author, time, live, born, x, y, issue, resolved, parent from comment order by id',
    'select frame, r, s, h, state, author from verdict order by frame, r, s',
    'select frame, author, h, edit_h, labeled_h from frame_author order by frame, author',
    'select r, s, run, model, model_sha256 from provenance order by r, s',
  ];
  let digest: Uint8Array = new Uint8Array(32);
  const flush = (lines: string[]): void => {
    if (lines.length > 0) digest = sha256(digest, Buffer.from(lines.join('\n')));
    lines.length = 0;
  };
  const lines: string[] = [];
  for (const query of queries) {
    lines.push(query);
    const statement = c.db.prepare(query).raw().safeIntegers();
    for (const row of statement.iterate() as IterableIterator<unknown[]>) {
      lines.push(row.map(cell).join('|'));
      if (lines.length >= 10_000) flush(lines);
    }
  }
  flush(lines);
  return Buffer.from(digest).toString('hex');
}

function cell(value: unknown): string {
  if (value === null) return '-';
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString('hex')}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
