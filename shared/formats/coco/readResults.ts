import { float64Column, uint16Column, uint32Column, type ChunkedColumn } from '../chunkedColumn.ts';
import { asObject, finiteOrNull, own } from '../json/jsonGate.ts';
import { scanTopLevel } from '../json/scanTopLevel.ts';
import type { ReportCollector } from '../reportCollector.ts';
import { idOf, type CocoId } from './readCoco.ts';

export interface ResultsOptions {
  readonly file: string;
  readonly report: ReportCollector;
  /** Index of a frame by image id; undefined for an id that is nowhere. */
  readonly frameOfId: (id: CocoId) => number | undefined;
  /** Index of a category by category id. */
  readonly categoryOfId: (id: CocoId) => number | undefined;
  readonly onProgress?: (bytesRead: number, entries: number) => void;
}

/** Detections of a COCO results file as columns, in the order of the file; every double as the file has it. */
export interface ResultsTable {
  readonly frames: ChunkedColumn<Uint32Array>;
  readonly categories: ChunkedColumn<Uint16Array>;
  readonly x: ChunkedColumn<Float64Array>;
  readonly y: ChunkedColumn<Float64Array>;
  readonly w: ChunkedColumn<Float64Array>;
  readonly h: ChunkedColumn<Float64Array>;
  readonly scores: ChunkedColumn<Float64Array>;
}

/** An empty one. */
export function resultsTable(): ResultsTable {
  return {
    frames: uint32Column(),
    categories: uint16Column(),
    x: float64Column(),
    y: float64Column(),
    w: float64Column(),
    h: float64Column(),
    scores: float64Column(),
  };
}

const ownArray: ReadonlySet<string> = new Set(['']);

/** Reads `[{image_id, category_id, bbox, score}, …]`. Boxes are not clipped: they are what the model said. Throws FormatError. */
export async function readResults(chunks: AsyncIterable<Uint8Array>, options: ResultsOptions): Promise<ResultsTable> {
  const table = resultsTable();
  let entries = 0;
  for await (const batch of scanTopLevel(chunks, { keys: ownArray })) {
    for (const element of batch.elements) addResult(table, element, entries++, options);
    options.onProgress?.(batch.bytesRead, entries);
  }
  return table;
}

function addResult(table: ResultsTable, element: unknown, index: number, options: ResultsOptions): void {
  const refuse = (code: string, message: string): void =>
    options.report.add({ code, severity: 'refused', message, item: `${options.file}[${index}]` });
  const entry = asObject(element);
  if (entry === null) return refuse('result_broken', 'A detection is not readable.');
  const imageId = idOf(own(entry, 'image_id'));
  const frame = imageId === null ? undefined : options.frameOfId(imageId);
  if (frame === undefined) return refuse('result_of_unknown_image', 'A detection names an image that is not in the dataset.');
  const categoryId = idOf(own(entry, 'category_id'));
  const category = categoryId === null ? undefined : options.categoryOfId(categoryId);
  if (category === undefined) return refuse('result_of_unknown_category', 'A detection names a category that is not known.');
  const bbox = own(entry, 'bbox');
  const score = finiteOrNull(own(entry, 'score'));
  if (!Array.isArray(bbox) || bbox.length !== 4) return refuse('box_missing', 'A detection has no box of four numbers.');
  const [x, y, w, h] = (bbox as unknown[]).map(finiteOrNull);
  if (!isNumber(x) || !isNumber(y) || !isNumber(w) || !isNumber(h))
    return refuse('box_not_finite', 'The box has a number that is missing or not finite.');
  if (w < 0 || h < 0) return refuse('box_negative_size', 'The box has a negative width or height.');
  if (score === null) return refuse('score_missing', 'A detection has no score.');
  table.frames.push(frame);
  table.categories.push(category);
  table.x.push(x);
  table.y.push(y);
  table.w.push(w);
  table.h.push(h);
  table.scores.push(score);
}

function isNumber(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
