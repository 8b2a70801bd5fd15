/** A row of table `box` as edits, tracks, history and restoring read it; upright px, 0 or 1 for `live`. */
export interface StoredBoxRow {
  readonly id: number;
  readonly frame: number;
  readonly category: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** null where it never was turned */
  readonly angle: number | null;
  readonly flags: number;
  readonly track: number | null;
  /** JSON */
  readonly attributes: string | null;
  readonly live: number;
}

/** `select …` of it; the rest of the statement is the reader's. */
export const selectStoredBox = 'select id, frame, category, x, y, w, h, angle, flags, track, attributes, live from box';
