import { AppError } from '../../../shared/errors.ts';
import type { ReadConnection } from '../connection.ts';

/** What says whether columns built from a run are still those of the run: chunks are only ever added. */
export interface RunExtent {
  readonly id: number;
  readonly chunks: number;
  readonly boxes: number;
}

/** Error: not_found. */
function extent({ prepare }: ReadConnection, input: { readonly run: string }): RunExtent {
  const found = prepare<RunExtent>(
    'select r.id, count(c.id) as chunks, coalesce(sum(c.boxes), 0) as boxes from run r left join chunk c on c.run = r.id where r.name = ? group by r.id',
  ).get(input.run);
  if (!found) throw new AppError('not_found', `This dataset has no run named "${input.run}".`, { run: input.run });
  return found;
}

export const reads = {
  'predictions.extent': extent,
} as const;
