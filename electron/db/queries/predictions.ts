import { chunkFramesAt } from '../../../shared/domain/predictionChunk.ts';
import { AppError } from '../../../shared/errors.ts';
import { mergedTargets } from '../log/merged.ts';
import type { ReadConnection } from '../connection.ts';

/** What says whether columns built from a run are still those of the run: chunks are only ever added. */
export interface RunExtent {
  readonly id: number;
  readonly chunks: number;
  readonly boxes: number;
  /** Merges of categories, which change what the predictions are called. */
  readonly merged: string;
}

/** Error: not_found. */
function extent(c: ReadConnection, input: { readonly run: string }): RunExtent {
  const found = c
    .prepare<Omit<RunExtent, 'merged'>>(
      'select r.id, count(c.id) as chunks, coalesce(sum(c.boxes), 0) as boxes from run r left join chunk c on c.run = r.id where r.name = ? group by r.id',
    )
    .get(input.run);
  if (!found) throw new AppError('not_found', `This dataset has no run named "${input.run}".`, { run: input.run });
  return { ...found, merged: JSON.stringify([...mergedTargets(c)]) };
}

/** Keys of the frames a run has looked at, read from the head of its chunks alone. */
function framesOfRun({ prepare }: ReadConnection, input: { readonly run: string }): Float64Array {
  const heads = prepare<{ frames: number; ids: Buffer }>(
    `select c.frames, substr(c.body, ${chunkFramesAt + 1}, 8 * c.frames) as ids from chunk c join run r on r.id = c.run where r.name = ? order by c.no`,
  ).all(input.run);
  const result = new Float64Array(heads.reduce((total, { frames }) => total + frames, 0));
  let at = 0;
  for (const { frames, ids } of heads) {
    for (let i = 0; i < frames; i++) result[at++] = ids.readDoubleLE(8 * i);
  }
  return result;
}

export const reads = {
  'predictions.extent': extent,
  'predictions.frames': framesOfRun,
} as const;
