import type { BoxColumns } from '../domain/columns.ts';
import type { AttributeValue } from '../domain/annotation.ts';
import { AppError } from '../errors.ts';

/** Values of one attribute by code, one code a box in the order of the columns: `values[codes[row]]`, -1 for none. */
export interface AttributeColumn {
  readonly codes: Int32Array;
  readonly values: readonly AttributeValue[];
}

export type AttributeColumns = ReadonlyMap<string, AttributeColumn>;

/**
 * The boxes of one source as the engine reads them: rows partitioned by category and sorted by frame, then key (PERF.md, 3).
 * F frames, N boxes. May stand on SharedArrayBuffers and is plain data, so that every thread reads the same memory.
 */
export interface BoxTable {
  readonly frameCount: number;
  readonly count: number;
  /** Most boxes on one frame. */
  readonly widest: number;
  /** Boxes by frame: `byFrame[offsets[f] … offsets[f + 1] - 1]` are the rows of frame f, by key. */
  readonly offsets: Uint32Array;
  readonly byFrame: Uint32Array;
  /** Rows of category c: `starts[c] … starts[c + 1] - 1`. */
  readonly starts: Uint32Array;
  /** For categories with many boxes, F + 1 rows by category: those of frame f are `[f] … [f + 1] - 1`. Others are searched. */
  readonly dense: ReadonlyMap<number, Uint32Array>;
  /** N frame indices. */
  readonly frames: Uint32Array;
  readonly categories: Uint16Array;
  readonly ids: Float64Array;
  /** N scores, NaN for none. */
  readonly scores: Float64Array;
  readonly scoresKnown: boolean;
  /** 4 N: x, y, w, h. */
  readonly boxes: Float64Array;
  /**
   * 4 N: x1, y1, x2, y2, rounded down to pixels and moved and cut to 16 bits. Rounding never turns `<` around, so boxes that meet also
   * meet here (`<=` on both axes): a cheap first test that the exact one follows.
   */
  readonly bounds: Uint16Array;
  /** N bit sets, or null where none is set. */
  readonly flags: Uint8Array | null;
  /** N indices into `origins`, or the one that all share. */
  readonly origins: Uint8Array | number;
  readonly attributes: AttributeColumns;
}

/** A category is dense from one box in so many frames on: its own offsets then cost less than searching. */
const denseShare = 4;

/** Memory for a table: shared between threads on the host, plain elsewhere. */
export type Allocate = (bytes: number) => ArrayBufferLike;

export const plainMemory: Allocate = (bytes) => new ArrayBuffer(bytes);

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Room for edges left of and above the frame. */
const boundsOrigin = 1_024;

function rounded(edge: number): number {
  return Math.min(65_535, Math.max(0, Math.floor(edge) + boundsOrigin));
}

function uniform(values: Uint8Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/**
 * Partitions the boxes of a source by category; one counting sort, O(N). Boxes of frames that `frameIds` does not list are
 * left out; frames that the source does not have are empty.
 * @param frameIds keys of the dataset's frames in the order that frame indices mean
 */
export function buildBoxTable(
  columns: BoxColumns,
  frameIds: Float64Array,
  attributes: AttributeColumns = new Map(),
  allocate: Allocate = plainMemory,
): BoxTable {
  const steps = boxTableSteps(columns, frameIds, attributes, allocate);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Frames of one step: some 10 ms at ten boxes a frame. */
const stepFrames = 16_384;

/** As buildBoxTable, in steps: who has other things to do does them in between. */
export function* boxTableSteps(
  columns: BoxColumns,
  frameIds: Float64Array,
  attributes: AttributeColumns,
  allocate: Allocate,
): Generator<undefined, BoxTable> {
  const frameCount = frameIds.length;
  if (columns.offsets.length !== columns.frameIds.length + 1 || columns.boxes.length !== 4 * columns.ids.length) {
    throw new AppError('internal', 'The columns of a source do not fit each other.');
  }
  // Where frame f of the dataset stands in the columns; -1 where the source does not have it.
  let place: Int32Array | null = null;
  if (!sameNumbers(columns.frameIds, frameIds)) {
    const index = new Map<number, number>();
    columns.frameIds.forEach((id, i) => index.set(id, i));
    place = Int32Array.from(frameIds, (id) => index.get(id) ?? -1);
  }
  const { offsets: from, categories, ids } = columns;
  let highest = 0;
  for (const category of categories) if (category > highest) highest = category;

  const offsets = new Uint32Array(allocate(4 * (frameCount + 1)));
  let count = 0;
  let widest = 0;
  for (let f = 0; f < frameCount; f++) {
    offsets[f] = count;
    const p = place === null ? f : place[f]!;
    if (p < 0) continue;
    const boxes = from[p + 1]! - from[p]!;
    if (boxes > widest) widest = boxes;
    count += boxes;
  }
  offsets[frameCount] = count;

  const starts = new Uint32Array(allocate(4 * (highest + 2)));
  const sizes = new Uint32Array(highest + 2);
  for (let f = 0; f < frameCount; f++) {
    if (f % stepFrames === stepFrames - 1) yield;
    const p = place === null ? f : place[f]!;
    if (p < 0) continue;
    for (let i = from[p]!; i < from[p + 1]!; i++) sizes[categories[i]!]!++;
  }
  for (let c = 0; c <= highest; c++) starts[c + 1] = starts[c]! + sizes[c]!;

  const byFrame = new Uint32Array(allocate(4 * count));
  const frames = new Uint32Array(allocate(4 * count));
  const outCategories = new Uint16Array(allocate(2 * count));
  const outIds = new Float64Array(allocate(8 * count));
  const scores = new Float64Array(allocate(8 * count));
  const boxes = new Float64Array(allocate(32 * count));
  const bounds = new Uint16Array(allocate(8 * count));
  const flags = uniform(columns.flags) && (columns.flags[0] ?? 0) === 0 ? null : new Uint8Array(allocate(count));
  const origins = uniform(columns.origins) ? (columns.origins[0] ?? 0) : new Uint8Array(allocate(count));
  const outAttributes = new Map<string, AttributeColumn>();
  for (const [name, column] of attributes) {
    outAttributes.set(name, { codes: new Int32Array(allocate(4 * count)).fill(-1), values: column.values });
  }

  const next = starts.slice();
  const order = new Uint32Array(widest);
  let scoresKnown = true;
  let at = 0;
  for (let f = 0; f < frameCount; f++) {
    if (f % stepFrames === stepFrames - 1) yield;
    const p = place === null ? f : place[f]!;
    if (p < 0) continue;
    const begin = from[p]!;
    const n = from[p + 1]! - begin;
    let sorted = true;
    for (let i = 0; i < n; i++) {
      order[i] = begin + i;
      if (i > 0 && ids[begin + i]! < ids[begin + i - 1]!) sorted = false;
    }
    if (!sorted) order.subarray(0, n).sort((p1, p2) => ids[p1]! - ids[p2]!);
    for (let i = 0; i < n; i++) {
      const source = order[i]!;
      const category = categories[source]!;
      const row = next[category]!;
      next[category] = row + 1;
      byFrame[at++] = row;
      frames[row] = f;
      outCategories[row] = category;
      outIds[row] = ids[source]!;
      const score = columns.scores[source]!;
      scores[row] = score;
      if (score !== score) scoresKnown = false;
      const x = columns.boxes[4 * source]!;
      const y = columns.boxes[4 * source + 1]!;
      const w = columns.boxes[4 * source + 2]!;
      const h = columns.boxes[4 * source + 3]!;
      const to = 4 * row;
      boxes[to] = x;
      boxes[to + 1] = y;
      boxes[to + 2] = w;
      boxes[to + 3] = h;
      bounds[to] = rounded(x);
      bounds[to + 1] = rounded(y);
      bounds[to + 2] = rounded(x + w);
      bounds[to + 3] = rounded(y + h);
      if (flags !== null) flags[row] = columns.flags[source]!;
      if (typeof origins !== 'number') origins[row] = columns.origins[source]!;
      for (const [name, column] of attributes) outAttributes.get(name)!.codes[row] = column.codes[source]!;
    }
  }
  const dense = new Map<number, Uint32Array>();
  for (let c = 0; c <= highest; c++) {
    if (sizes[c]! * denseShare < frameCount || sizes[c] === 0) continue;
    if (frameCount >= stepFrames) yield;
    const own = new Uint32Array(allocate(4 * (frameCount + 1)));
    let row = starts[c]!;
    const end = starts[c + 1]!;
    for (let f = 0; f < frameCount; f++) {
      own[f] = row;
      while (row < end && frames[row] === f) row++;
    }
    own[frameCount] = end;
    dense.set(c, own);
  }
  return {
    frameCount,
    count,
    widest,
    offsets,
    byFrame,
    starts,
    dense,
    frames,
    categories: outCategories,
    ids: outIds,
    scores,
    scoresKnown,
    boxes,
    bounds,
    flags,
    origins,
    attributes: outAttributes,
  };
}

/** The source without boxes: what a role or a fixture that names no box reads. */
export function emptyBoxTable(frameCount: number): BoxTable {
  return {
    frameCount,
    count: 0,
    widest: 0,
    offsets: new Uint32Array(frameCount + 1),
    byFrame: new Uint32Array(0),
    starts: new Uint32Array(1),
    dense: new Map(),
    frames: new Uint32Array(0),
    categories: new Uint16Array(0),
    ids: new Float64Array(0),
    scores: new Float64Array(0),
    scoresKnown: true,
    boxes: new Float64Array(0),
    bounds: new Uint16Array(0),
    flags: null,
    origins: 0,
    attributes: new Map(),
  };
}

/** How many rows of the table are of one of these categories. */
export function countOf(table: BoxTable, categories: readonly number[] | null): number {
  if (categories === null) return table.count;
  return categories.reduce((sum, c) => sum + (c + 1 < table.starts.length ? table.starts[c + 1]! - table.starts[c]! : 0), 0);
}

/** The first row in `[from, to)` whose frame is not before `frame`; rows there are sorted by frame. */
export function lowerBound(frames: Uint32Array, from: number, to: number, frame: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (frames[middle]! < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}
