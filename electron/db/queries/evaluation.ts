import type { ReadConnection } from '../connection.ts';
import { isWhereItWasBorn, type PlacedBox } from '../log/bornGeometry.ts';

/** What a COCO evaluation needs beside the columns of the labels, one number a row, in the row order of `annotations.columns`. */
export interface EvaluationDetails {
  /** Area that the imported file said, in px²; NaN where it said none, or a person has moved the box since. */
  readonly areas: Float64Array;
  /** Id in the imported file; NaN where there is none. */
  readonly sourceIds: Float64Array;
}

function details(c: ReadConnection, input: { readonly frames: Float64Array }): EvaluationDetails {
  const areas: number[] = [];
  const sourceIds: number[] = [];
  const select = c.prepare<PlacedBox & { readonly area: number | null; readonly source_id: number | null; readonly edited: number }>(
    `select id, frame, x, y, w, h, area, source_id, exists (select 1 from head where e = box.id and fld = 'g') edited
     from box where live = 1 and frame = ? order by id`,
  );
  for (const frame of input.frames) {
    for (const box of select.iterate(frame)) {
      const isMoved = box.area !== null && box.edited === 1 && !isWhereItWasBorn(c, box);
      areas.push(isMoved ? NaN : (box.area ?? NaN));
      sourceIds.push(box.source_id ?? NaN);
    }
  }
  return { areas: Float64Array.from(areas), sourceIds: Float64Array.from(sourceIds) };
}

export const reads = { 'evaluation.details': details } as const;
