import type { ReadConnection } from '../connection.ts';

/** What a COCO evaluation needs beside the columns of the labels, one number a row, in the row order of `annotations.columns`. */
export interface EvaluationDetails {
  /** Area that the imported file said, in px²; NaN where it said none. */
  readonly areas: Float64Array;
  /** Id in the imported file; NaN where there is none. */
  readonly sourceIds: Float64Array;
}

function details({ prepare }: ReadConnection, input: { readonly frames: Float64Array }): EvaluationDetails {
  const areas: number[] = [];
  const sourceIds: number[] = [];
  const select = prepare<[number | null, number | null]>('select area, source_id from box where live = 1 and frame = ? order by id').raw();
  for (const frame of input.frames) {
    for (const [area, source] of select.iterate(frame) as IterableIterator<[number | null, number | null]>) {
      areas.push(area ?? NaN);
      sourceIds.push(source ?? NaN);
    }
  }
  return { areas: Float64Array.from(areas), sourceIds: Float64Array.from(sourceIds) };
}

export const reads = { 'evaluation.details': details } as const;
