import type { Verdict } from '../../../shared/contract/triggers.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';

export interface SavedTrigger {
  readonly name: string;
  readonly text: string;
  readonly hash: string | null;
  readonly armed: boolean;
  readonly guideline: string | null;
}

type Row = Omit<SavedTrigger, 'armed'> & { readonly armed: number };

function list({ prepare }: ReadConnection): readonly SavedTrigger[] {
  return prepare<Row>('select name, text, hash, armed, guideline from saved_trigger order by name')
    .all()
    .map((row) => ({ ...row, armed: row.armed === 1 }));
}

/** Verdicts by trigger and hash: how many said right and wrong, and the same of those given in random order. */
export interface VerdictCounts {
  readonly name: string;
  readonly hash: string;
  readonly right: number;
  readonly wrong: number;
  readonly randomRight: number;
  readonly randomWrong: number;
}

function verdictCounts({ prepare }: ReadConnection): readonly VerdictCounts[] {
  return prepare<VerdictCounts>(/* sql */ `
    select name, hash,
      sum(verdict <> 'reject') as right, sum(verdict = 'reject') as wrong,
      sum(random_order = 1 and verdict <> 'reject') as randomRight, sum(random_order = 1 and verdict = 'reject') as randomWrong
    from hit_verdict group by name, hash`).all();
}

export interface StoredVerdict {
  readonly frame: number;
  /** JSON array of box keys, sorted. */
  readonly boxes: string;
  readonly verdict: Verdict;
}

function verdicts({ prepare }: ReadConnection, input: { readonly name: string; readonly hash: string }): readonly StoredVerdict[] {
  return prepare<StoredVerdict>('select frame, boxes, verdict from hit_verdict where name = ? and hash = ?').all(input.name, input.hash);
}

interface SaveInput {
  readonly name: string;
  readonly previousName?: string | undefined;
  readonly text: string;
  readonly hash: string | null;
  readonly guideline: string | null;
  readonly armed: boolean;
  readonly author: string;
  readonly time: number;
}

/** Saves or renames; every saved text stays in the history. Error: already_exists. */
function save({ prepare }: WriteConnection, input: SaveInput): null {
  const before = input.previousName ?? input.name;
  if (input.name !== before && prepare('select 1 from saved_trigger where name = ?').get(input.name) !== undefined) {
    throw new AppError('already_exists', `There is a trigger named "${input.name}" already.`, { name: input.name });
  }
  const created = prepare<{ created_at: number }>('select created_at from saved_trigger where name = ?').get(before)?.created_at;
  prepare('delete from saved_trigger where name = ?').run(before);
  prepare(
    'insert into saved_trigger (name, text, hash, armed, guideline, author, created_at, updated_at) values (?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(input.name, input.text, input.hash, input.armed ? 1 : 0, input.guideline, input.author, created ?? input.time, input.time);
  prepare('insert into trigger_history (name, text, hash, author, time) values (?, ?, ?, ?, ?)').run(
    input.name,
    input.text,
    input.hash,
    input.author,
    input.time,
  );
  return null;
}

function remove({ prepare }: WriteConnection, input: { readonly name: string }): null {
  const { changes } = prepare('delete from saved_trigger where name = ?').run(input.name);
  if (changes === 0) throw new AppError('not_found', `This dataset has no trigger named "${input.name}".`, { name: input.name });
  return null;
}

interface JudgeInput {
  readonly name: string;
  readonly hash: string;
  readonly frame: number;
  /** JSON array of box keys, sorted. */
  readonly boxes: string;
  readonly verdict: Verdict | null;
  readonly randomOrder: boolean;
  readonly author: string;
  readonly time: number;
}

function judge({ prepare }: WriteConnection, input: JudgeInput): null {
  const { boxes } = input;
  if (input.verdict === null) {
    prepare('delete from hit_verdict where name = ? and hash = ? and frame = ? and boxes = ?').run(
      input.name,
      input.hash,
      input.frame,
      boxes,
    );
  } else {
    prepare(
      'insert or replace into hit_verdict (name, hash, frame, boxes, verdict, random_order, author, time) values (?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(input.name, input.hash, input.frame, boxes, input.verdict, input.randomOrder ? 1 : 0, input.author, input.time);
  }
  return null;
}

export const reads = {
  'savedTriggers.list': list,
  'savedTriggers.verdictCounts': verdictCounts,
  'savedTriggers.verdicts': verdicts,
} as const;

export const writes = {
  'savedTriggers.judge': judge,
  'savedTriggers.remove': remove,
  'savedTriggers.save': save,
} as const;
