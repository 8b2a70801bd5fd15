import type { BoxTable } from '../labelSet.ts';
import type { ReportCollector } from '../reportCollector.ts';

export interface YoloLabelsOptions {
  /** Name of the label file, for the report. */
  readonly file: string;
  /** Index of the frame that these lines belong to. */
  readonly frame: number;
  /** Category index by class number; -1 where there is none. */
  readonly categories: readonly number[];
  readonly report: ReportCollector;
}

const maxLines = 100_000;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads the lines of one YOLO label file into the table, whose encoding is `share`. A line is
 * `class cx cy w h`, with a sixth column that is a track number where it is a whole number and a confidence (passed
 * over) where it has a decimal point; or `class x1 y1 x2 y2 x3 y3 …`, an outline whose box is taken.
 * A line that cannot be used is a line of the report.
 */
export function readYoloLabels(text: string, boxes: BoxTable, options: YoloLabelsOptions): void {
  const lines = text.split('\n', maxLines + 1);
  if (lines.length > maxLines)
    options.report.add({
      code: 'yolo_file_too_long',
      severity: 'refused',
      message: 'Lines after the first 100000 are left out.',
      item: options.file,
    });
  for (let i = 0; i < Math.min(lines.length, maxLines); i++) {
    const line = (lines[i] as string).trim();
    if (line !== '') readLine(line, i + 1, boxes, options);
  }
}

function readLine(line: string, number: number, boxes: BoxTable, options: YoloLabelsOptions): void {
  const item = `${options.file}:${number}`;
  const refuse = (code: string, message: string): void => options.report.add({ code, severity: 'refused', message, item });
  const words = line.split(/[\s,]+/);
  if (words.length < 5) return refuse('yolo_line_broken', 'A line has fewer than five columns.');
  if (words.length > 6 && words.length % 2 === 0)
    return refuse('yolo_line_broken', 'A line has a number of columns that is neither a box nor an outline.');
  const values = words.map((word) => (decimal.test(word) ? Number(word) : Number.NaN));
  const label = values[0] as number;
  if (!Number.isInteger(label) || label < 0) return refuse('yolo_class_broken', 'A line does not begin with the number of a class.');
  const category = options.categories[label] ?? -1;
  if (category < 0) return refuse('yolo_class_unknown', 'A box has a class that the list of names does not have.');
  if (words.length > 6) {
    const outline = boxOfOutline(values.slice(1));
    if (outline === null) return refuse('box_not_finite', 'The box has a number that is missing or not finite.');
    options.report.add({ code: 'polygons_not_kept', severity: 'info', message: 'Outlines are not kept; their boxes are.', item });
    boxes.push({ frame: options.frame, category, values: outline });
    return;
  }
  const box: [number, number, number, number] = [values[1] as number, values[2] as number, values[3] as number, values[4] as number];
  if (!box.every(Number.isFinite)) return refuse('box_not_finite', 'The box has a number that is missing or not finite.');
  // Pixels where shares belong: nothing near the image is 2 images wide.
  if (box.some((value) => Math.abs(value) > 2))
    return refuse('yolo_not_normalised', 'A box has numbers that are not shares of the image from 0 to 1.');
  const track = words.length === 6 && /^\d{1,9}$/.test(words[5] as string) ? (values[5] as number) : null;
  if (words.length === 6 && track === null)
    options.report.add({
      code: 'confidence_not_kept',
      severity: 'info',
      message: 'A sixth column was taken for a confidence and left out.',
      item,
    });
  boxes.push({ frame: options.frame, category, values: box, ...(track !== null ? { extra: { track } } : {}) });
}

/** Centre and size of the box around `x1 y1 x2 y2 …`, or null where a number is missing. */
function boxOfOutline(points: readonly number[]): [number, number, number, number] | null {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top];
}
