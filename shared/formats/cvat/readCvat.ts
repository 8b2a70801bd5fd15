import type { AttributeValue, Attributes } from '../../domain/annotation.ts';
import { boxFlags, flagBits } from '../../domain/annotation.ts';
import type { Box } from '../../geometry/box.ts';
import { FormatError } from '../formatError.ts';
import type { ReportCollector } from '../reportCollector.ts';
import { XmlScanner, type XmlHandler } from '../xml/scanXml.ts';

/** A box as CVAT has it, in px; flags as in `BoxTable`. */
export interface CvatBox {
  readonly label: string;
  readonly bbox: Box;
  /** Degrees clockwise around the centre. */
  readonly angle: number;
  readonly flags: number;
  readonly attributes: Attributes;
}

export interface CvatImage {
  readonly name: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly subset: string | null;
  readonly boxes: readonly CvatBox[];
}

export interface CvatTrackBox extends CvatBox {
  /** Number of the frame in the video, from 0. */
  readonly frame: number;
  /** The object is out of sight from here on. */
  readonly outside: boolean;
  readonly keyframe: boolean;
}

export interface CvatTrack {
  readonly id: number | null;
  /** In the order of their frames. */
  readonly boxes: readonly CvatTrackBox[];
}

/** CVAT for images 1.1 and CVAT for video 1.1 in one: a file has one or the other. */
export interface CvatLabels {
  readonly images: readonly CvatImage[];
  readonly tracks: readonly CvatTrack[];
  /** Labels of the task in its order, then those that only shapes name. */
  readonly labels: readonly string[];
  /** Name of the task, and of the file it was made from. */
  readonly task: string | null;
  readonly source: string | null;
  readonly isVideo: boolean;
  /** First and last frame, where the file says so. */
  readonly start: number | null;
  readonly stop: number | null;
  readonly width: number | null;
  readonly height: number | null;
}

const otherShapes = new Set(['polygon', 'polyline', 'points', 'cuboid', 'ellipse', 'mask', 'skeleton', 'tag']);

/** Reads CVAT XML 1.1 piece by piece. Shapes other than boxes are counted in the report. Error: FormatError. */
export class CvatReader implements XmlHandler {
  readonly #scanner = new XmlScanner(this);
  readonly #file: string;
  readonly #report: ReportCollector;
  readonly #path: string[] = [];
  readonly #labels: string[] = [];
  readonly #labelSet = new Set<string>();
  /** `label`, then attribute: its input type. */
  readonly #types = new Map<string, string>();
  readonly #meta = new Map<string, string>();
  readonly #images: CvatImage[] = [];
  readonly #tracks: CvatTrack[] = [];
  readonly #tasks = new Set<string>();
  #label = '';
  #attribute = '';
  #image: { readonly attributes: ReadonlyMap<string, string>; readonly boxes: CvatBox[] } | null = null;
  #track: { readonly id: number | null; readonly label: string; readonly boxes: CvatTrackBox[] } | null = null;
  #box: { readonly at: ReadonlyMap<string, string>; readonly label: string; readonly attributes: [string, string][] } | null = null;

  constructor(file: string, report: ReportCollector) {
    this.#file = file;
    this.#report = report;
  }

  push(text: string): void {
    this.#scanner.push(text);
  }

  finish(): CvatLabels {
    this.#scanner.end();
    if (this.#tasks.size > 1)
      throw new FormatError(
        'cvat_several_videos',
        'The file holds several videos, whose frames have the same numbers. Export each task by itself.',
      );
    const number = (key: string): number | null => wholeNumber(this.#meta.get(key));
    return {
      images: this.#images,
      tracks: this.#tracks,
      labels: this.#labels,
      task: this.#meta.get('name') ?? null,
      source: this.#meta.get('source') ?? null,
      isVideo: this.#tracks.length > 0 || (this.#images.length === 0 && this.#meta.get('mode') === 'interpolation'),
      start: number('start_frame'),
      stop: number('stop_frame'),
      width: number('width'),
      height: number('height'),
    };
  }

  open(name: string, attributes: ReadonlyMap<string, string>): void {
    if (this.#path.length === 0 && name !== 'annotations')
      throw new FormatError('cvat_other_xml', 'This XML file is not from CVAT: it does not begin with “annotations”.');
    this.#path.push(name);
    const depth = this.#path.length;
    if (depth === 2 && name === 'image') this.#image = { attributes, boxes: [] };
    else if (depth === 2 && name === 'track') {
      const task = attributes.get('task_id');
      if (task !== undefined) this.#tasks.add(task);
      this.#track = { id: wholeNumber(attributes.get('id')), label: attributes.get('label') ?? '', boxes: [] };
    } else if (depth === 3 && name === 'box')
      this.#box = { at: attributes, label: this.#track?.label ?? attributes.get('label') ?? '', attributes: [] };
    else if (depth === 3 && (this.#image !== null || this.#track !== null) && otherShapes.has(name))
      this.#report.add({
        code: 'shape_not_a_box',
        severity: 'refused',
        message: 'Shapes other than boxes are left out.',
        item: `${this.#file}: ${name}`,
      });
    else if (depth === 4 && name === 'attribute' && this.#box !== null) this.#box.attributes.push([attributes.get('name') ?? '', '']);
  }

  text(text: string): void {
    const name = this.#path[this.#path.length - 1] as string;
    const parent = this.#path[this.#path.length - 2];
    if (this.#path[1] !== 'meta') {
      const attribute = name === 'attribute' ? this.#box?.attributes.at(-1) : undefined;
      if (attribute !== undefined) attribute[1] = text;
      return;
    }
    if (parent === 'label' && name === 'name') {
      this.#label = text;
      this.#addLabel(text);
    } else if (parent === 'attribute' && name === 'name') this.#attribute = text;
    else if (parent === 'attribute' && name === 'input_type') this.#types.set(`${this.#label}\n${this.#attribute}`, text);
    else if (parent === 'task' || parent === 'job' || parent === 'original_size' || parent === 'meta') {
      if (!this.#meta.has(name)) this.#meta.set(name, text);
    }
  }

  close(name: string): void {
    const depth = this.#path.length;
    this.#path.pop();
    if (depth === 3 && name === 'box' && this.#box !== null) {
      this.#keepBox(this.#box);
      this.#box = null;
    } else if (depth === 2 && name === 'image' && this.#image !== null) {
      const { attributes, boxes } = this.#image;
      this.#images.push({
        name: attributes.get('name') ?? '',
        width: wholeNumber(attributes.get('width')),
        height: wholeNumber(attributes.get('height')),
        subset: attributes.get('subset') ?? null,
        boxes,
      });
      this.#image = null;
    } else if (depth === 2 && name === 'track' && this.#track !== null) {
      const { id, boxes } = this.#track;
      if (boxes.length > 0) this.#tracks.push({ id, boxes: boxes.sort((a, b) => a.frame - b.frame) });
      this.#track = null;
    }
  }

  #addLabel(label: string): void {
    if (this.#labelSet.has(label)) return;
    this.#labelSet.add(label);
    this.#labels.push(label);
  }

  #keepBox({
    at,
    label,
    attributes,
  }: {
    readonly at: ReadonlyMap<string, string>;
    readonly label: string;
    readonly attributes: readonly [string, string][];
  }): void {
    const [x1, y1, x2, y2, angle] = [at.get('xtl'), at.get('ytl'), at.get('xbr'), at.get('ybr'), at.get('rotation') ?? '0'].map(decimal);
    if (x1 == null || y1 == null || x2 == null || y2 == null || angle == null || label === '') {
      this.#report.add({ code: 'box_unreadable', severity: 'refused', message: 'A box lacks its label or a corner.', item: this.#file });
      return;
    }
    this.#addLabel(label);
    const values: { [key: string]: AttributeValue } = {};
    let flags = at.get('occluded') === '1' ? flagBits(['occluded']) : 0;
    for (const [key, text] of attributes) {
      const flag = boxFlags.find((one) => one === key);
      if (flag !== undefined && /^(true|false)$/i.test(text)) flags |= text.toLowerCase() === 'true' ? flagBits([flag]) : 0;
      else
        Object.defineProperty(values, key, { value: this.#typed(label, key, text), enumerable: true, configurable: true, writable: true });
    }
    const box: CvatBox = { label, bbox: [x1, y1, x2 - x1, y2 - y1], angle, flags, attributes: values };
    if (this.#image !== null) this.#image.boxes.push(box);
    else if (this.#track !== null) {
      const frame = wholeNumber(at.get('frame'));
      if (frame === null) {
        this.#report.add({ code: 'box_unreadable', severity: 'refused', message: 'A box of a track lacks its frame.', item: this.#file });
        return;
      }
      this.#track.boxes.push({ ...box, frame, outside: at.get('outside') === '1', keyframe: at.get('keyframe') !== '0' });
    }
  }

  #typed(label: string, key: string, text: string): AttributeValue {
    const type = this.#types.get(`${label}\n${key}`);
    if (type === 'checkbox' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
    const value = type === 'number' ? decimal(text) : null;
    return value ?? text;
  }
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function decimal(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) ? Number(text) : null;
}
