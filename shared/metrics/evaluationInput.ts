import type { BoxColumns } from '../domain/columns.ts';
import { boxFlags } from '../domain/annotation.ts';
import { AppError } from '../errors.ts';

/** Bits of `BoxColumns.flags`. */
export const crowdBit = 1 << boxFlags.indexOf('crowd');
export const ignoreBit = 1 << boxFlags.indexOf('ignore');

/**
 * What an evaluation reads. Both columns stand over the same frames (`frameIds` equal).
 *
 * To get pycocotools' numbers in the case of ties, `frames` must be in the order of the COCO image ids, the rows of a
 * frame's ground truth in the order of the annotation file, and the rows of its detections in the order of the results file.
 */
export interface EvaluationInput {
  readonly groundTruth: BoxColumns;
  readonly detections: BoxColumns;
  /** Category ids to evaluate, in ascending order of their COCO ids (where there are none: of the pinned order). */
  readonly categories: readonly number[];
  /**
   * One area in px² per ground-truth row: what an annotation's `area` field says (of the mask, in COCO). NaN, or no
   * column: w · h. The area of a detection is always w · h.
   */
  readonly areas?: Float64Array;
  /**
   * One id per ground-truth row as it was in the COCO file; `groundTruth.ids` where absent. Only 0 matters: pycocotools
   * takes a match with the annotation 0 for no match, and numbers equal to its numbers need the same.
   */
  readonly sourceIds?: Float64Array;
  /** Places in `frameIds` of the frames to evaluate, in order; all frames where absent. */
  readonly frames?: readonly number[] | Uint32Array;
}

/** Rows of one source grouped by category, then frame, then row. K categories, F evaluated frames. */
export interface GroupedRows {
  /** K + 1 offsets into `rows`. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  /** The place of each row's frame in the evaluation order. */
  readonly frames: Uint32Array;
}

/** COCO's tables and the confusion matrix grow with the categories: this many cost half a gigabyte. LVIS has 1,203. */
const maxCategories = 4_096;

/**
 * Errors: invalid_request where the columns do not belong together or hold a score or a box that is no number, too_large for
 * more than 4,096 categories.
 */
export function checkInput(input: EvaluationInput): void {
  if (input.categories.length > maxCategories) {
    throw new AppError('too_large', `At most ${maxCategories} categories can be evaluated together.`, {
      categories: input.categories.length,
    });
  }
  const { groundTruth, detections } = input;
  const frames = groundTruth.frameIds.length;
  const same = detections.frameIds.length === frames && groundTruth.frameIds.every((id, i) => id === detections.frameIds[i]);
  if (!same) throw new AppError('invalid_request', 'The labels and the predictions to compare are not of the same frames.');
  for (const column of [input.areas, input.sourceIds]) {
    if (column !== undefined && column.length !== groundTruth.ids.length) {
      throw new AppError('invalid_request', 'A column of the labels has not one value for each box.');
    }
  }
  if (input.frames?.some((frame) => !Number.isInteger(frame) || frame < 0 || frame >= frames) === true) {
    throw new AppError('invalid_request', 'A frame to evaluate is not in the dataset.');
  }
  if (!detections.scores.every(Number.isFinite)) {
    throw new AppError('invalid_request', 'A prediction has no score, so it cannot be ranked.');
  }
  if (!detections.boxes.every(Number.isFinite) || !groundTruth.boxes.every(Number.isFinite)) {
    throw new AppError('invalid_request', 'A box has a coordinate that is no number.');
  }
}

export function evaluatedFrames(input: EvaluationInput): Uint32Array {
  return input.frames === undefined
    ? Uint32Array.from({ length: input.groundTruth.frameIds.length }, (_, i) => i)
    : Uint32Array.from(input.frames);
}

/** Counting sort of a source's rows by category, keeping the order of frames and rows. Other categories are left out. */
export function groupRows(columns: BoxColumns, categories: readonly number[], frames: Uint32Array): GroupedRows {
  const place = new Int32Array(65_536).fill(-1);
  categories.forEach((category, k) => (place[category] = k));
  const starts = new Uint32Array(categories.length + 1);
  for (const frame of frames) {
    for (let row = columns.offsets[frame]!; row < columns.offsets[frame + 1]!; row++) {
      const k = place[columns.categories[row]!]!;
      if (k >= 0) starts[k + 1] = starts[k + 1]! + 1;
    }
  }
  for (let k = 0; k < categories.length; k++) starts[k + 1] = starts[k + 1]! + starts[k]!;
  const count = starts[categories.length]!;
  const rows = new Uint32Array(count);
  const rowFrames = new Uint32Array(count);
  const next = starts.slice();
  for (let f = 0; f < frames.length; f++) {
    const frame = frames[f]!;
    for (let row = columns.offsets[frame]!; row < columns.offsets[frame + 1]!; row++) {
      const k = place[columns.categories[row]!]!;
      if (k < 0) continue;
      const at = next[k]!;
      next[k] = at + 1;
      rows[at] = row;
      rowFrames[at] = f;
    }
  }
  return { starts, rows, frames: rowFrames };
}
