import { boxFlags, type AttributeValue, type BoxFlag } from '../../domain/annotation.ts';
import type { Box, Size } from '../../geometry/box.ts';
import { FormatError } from '../formatError.ts';
import { asObject, own, type JsonObject } from '../json/jsonGate.ts';
import type { ReportCollector } from '../reportCollector.ts';

export interface VocBox {
  readonly name: string;
  readonly box: Box;
  readonly flags: readonly BoxFlag[];
  readonly attributes: { readonly [key: string]: AttributeValue };
}

export interface VocFile {
  /** `filename` of the file: often without ending, or of another name than the image. */
  readonly filename: string | null;
  readonly declared: Size | null;
  readonly boxes: readonly VocBox[];
}

/**
 * The meaning of one parsed Pascal VOC file (an XML tree of plain objects and texts).
 *
 * Bounds: `xmin … xmax` are taken as the edges of the box in px, so x = xmin and w = xmax − xmin, without a shift. The
 * devkit of 2007 counted pixels from 1 and included the last; the tools that write VOC today (LabelImg, CVAT, Datumaro,
 * Roboflow) write edges, and a file does not say which it is. No shift keeps the numbers of the file: they can be written
 * back as they were. A box of the devkit is off by at most one pixel at its left and top.
 *
 * `<path>` is never used: it is of the computer that wrote it. Parts of an object are not boxes of their own.
 * Throws FormatError `voc_broken`.
 */
export function readVoc(tree: unknown, file: string, report: ReportCollector): VocFile {
  const annotation = asObject(own(asObject(tree) ?? {}, 'annotation'));
  if (annotation === null) throw new FormatError('voc_broken', 'This XML is no Pascal VOC annotation.');
  const size = asObject(own(annotation, 'size'));
  const width = numberOf(size === null ? null : own(size, 'width'));
  const height = numberOf(size === null ? null : own(size, 'height'));
  const objects = own(annotation, 'object');
  const boxes: VocBox[] = [];
  const list = Array.isArray(objects) ? (objects as unknown[]) : objects === undefined ? [] : [objects];
  list.forEach((value, i) => {
    const box = readObject(asObject(value), `${file} object ${i + 1}`, report);
    if (box !== null) boxes.push(box);
  });
  return {
    filename: textOf(own(annotation, 'filename')),
    declared: width !== null && height !== null && width > 0 && height > 0 ? { width, height } : null,
    boxes,
  };
}

function readObject(object: JsonObject | null, item: string, report: ReportCollector): VocBox | null {
  const refuse = (code: string, message: string): null => {
    report.add({ code, severity: 'refused', message, item });
    return null;
  };
  const name = object === null ? null : textOf(own(object, 'name'));
  if (object === null || name === null) return refuse('voc_object_without_name', 'An object has no name.');
  if (name.length > 128) return refuse('category_name_too_long', 'A category name has more than 128 characters.');
  const bounds = asObject(own(object, 'bndbox'));
  if (bounds === null) return refuse('box_missing', 'An object has no bounding box.');
  const xmin = numberOf(own(bounds, 'xmin'));
  const ymin = numberOf(own(bounds, 'ymin'));
  const xmax = numberOf(own(bounds, 'xmax'));
  const ymax = numberOf(own(bounds, 'ymax'));
  if (xmin === null || ymin === null || xmax === null || ymax === null)
    return refuse('box_not_finite', 'The box has a number that is missing or not finite.');
  const pose = textOf(own(object, 'pose'));
  return {
    name,
    box: [xmin, ymin, xmax - xmin, ymax - ymin],
    flags: boxFlags.filter((flag) => isSet(own(object, flag))),
    attributes: pose === null || pose === 'Unspecified' ? {} : { pose: pose.slice(0, 128) },
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function numberOf(value: unknown): number | null {
  const text = textOf(value);
  if (text === null || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

function isSet(value: unknown): boolean {
  const text = textOf(value)?.toLowerCase();
  return text === '1' || text === 'true';
}
