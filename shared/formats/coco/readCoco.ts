import type { AttributeValue, BoxFlag } from '../../domain/annotation.ts';
import { boxFlags, flagBits } from '../../domain/annotation.ts';
import { FormatError } from '../formatError.ts';
import { asObject, finiteOrNull, own, safeEntries, type JsonObject } from '../json/jsonGate.ts';
import { scanTopLevel } from '../json/scanTopLevel.ts';
import { BoxTable, type BoxExtra, type LabelCategory, type LabelFrame, type LabelSet, type RleMask } from '../labelSet.ts';
import type { ReportCollector } from '../reportCollector.ts';

export interface CocoReadOptions {
  /** Name of the file, for the report. */
  readonly file: string;
  readonly split: string | null;
  readonly report: ReportCollector;
  /** Called after each batch with the bytes read so far and the entries. */
  readonly onProgress?: (bytesRead: number, entries: number) => void;
}

/** Ids of a COCO file: numbers, or texts where somebody wrote texts. `"30"` and `30` are the same id. */
export type CocoId = number | string;

export interface CocoLabels extends LabelSet {
  /** Index of a frame by its image id. */
  readonly frameOfId: ReadonlyMap<CocoId, number>;
  readonly categoryOfId: ReadonlyMap<CocoId, number>;
}

const maxCategories = 65_535;
const sections: ReadonlySet<string> = new Set(['images', 'annotations', 'categories']);
const wantsImages: ReadonlySet<string> = new Set(['images']);

/**
 * Reads a COCO instances file of any size in memory that grows only with the number of images and boxes, not with the
 * polygons. The sections may come in any order. What is kept of an annotation: its box exactly, category, `area`,
 * `iscrowd` with its RLE, `ignore`, its id, scalar `attributes`, track. Polygons are not kept: their boxes are.
 * Every entry that cannot be used is a line of the report, and the rest is read. Throws FormatError for the whole file.
 */
export async function readCoco(chunks: AsyncIterable<Uint8Array>, options: CocoReadOptions): Promise<CocoLabels> {
  const builder = new CocoBuilder(options);
  let entries = 0;
  for await (const batch of scanTopLevel(chunks, { keys: sections, shorten: withoutOutlines })) {
    const broken = new Set(batch.broken);
    for (let i = 0; i < batch.elements.length; i++) {
      let entry = asObject(batch.elements[i]);
      // Without a box the outline is needed after all.
      if (batch.key === 'annotations' && entry !== null && !Object.hasOwn(entry, 'bbox')) entry = asObject(batch.whole(i));
      if (entry === null || broken.has(i)) builder.refuseEntry(batch.key, i);
      else builder.add(batch.key, entry);
    }
    entries += batch.elements.length;
    options.onProgress?.(batch.bytesRead, entries);
  }
  return builder.finish();
}

/**
 * Most of a COCO file are outlines, and nothing of them is kept but that they were there. Left out before the parser, they
 * cost neither its time nor memory. Inside a text the pattern cannot stand: its quotes would have backslashes.
 */
function withoutOutlines(text: string): string {
  return text.replace(/"segmentation"\s*:\s*\[\s*\[[^"{}]*?\]\s*\]/g, '"segmentation":[[]]');
}

/** The images section alone: what a results file needs of its ground truth. */
export async function readCocoImages(chunks: AsyncIterable<Uint8Array>, options: CocoReadOptions): Promise<CocoLabels> {
  const builder = new CocoBuilder(options);
  for await (const batch of scanTopLevel(chunks, { keys: new Set([...wantsImages, 'categories']) })) {
    for (const element of batch.elements) {
      const entry = asObject(element);
      if (entry !== null) builder.add(batch.key, entry);
    }
  }
  return builder.finish();
}

class CocoBuilder {
  readonly #options: CocoReadOptions;
  readonly #frames: LabelFrame[] = [];
  readonly #frameOfId = new Map<CocoId, number>();
  readonly #categories: LabelCategory[] = [];
  readonly #categoryOfId = new Map<CocoId, number>();
  /** `frames` and `categories` of the table hold indices into these until the whole file is read. */
  readonly #imageIds: CocoId[] = [];
  readonly #imageIndex = new Map<CocoId, number>();
  readonly #categoryIds: CocoId[] = [];
  readonly #categoryIndex = new Map<CocoId, number>();
  readonly #boxes = new BoxTable('px');
  #polygons = 0;
  #isEmpty = true;

  constructor(options: CocoReadOptions) {
    this.#options = options;
  }

  refuseEntry(section: string, index: number): void {
    this.#refuse('coco_entry_broken', `An entry of "${section}" is not readable.`, `${section}[${index}]`);
  }

  add(section: string, entry: JsonObject): void {
    this.#isEmpty = false;
    if (section === 'images') this.#addImage(entry);
    else if (section === 'categories') this.#addCategory(entry);
    else this.#addAnnotation(entry);
  }

  finish(): CocoLabels {
    const { report, file } = this.#options;
    if (this.#isEmpty) throw new FormatError('not_coco', 'This JSON has no images, annotations or categories of COCO.');
    const boxes = this.#settleReferences();
    this.#renumberDoubles(boxes);
    if (this.#polygons > 0)
      report.add(
        { code: 'polygons_not_kept', severity: 'info', message: 'Outlines are not kept; their boxes and areas are.', item: file },
        this.#polygons,
      );
    // A file with images and nothing else lists pictures that wait for labels.
    const isLabeled = boxes.length > 0;
    const frames = isLabeled ? this.#frames : this.#frames.map((frame) => ({ ...frame, labeled: false }));
    return { frames, categories: this.#categories, boxes, frameOfId: this.#frameOfId, categoryOfId: this.#categoryOfId };
  }

  #addImage(entry: JsonObject): void {
    const id = idOf(own(entry, 'id'));
    const fileName = own(entry, 'file_name');
    const item = typeof fileName === 'string' ? fileName : `image ${String(id)}`;
    if (typeof fileName !== 'string' || fileName === '') return this.#refuse('image_without_name', 'An image has no file name.', item);
    if (id !== null && this.#frameOfId.has(id)) {
      const first = this.#frames[this.#frameOfId.get(id) as number];
      if (first?.path === fileName)
        return this.#note('repaired', 'image_listed_twice', 'An image is listed twice; it is taken once.', item);
      this.#note('warning', 'image_id_used_twice', 'Two images have the same id; the boxes go to the first.', item);
    } else if (id === null) this.#note('warning', 'image_without_id', 'An image has no id, so no box can belong to it.', item);
    const width = finiteOrNull(own(entry, 'width'));
    const height = finiteOrNull(own(entry, 'height'));
    const isNew = id !== null && !this.#frameOfId.has(id);
    if (isNew) this.#frameOfId.set(id, this.#frames.length);
    this.#frames.push({
      path: fileName,
      name: fileName,
      sourceId: isNew ? id : null,
      declared: width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null,
      split: textOf(own(entry, 'split')) ?? this.#options.split,
      sequence: firstText(entry, ['sequence', 'sequence_id', 'video_name', 'video_id', 'video', 'seq']),
      index: firstNumber(entry, ['frame_index', 'frame_id', 'frame_number']),
      time: firstNumber(entry, ['timestamp', 'time']),
      labeled: true,
    });
  }

  #addCategory(entry: JsonObject): void {
    const id = idOf(own(entry, 'id'));
    const name = textOf(own(entry, 'name')) ?? '';
    if (id === null || name === '') return this.#refuse('category_broken', 'A category has no id or no name.', String(id));
    if (name.length > 128) return this.#refuse('category_name_too_long', 'A category name has more than 128 characters.', name);
    if (this.#categoryOfId.has(id)) {
      const first = this.#categories[this.#categoryOfId.get(id) as number];
      if (first?.name !== name)
        this.#note('warning', 'category_id_used_twice', 'Two categories have the same id; the first is taken.', name);
      return;
    }
    const sameName = this.#categories.findIndex((category) => category.name === name);
    if (sameName >= 0) {
      // Roboflow writes the supercategory as a category of its own, sometimes with a real category's name.
      this.#note('repaired', 'category_named_twice', 'Two categories have the same name; they become one.', name);
      this.#categoryOfId.set(id, sameName);
      return;
    }
    if (this.#categories.length >= maxCategories) return this.#refuse('too_many_categories', 'There are more than 65535 categories.', name);
    this.#categoryOfId.set(id, this.#categories.length);
    this.#categories.push({
      name,
      supercategory: textOf(own(entry, 'supercategory'))?.slice(0, 128) ?? null,
      sourceId: Number.isSafeInteger(id) ? (id as number) : null,
    });
  }

  #addAnnotation(entry: JsonObject): void {
    const id = idOf(own(entry, 'id'));
    const item = `annotation ${String(id)}`;
    const imageId = idOf(own(entry, 'image_id'));
    const categoryId = idOf(own(entry, 'category_id'));
    if (imageId === null) return this.#refuse('box_without_image', 'A box names no image.', item);
    if (categoryId === null) return this.#refuse('box_without_category', 'A box names no category.', item);
    const values = this.#boxOf(entry, item);
    if (values === null) return;
    const isCrowd = truthy(own(entry, 'iscrowd'));
    const extra = this.#extraOf(entry, isCrowd, item);
    const area = finiteOrNull(own(entry, 'area'));
    this.#boxes.push({
      frame: intern(imageId, this.#imageIds, this.#imageIndex),
      category: this.#internCategory(categoryId),
      values,
      flags: flagBits(flagsOfAnnotation(entry, isCrowd)),
      ...(area !== null ? { area } : {}),
      ...(typeof id === 'number' ? { sourceId: id } : {}),
      ...(extra !== null ? { extra } : {}),
    });
  }

  #internCategory(id: CocoId): number {
    if (this.#categoryIds.length < maxCategories || this.#categoryIndex.has(id)) return intern(id, this.#categoryIds, this.#categoryIndex);
    throw new FormatError('too_many_categories', 'The boxes name more than 65535 categories.');
  }

  /** The numbers of `bbox`, whatever they are; a box that is missing is made from the polygon where there is one. */
  #boxOf(entry: JsonObject, item: string): [number, number, number, number] | null {
    const bbox = turnedBoxOf(entry) ?? own(entry, 'bbox');
    if (Array.isArray(bbox) && bbox.length === 4) {
      const [x, y, w, h] = bbox as unknown[];
      if (typeof x === 'number' && typeof y === 'number' && typeof w === 'number' && typeof h === 'number') return [x, y, w, h];
      this.#refuse('box_not_finite', 'The box has a number that is missing or not finite.', item);
      return null;
    }
    const outline = Array.isArray(bbox) && bbox.length > 0 ? null : boxOfPolygons(own(entry, 'segmentation'));
    if (outline === null) {
      this.#refuse('box_missing', 'An annotation has no box of four numbers.', item);
      return null;
    }
    this.#note('repaired', 'box_from_outline', 'A missing box was made from the outline.', item);
    return outline;
  }

  #extraOf(entry: JsonObject, isCrowd: boolean, item: string): BoxExtra | null {
    const segmentation = own(entry, 'segmentation');
    let mask: RleMask | null = null;
    if (isCrowd) {
      mask = rleOf(segmentation);
      if (mask === null && segmentation !== undefined)
        this.#note('warning', 'crowd_without_rle', 'A crowd has no run-length mask; its box is taken.', item);
    } else if (Array.isArray(segmentation) ? segmentation.length > 0 : segmentation !== undefined && segmentation !== null)
      this.#polygons++;
    const found = attributesOf(entry);
    const track = firstNumber(entry, ['track_id', 'track', 'instance_id']) ?? found?.track ?? null;
    const isComputed = own(entry, 'keyframe') === false || found?.keyframe === false;
    const angle = finiteOrNull(own(entry, 'angle'));
    if (mask === null && found === null && track === null && (angle === null || angle === 0)) return null;
    return {
      ...(mask !== null ? { segmentation: mask } : {}),
      ...(found !== null && Object.keys(found.attributes).length > 0 ? { attributes: found.attributes } : {}),
      ...(track !== null && Number.isSafeInteger(track) ? { track, ...(isComputed ? { interpolated: true as const } : {}) } : {}),
      ...(angle !== null && angle !== 0 ? { angle } : {}),
    };
  }

  /** Turns interned ids into indices of frames and categories, and leaves out boxes that name what is not there. */
  #settleReferences(): BoxTable {
    const frames = this.#imageIds.map((id) => this.#frameOfId.get(id) ?? -1);
    const categories = this.#categoryIds.map((id) => this.#categoryOfId.get(id) ?? this.#unnamedCategory(id));
    const from = this.#boxes;
    if (frames.every((frame) => frame >= 0)) {
      for (let row = 0; row < from.length; row++) {
        from.frames.set(row, frames[from.frames.get(row)] as number);
        from.categories.set(row, categories[from.categories.get(row)] as number);
      }
      return from;
    }
    const to = new BoxTable('px');
    for (let row = 0; row < from.length; row++) {
      const image = from.frames.get(row);
      const frame = frames[image] as number;
      if (frame < 0) {
        this.#refuse('box_of_unknown_image', 'A box names an image that is not listed.', `image ${String(this.#imageIds[image])}`);
        continue;
      }
      const extra = from.extras.get(row);
      to.push({
        frame,
        category: categories[from.categories.get(row)] as number,
        values: [from.x.get(row), from.y.get(row), from.w.get(row), from.h.get(row)],
        flags: from.flags.get(row),
        area: from.areas.get(row),
        sourceId: from.sourceIds.get(row),
        ...(extra !== undefined ? { extra } : {}),
      });
    }
    return to;
  }

  /** A category that boxes name and the list does not: a sparse file. Its boxes are real, so it gets a name. */
  #unnamedCategory(id: CocoId): number {
    const name = typeof id === 'string' ? id.slice(0, 128) : `category ${id}`;
    this.#note('warning', 'category_not_listed', 'Boxes use a category that is not listed; it is named after its id.', name);
    const index = this.#categories.length;
    this.#categories.push({ name, supercategory: null, sourceId: Number.isSafeInteger(id) ? (id as number) : null });
    this.#categoryOfId.set(id, index);
    return index;
  }

  /** COCO wants annotation ids that are unique; a later double gets the next free number. */
  #renumberDoubles(boxes: BoxTable): void {
    const seen = new Float64Array(boxes.length);
    let count = 0;
    for (let row = 0; row < boxes.length; row++) {
      const id = boxes.sourceIds.get(row);
      if (!Number.isNaN(id)) seen[count++] = id;
    }
    const sorted = seen.subarray(0, count).sort();
    const doubles = new Set<number>();
    for (let i = 1; i < count; i++) if (sorted[i] === sorted[i - 1]) doubles.add(sorted[i] as number);
    if (doubles.size === 0) return;
    let next = Math.max(0, sorted[count - 1] as number) + 1;
    const used = new Set<number>();
    for (let row = 0; row < boxes.length; row++) {
      const id = boxes.sourceIds.get(row);
      if (!doubles.has(id)) continue;
      if (!used.has(id)) {
        used.add(id);
        continue;
      }
      boxes.sourceIds.set(row, next++);
      this.#note(
        'repaired',
        'annotation_id_used_twice',
        'Annotations have the same id; the later ones were renumbered.',
        `annotation ${id}`,
      );
    }
  }

  #refuse(code: string, message: string, item: string): void {
    this.#note('refused', code, message, item);
  }

  #note(severity: 'refused' | 'repaired' | 'warning', code: string, message: string, item: string): void {
    this.#options.report.add({ code, severity, message, item });
  }
}

function intern(id: CocoId, ids: CocoId[], index: Map<CocoId, number>): number {
  const known = index.get(id);
  if (known !== undefined) return known;
  const next = ids.length;
  ids.push(id);
  index.set(id, next);
  return next;
}

/** Ids are numbers; texts that are numbers count as those. Null for anything else. */
export function idOf(value: unknown): CocoId | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value === '' || value.length > 256) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) && String(number) === value ? number : value;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 4_096 ? value : null;
}

function firstText(entry: JsonObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = own(entry, key);
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    const text = textOf(value);
    if (text !== null) return text.slice(0, 256);
  }
  return null;
}

function firstNumber(entry: JsonObject, keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = finiteOrNull(own(entry, key));
    if (value !== null) return value;
  }
  return null;
}

function truthy(value: unknown): boolean {
  return value === 1 || value === true || value === '1';
}

function flagsOfAnnotation(entry: JsonObject, isCrowd: boolean): readonly BoxFlag[] {
  const attributes = asObject(own(entry, 'attributes'));
  return boxFlags.filter((flag) => {
    if (flag === 'crowd') return isCrowd;
    return truthy(own(entry, flag)) || (attributes !== null && truthy(own(attributes, flag)));
  });
}

/** Scalar values of CVAT's and Datumaro's `attributes`; those that are flags or the track are taken as such. */
function attributesOf(entry: JsonObject): {
  readonly attributes: { [key: string]: AttributeValue };
  readonly track: number | null;
  readonly keyframe: boolean | null;
} | null {
  const source = asObject(own(entry, 'attributes'));
  if (source === null) return null;
  const attributes: { [key: string]: AttributeValue } = {};
  let track: number | null = null;
  let keyframe: boolean | null = null;
  const isTracked = own(source, 'track_id') !== undefined;
  let kept = 0;
  for (const [key, value] of safeEntries(source)) {
    if (key === 'track_id') track = finiteOrNull(value);
    // CVAT's, which it writes beside the track; without one it is somebody's attribute.
    else if (key === 'keyframe' && isTracked && typeof value === 'boolean') keyframe = value;
    else if ((boxFlags as readonly string[]).includes(key) && (typeof value === 'boolean' || value === 0 || value === 1)) continue;
    else if (key.length > 0 && key.length <= 128 && kept < 64 && isAttributeValue(value)) {
      attributes[key] = value;
      kept++;
    }
  }
  return kept > 0 || track !== null ? { attributes, track, keyframe } : null;
}

function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === 'string') return value.length <= 4_096;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function rleOf(value: unknown): RleMask | null {
  const mask = asObject(value);
  if (mask === null) return null;
  const size = own(mask, 'size');
  const counts = own(mask, 'counts');
  if (!Array.isArray(size) || size.length !== 2) return null;
  const height = finiteOrNull(size[0]);
  const width = finiteOrNull(size[1]);
  if (height === null || width === null) return null;
  if (typeof counts === 'string') return { size: [height, width], counts };
  if (!Array.isArray(counts) || !counts.every((count) => typeof count === 'number' && Number.isFinite(count))) return null;
  return { size: [height, width], counts: counts as number[] };
}

/** The box around `[[x, y, x, y, …], …]`, or null where there is no such outline. */
function boxOfPolygons(value: unknown): [number, number, number, number] | null {
  if (!Array.isArray(value)) return null;
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const ring of value as unknown[]) {
    if (!Array.isArray(ring)) return null;
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const x = finiteOrNull(ring[i]);
      const y = finiteOrNull(ring[i + 1]);
      if (x === null || y === null) return null;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

/** Our own exports write the upright box around a turned one where others read it, and the turned one beside it. */
function turnedBoxOf(entry: JsonObject): readonly unknown[] | null {
  const box = own(entry, 'unrotated_bbox');
  const angle = finiteOrNull(own(entry, 'angle')) ?? 0;
  return angle !== 0 && Array.isArray(box) && box.length === 4 && box.every((value) => typeof value === 'number') ? box : null;
}
