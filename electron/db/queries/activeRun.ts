import { AppError } from '../../../shared/errors.ts';
import type { ReadConnection } from '../connection.ts';
import type { WriteConnection } from '../writeConnection.ts';

export interface RunNames {
  /** Newest first. */
  readonly runs: readonly string[];
  /** What triggers read without `@`: the run somebody chose, else the newest that has predictions; null where gt was chosen or no run is. */
  readonly activeRun: string | null;
}

/** In `meta`: the chosen run's name, or empty where somebody chose to have none. */
const key = 'active_run';

export function runNames({ prepare }: ReadConnection): RunNames {
  const rows = prepare<{ name: string; frames: number }>('select name, frames from run order by id desc').all();
  const chosen = prepare<{ value: string }>('select value from meta where key = ?').get(key)?.value;
  const runs = rows.map(({ name }) => name);
  if (chosen === '') return { runs, activeRun: null };
  if (chosen !== undefined && runs.includes(chosen)) return { runs, activeRun: chosen };
  return { runs, activeRun: rows.find(({ frames }) => frames > 0)?.name ?? null };
}

/** Error: not_found. */
function setActive(c: WriteConnection, input: { readonly run: string | null }): null {
  if (input.run !== null && c.prepare('select 1 from run where name = ?').get(input.run) === undefined) {
    throw new AppError('not_found', `This dataset has no run named "${input.run}".`, { run: input.run });
  }
  c.prepare('insert or replace into meta (key, value) values (?, ?)').run(key, input.run ?? '');
  return null;
}

export const reads = { 'activeRun.names': runNames } as const;
export const writes = { 'activeRun.set': setActive } as const;
