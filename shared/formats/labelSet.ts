import type { Attributes } from '../domain/annotation.ts';
import type { Size } from '../geometry/box.ts';
import { float64Column, uint16Column, uint32Column, uint8Column } from './chunkedColumn.ts';

/** One image as a label format names it. Nothing of it has been opened yet. */
export interface LabelFrame {
  /** Where the data says the image is, relative to a root that the import knows. Checked by the path gate before use. */
  readonly path: string;
  /** Name of the frame in the dataset: relative, `/` between parts. */
  readonly name: string;
  /** Id it had in its file; null where the format has none. */
  readonly sourceId: number | string | null;
  /** Size the labels were made for, where the format says it. */
  readonly declared: Size | null;
  readonly split: string | null;
  readonly sequence: string | null;
  readonly index: number | null;
  /** Seconds since the start of the sequence. */
  readonly time: number | null;
  /** The video that it is a frame of. */
  readonly video?: { readonly sha256: string; readonly frame: number };
  /** The labels cover this image: no box on it means that nothing is there. */
  readonly labeled: boolean;
}

export interface LabelCategory {
  readonly name: string;
  readonly supercategory: string | null;
  readonly sourceId: number | null;
}

/** COCO's run-length mask of a crowd, kept as it came for the export. `counts` is the compressed text or the plain list. */
export interface RleMask {
  readonly size: readonly [height: number, width: number];
  readonly counts: string | readonly number[];
}

/** What few boxes have. */
export interface BoxExtra {
  readonly segmentation?: RleMask;
  readonly attributes?: Attributes;
  readonly track?: number;
  /** Computed between two key frames of its track. */
  readonly interpolated?: true;
  /** Degrees clockwise around the box's centre. */
  readonly angle?: number;
}

export interface LabelBox {
  /** Index into the frames of the label set. */
  readonly frame: number;
  /** Index into its categories. */
  readonly category: number;
  /** `xywh` in px of the image, or `cx cy w h` as shares of its size: see `BoxTable.encoding`. */
  readonly values: readonly [number, number, number, number];
  readonly flags?: number;
  readonly area?: number;
  readonly sourceId?: number;
  readonly extra?: BoxExtra;
}

/** Boxes of a label file as columns, as the file has them: not clipped, not checked, any order of frames. */
export class BoxTable {
  /** `px`: x, y, w, h in px of the image. `share`: centre x, centre y, w, h as shares of its size (YOLO). */
  readonly encoding: 'px' | 'share';
  readonly frames = uint32Column();
  readonly categories = uint16Column();
  readonly x = float64Column();
  readonly y = float64Column();
  readonly w = float64Column();
  readonly h = float64Column();
  readonly flags = uint8Column();
  /** NaN where the file has none. */
  readonly areas = float64Column();
  readonly sourceIds = float64Column();
  readonly extras = new Map<number, BoxExtra>();

  constructor(encoding: 'px' | 'share') {
    this.encoding = encoding;
  }

  get length(): number {
    return this.frames.length;
  }

  push(box: LabelBox): void {
    if (box.extra !== undefined) this.extras.set(this.frames.length, box.extra);
    this.frames.push(box.frame);
    this.categories.push(box.category);
    this.x.push(box.values[0]);
    this.y.push(box.values[1]);
    this.w.push(box.values[2]);
    this.h.push(box.values[3]);
    this.flags.push(box.flags ?? 0);
    this.areas.push(box.area ?? Number.NaN);
    this.sourceIds.push(box.sourceId ?? Number.NaN);
  }
}

/** Rows of frame i: `rows[offsets[i]] … rows[offsets[i + 1] - 1]`, in the order of the file. */
export interface FrameIndex {
  readonly offsets: Uint32Array;
  readonly rows: Uint32Array;
}

export function indexByFrame(boxes: BoxTable, frameCount: number): FrameIndex {
  const offsets = new Uint32Array(frameCount + 1);
  for (let row = 0; row < boxes.length; row++) {
    const next = boxes.frames.get(row) + 1;
    offsets[next] = (offsets[next] as number) + 1;
  }
  for (let frame = 0; frame < frameCount; frame++) offsets[frame + 1] = (offsets[frame + 1] as number) + (offsets[frame] as number);
  const next = offsets.slice();
  const rows = new Uint32Array(boxes.length);
  for (let row = 0; row < boxes.length; row++) {
    const frame = boxes.frames.get(row);
    const at = next[frame] as number;
    rows[at] = row;
    next[frame] = at + 1;
  }
  return { offsets, rows };
}

/** What every reader gives: frames, categories in the order that exports pin, and boxes. */
export interface LabelSet {
  readonly frames: readonly LabelFrame[];
  readonly categories: readonly LabelCategory[];
  readonly boxes: BoxTable;
}
