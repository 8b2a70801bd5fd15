import { setImmediate } from 'node:timers/promises';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';

/** Boxes copied in one step: some milliseconds. */
const defaultStepBoxes = 262_144;

/**
 * The columns with the boxes of some frames replaced. `fresh` lists frames that are all in `columns`; the order of frames
 * stays. One copy of everything, so that readers of the old columns are not disturbed; in steps, between which the thread does
 * what else it has to do.
 */
export async function spliceColumns(columns: BoxColumns, fresh: BoxColumns, stepBoxes = defaultStepBoxes): Promise<BoxColumns> {
  const replaced = new Map<number, number>();
  fresh.frameIds.forEach((id, place) => replaced.set(id, place));
  const frames = columns.frameIds.length;
  const offsets = new Uint32Array(frames + 1);
  for (let f = 0; f < frames; f++) {
    const place = replaced.get(columns.frameIds[f] as number);
    const from = place === undefined ? columns.offsets : fresh.offsets;
    const at = place ?? f;
    offsets[f + 1] = (offsets[f] as number) + (from[at + 1] as number) - (from[at] as number);
  }
  const count = offsets[frames] as number;
  const next = {
    frameIds: columns.frameIds,
    offsets,
    ids: new Float64Array(count),
    categories: new Uint16Array(count),
    scores: new Float64Array(count),
    boxes: new Float64Array(4 * count),
    tracks: new Int32Array(count),
    flags: new Uint8Array(count),
    origins: new Uint8Array(count),
  };
  const copy = (source: BoxColumns, from: number, to: number, at: number): void => {
    next.ids.set(source.ids.subarray(from, to), at);
    next.categories.set(source.categories.subarray(from, to), at);
    next.scores.set(source.scores.subarray(from, to), at);
    next.boxes.set(source.boxes.subarray(4 * from, 4 * to), 4 * at);
    next.tracks.set(source.tracks.subarray(from, to), at);
    next.flags.set(source.flags.subarray(from, to), at);
    next.origins.set(source.origins.subarray(from, to), at);
  };
  // Runs of untouched frames are copied in one piece.
  let start = 0;
  for (let f = 0; f <= frames; f++) {
    const place = f < frames ? replaced.get(columns.frameIds[f] as number) : undefined;
    if (f < frames && place === undefined) continue;
    const end = columns.offsets[f] as number;
    const shift = (offsets[start] as number) - (columns.offsets[start] as number);
    for (let from = columns.offsets[start] as number; from < end; from += stepBoxes) {
      const to = Math.min(end, from + stepBoxes);
      copy(columns, from, to, from + shift);
      if (to < end) await setImmediate();
    }
    if (place !== undefined) copy(fresh, fresh.offsets[place] as number, fresh.offsets[place + 1] as number, offsets[f] as number);
    start = f + 1;
  }
  return next;
}
