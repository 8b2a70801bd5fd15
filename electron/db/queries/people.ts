import type { DayOfWork, Statistics } from '../../../shared/contract/people.ts';
import { frameStates } from '../../../shared/domain/frame.ts';
import type { ChangeKind } from '../../../shared/review/boxChange.ts';
import { medianOf } from '../../../shared/review/median.ts';
import { opKinds } from '../../../shared/sync/operation.ts';
import type { Op } from '../../../shared/sync/operation.ts';
import type { ReadConnection } from '../connection.ts';
import { laterOps } from '../log/past.ts';
import { allNames, namesParameter, type Person } from '../person.ts';

function names(c: ReadConnection, _input: object): readonly string[] {
  return c
    .prepare<{ name: string }>(
      'select distinct author name from frame_author union select distinct assignee from frame where assignee is not null order by 1',
    )
    .all()
    .map(({ name }) => name);
}

/** A person's names, by `namesParameter`. */
const theirs = /* sql */ `(select value from json_each(?))`;

/** Frames of corrections that are read one by one: the latest. */
const maxCorrected = 2_000;

/** One person's own work since a time. What was taken back again does not count. */
function statistics(c: ReadConnection, input: Person & { readonly since: number; readonly offsetMinutes: number }): Statistics {
  const { author, since } = input;
  const names = namesParameter(input);
  const day = `date(%s / 1000 + ${Math.trunc(input.offsetMinutes) * 60}, 'unixepoch')`;
  const work = c
    .prepare<{ day: string; boxes: number; frames: number }>(
      `select ${day.replace('%s', '(o.h >> 16)')} day,
         count(distinct case when o.k <> ? and o.e <> o.f then o.e end) boxes, count(distinct case when v.state in (2, 4, 5) then o.f end) frames
       from step s join op o on o.r = s.r and o.s between s.t and s.last and o.t = s.t
       left join verdict v on v.frame = o.f and v.r = o.r and v.s = o.s
       where s.author in ${theirs} and s.status = 0 and o.ak = 0 and (o.h >> 16) >= ? and o.f is not null
         and not exists (select 1 from comment said where said.id = o.e) group by 1`,
    )
    .all(opKinds.indexOf('verdict'), names, since);
  const times = c
    .prepare<{ day: string; ms: number; done: number }>(
      `select ${day.replace('%s', 'at')} day, ms, done from visit where author in ${theirs} and at >= ? order by ms`,
    )
    .all(names, since);
  const days = new Map<string, DayOfWork>();
  const at = (name: string): DayOfWork => days.get(name) ?? { day: name, frames: 0, boxes: 0, medianMs: null, ms: 0 };
  for (const row of work) days.set(row.day, { ...at(row.day), frames: row.frames, boxes: row.boxes });
  for (const name of new Set(times.map((row) => row.day))) {
    const mine = times.filter((row) => row.day === name);
    days.set(name, { ...at(name), ms: mine.reduce((sum, row) => sum + row.ms, 0), medianMs: finished(mine) });
  }
  const list = [...days.values()].sort((a, b) => (a.day < b.day ? 1 : -1));
  return {
    author,
    days: list,
    frames: list.reduce((sum, one) => sum + one.frames, 0),
    boxes: list.reduce((sum, one) => sum + one.boxes, 0),
    medianMs: finished(times),
    ...corrections(c, input, since),
  };
}

function finished(rows: readonly { readonly ms: number; readonly done: number }[]): number | null {
  return medianOf(rows.filter((row) => row.done === 1 && row.ms > 0).map((row) => row.ms));
}

/**
 * What others changed on frames after this person had marked them labeled, until this person worked on them again: one a box
 * and kind, by its category.
 */
function corrections(c: ReadConnection, person: Person, since: number): Pick<Statistics, 'corrections' | 'correctedFrames'> {
  const frames = c
    .prepare<[number]>(
      `select m.frame from frame_author m where m.author in ${theirs} and m.labeled_h > 0 and exists (
         select 1 from frame_author o where o.frame = m.frame and o.author not in ${theirs} and o.edit_h > 0 and (o.edit_h >> 16) >= ?)
       group by m.frame order by max(m.h) desc limit ?`,
    )
    .raw()
    .all(namesParameter(person), namesParameter(person), since, maxCorrected);
  const names = new Map(
    c
      .prepare<{ name: string; entity: Buffer }>('select name, entity from category')
      .all()
      .map(({ name, entity }) => [entity.toString('hex'), name]),
  );
  const byCategory = new Map<string, Map<ChangeKind, number>>();
  let correctedFrames = 0;
  for (const [frame] of frames) {
    const found = ofFrame(c, frame, allNames(person), since, names);
    if (found.length > 0) correctedFrames += 1;
    for (const { category, kind } of found) {
      const kinds = byCategory.get(category) ?? new Map<ChangeKind, number>();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      byCategory.set(category, kinds);
    }
  }
  const total = (kinds: { readonly [K in ChangeKind]?: number }): number => Object.values(kinds).reduce((sum, n) => sum + n, 0);
  return {
    correctedFrames,
    corrections: [...byCategory]
      .map(([category, kinds]) => ({ category, kinds: Object.fromEntries(kinds) }))
      .sort((a, b) => total(b.kinds) - total(a.kinds) || (a.category < b.category ? -1 : 1)),
  };
}

function ofFrame(
  c: ReadConnection,
  frame: number,
  mine: readonly string[],
  since: number,
  names: ReadonlyMap<string, string>,
): readonly { readonly category: string; readonly kind: ChangeKind }[] {
  const found = new Map<string, { readonly category: string; readonly kind: ChangeKind }>();
  const current = c.prepare<{ name: string }>('select k.name from box b join category k on k.id = b.category where b.id = ?');
  let isMine = false;
  for (const { op, ms, box } of laterOps(c, frame, '(-1, 0, 0)', []).toReversed()) {
    if (op.actor !== 0 || isTakenBack(op)) continue;
    if (mine.includes(op.author)) {
      isMine = isMine ? op.kind !== 'verdict' || stateOf(op) === 'labeled' : stateOf(op) === 'labeled';
      continue;
    }
    if (!isMine || box === null || ms < since) continue;
    for (const kind of kindsOf(op)) {
      const before = op.writes.find((write) => write.field === 'c')?.before;
      const category =
        before instanceof Uint8Array ? (names.get(Buffer.from(before).toString('hex')) ?? '') : (current.get(box)?.name ?? '');
      found.set(`${box} ${kind}`, { category, kind });
    }
  }
  return [...found.values()];
}

function isTakenBack(op: Op): boolean {
  return op.note?.startsWith('undo:') === true || op.note?.startsWith('redo:') === true;
}

function stateOf(op: Op): string | null {
  if (op.kind !== 'verdict') return null;
  const value = op.writes.find((write) => write.field === 'state')?.value;
  return typeof value === 'string' ? value : frameStates[4];
}

function kindsOf(op: Op): readonly ChangeKind[] {
  if (op.kind === 'add' || op.kind === 'undel') return ['added'];
  if (op.kind === 'del') return ['removed'];
  const kinds: ChangeKind[] = [];
  for (const { entity, field } of op.writes) {
    if (entity !== undefined) continue;
    const kind = field === 'g' ? 'moved' : field === 'c' ? 'relabelled' : 'changed';
    if (!kinds.includes(kind)) kinds.push(kind);
  }
  return kinds;
}

export const reads = {
  'people.names': names,
  'people.statistics': statistics,
} as const;
