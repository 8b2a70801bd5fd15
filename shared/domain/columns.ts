/**
 * The boxes of one source over a list of frames, as columns: what trigger queries, evaluation and exports read.
 * Row order is by frame (in the order of `frameIds`), then by box key. All arrays may stand on SharedArrayBuffers.
 * F frames, N boxes.
 */
export interface BoxColumns {
  /** F frame keys. */
  readonly frameIds: Float64Array;
  /** F + 1 offsets: rows `offsets[f] … offsets[f + 1] - 1` belong to frame f. */
  readonly offsets: Uint32Array;
  /** N box keys. */
  readonly ids: Float64Array;
  /** N category ids (CategoryId fits 16 bits). */
  readonly categories: Uint16Array;
  /** N scores; NaN where there is none (annotations without provenance). */
  readonly scores: Float64Array;
  /** 4 N numbers: x, y, w, h in px of the upright image, float64 so that nothing is rounded. */
  readonly boxes: Float64Array;
  /** N track ids; -1 where there is none. */
  readonly tracks: Int32Array;
  /** N bit sets: bit i is `boxFlags[i]` of domain/annotation.ts; bit 7 is "reviewed" (its frame is approved or locked). */
  readonly flags: Uint8Array;
  /** N indices into `origins` of domain/annotation.ts. */
  readonly origins: Uint8Array;
}

/** The boxes of some frames, in the order of `places`, as far as `keep` wants their rows. A copy. */
export function takeFrames(columns: BoxColumns, places: readonly number[], keep: (row: number) => boolean = () => true): BoxColumns {
  const rows: number[] = [];
  const offsets = new Uint32Array(places.length + 1);
  places.forEach((place, f) => {
    for (let row = columns.offsets[place] as number; row < (columns.offsets[place + 1] as number); row++) if (keep(row)) rows.push(row);
    offsets[f + 1] = rows.length;
  });
  const boxes = new Float64Array(4 * rows.length);
  rows.forEach((row, i) => boxes.set(columns.boxes.subarray(4 * row, 4 * row + 4), 4 * i));
  return {
    frameIds: Float64Array.from(places, (place) => columns.frameIds[place] as number),
    offsets,
    ids: Float64Array.from(rows, (row) => columns.ids[row] as number),
    categories: Uint16Array.from(rows, (row) => columns.categories[row] as number),
    scores: Float64Array.from(rows, (row) => columns.scores[row] as number),
    boxes,
    tracks: Int32Array.from(rows, (row) => columns.tracks[row] as number),
    flags: Uint8Array.from(rows, (row) => columns.flags[row] as number),
    origins: Uint8Array.from(rows, (row) => columns.origins[row] as number),
  };
}
