import type { Box } from '../../geometry/box.ts';
import type { ReportCollector } from '../reportCollector.ts';

/**
 * One row of MOTChallenge's `gt.txt` or `det.txt`: `frame, id, left, top, width, height, confidence, class, visibility`, where
 * files of 2015 have three world coordinates instead of the last two. Frames are numbered from 1. Coordinates are taken as
 * they are: tools disagree about the 1 px that MOTChallenge's Matlab adds, and those that write the format today add none.
 */
export interface MotRow {
  readonly frame: number;
  /** Null for −1, which detections have. */
  readonly id: number | null;
  readonly bbox: Box;
  readonly confidence: number;
  /** Number of its class; null where the file has none. */
  readonly category: number | null;
  /** Visible share, 0 to 1; null where the file has none. */
  readonly visibility: number | null;
}

/** Rows of a file, those that cannot be read left out and reported. */
export function* readMotRows(text: string, file: string, report: ReportCollector): Generator<MotRow> {
  for (let at = 0, line = 1; at < text.length; line++) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const words = text.slice(at, end).trim();
    at = end + 1;
    if (words === '' || words.startsWith('#')) continue;
    const row = rowOf(words.split(/\s*,\s*|\s+/));
    if (row === null)
      report.add({ code: 'row_unreadable', severity: 'refused', message: 'A line is no row of MOT.', item: `${file}:${line}` });
    else yield row;
  }
}

function rowOf(words: readonly string[]): MotRow | null {
  if (words.length < 6) return null;
  const values = words.slice(0, 10).map((word) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : Number.NaN));
  const [frame = 0, id = 0, x = 0, y = 0, w = 0, h = 0, confidence = 1, category = -1, visibility = -1] = values;
  if (values.some((value) => !Number.isFinite(value)) || !Number.isSafeInteger(frame) || frame < 0) return null;
  if (!Number.isSafeInteger(id) || id > 2_147_483_647) return null;
  const hasClass = words.length >= 8 && words.length < 10 && Number.isSafeInteger(category) && category >= 0;
  return {
    frame,
    id: id < 0 ? null : id,
    bbox: [x, y, w, h],
    confidence,
    category: hasClass ? category : null,
    visibility: words.length === 9 && visibility >= 0 && visibility <= 1 ? visibility : null,
  };
}

/** What MOTChallenge's seqinfo.ini says, where it is there. */
export interface SequenceInfo {
  readonly name: string | null;
  readonly imageFolder: string;
  readonly frameRate: number | null;
}

export function readSequenceInfo(text: string | null): SequenceInfo {
  const values = new Map<string, string>();
  for (const line of (text ?? '').split('\n')) {
    const found = /^\s*([A-Za-z]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (found !== null) values.set((found[1] as string).toLowerCase(), found[2] as string);
  }
  const rate = Number(values.get('framerate'));
  return {
    name: values.get('name') ?? null,
    imageFolder: values.get('imdir') ?? 'img1',
    frameRate: Number.isFinite(rate) && rate > 0 ? rate : null,
  };
}

/** Classes of MOT16 and later, by number, for files without a list of their own. */
const standard = [
  'pedestrian',
  'person on vehicle',
  'car',
  'bicycle',
  'motorbike',
  'non motorized vehicle',
  'static person',
  'distractor',
  'occluder',
  'occluder on the ground',
  'occluder full',
  'reflection',
  'crowd',
] as const;

/** `labels`: names of the classes from 1 on (`gt/labels.txt`, as CVAT and Datumaro write it), or null. */
export function motCategory(category: number | null, labels: readonly string[] | null): string {
  if (category === null) return labels?.length === 1 ? (labels[0] as string) : standard[0];
  return (labels ?? standard)[category - 1] ?? `class ${category}`;
}
