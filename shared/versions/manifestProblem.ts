import { boxFlags } from '../domain/annotation.ts';
import { frameStates } from '../domain/frame.ts';
import { isBoxName } from './boxName.ts';
import { manifestLimits as limits } from './manifest.ts';
import type { ManifestBox, ManifestCategory, ManifestFrame } from './manifest.ts';

const hash = /^[0-9a-f]{64}$/;
const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most && value.isWellFormed();
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isSourceId(value: unknown): boolean {
  return value === null || (typeof value === 'number' && Number.isSafeInteger(value));
}

/** What is wrong with a category, in words; null where nothing is. Values may be of any type: they may come from a file. */
export function categoryProblem(category: ManifestCategory): string | null {
  if (!isText(category.name, limits.categoryName)) return 'a category has no usable name';
  if (category.supercategory !== null && !isText(category.supercategory, limits.categoryName)) return 'a supercategory has no usable name';
  return isSourceId(category.sourceId) ? null : 'the source id of a category is no whole number';
}

/** What is wrong with a frame, in words; null where nothing is. Values may be of any type. */
export function frameProblem(frame: ManifestFrame, categories: number): string | null {
  if (!isText(frame.name, limits.frameName)) return 'a frame has no usable name';
  if (typeof frame.sha256 !== 'string' || !hash.test(frame.sha256)) return 'the hash of the image is no SHA-256';
  if (!isCount(frame.width) || !isCount(frame.height)) return 'the size of the image is not in whole pixels';
  if (!(frameStates as readonly unknown[]).includes(frame.state)) return 'the review state is unknown';
  if (frame.split !== null && !isText(frame.split, limits.splitName)) return 'the split has no usable name';
  if (frame.sequence !== null && !isText(frame.sequence, limits.sequenceName)) return 'the sequence has no usable name';
  if (frame.index !== null && !isCount(frame.index)) return 'the place in the sequence is no whole number';
  if (frame.time !== null && !isFiniteNumber(frame.time)) return 'the time is no finite number';
  if (!isSourceId(frame.sourceId)) return 'the source id of the frame is no whole number';
  if (frame.boxes.length > limits.boxes) return `it has more than ${limits.boxes} boxes`;
  const seen = new Set<string>();
  for (const box of frame.boxes) {
    const problem = boxProblem(box, categories);
    if (problem !== null) return problem;
    if (seen.has(box.id)) return 'two boxes have the same id';
    seen.add(box.id);
  }
  return null;
}

function boxProblem(box: ManifestBox, categories: number): string | null {
  if (typeof box.id !== 'string' || !isBoxName(box.id)) return 'a box has no usable id';
  if (!isCount(box.category) || box.category >= categories) return 'a box has a category that is not listed';
  if (!Array.isArray(box.bbox) || box.bbox.length !== 4 || !box.bbox.every(isFiniteNumber)) return 'a box is not of four finite numbers';
  if (!isFiniteNumber(box.angle)) return 'the angle of a box is no finite number';
  if (!Array.isArray(box.flags) || new Set(box.flags).size !== box.flags.length) return 'the flags of a box are no list of different flags';
  if (!box.flags.every((flag: unknown) => (boxFlags as readonly unknown[]).includes(flag))) return 'a box has an unknown flag';
  if (box.track !== null && !isSourceId(box.track)) return 'the track of a box is no whole number';
  if (box.interpolated !== undefined && ((box.interpolated as unknown) !== true || box.track === null))
    return 'a box is interpolated and in no track';
  if (box.area !== null && !isFiniteNumber(box.area)) return 'the area of a box is no finite number';
  if (!isSourceId(box.sourceId)) return 'the source id of a box is no whole number';
  if (typeof box.attributes !== 'object' || Array.isArray(box.attributes)) return 'the attributes of a box are no object';
  const attributes = Object.entries(box.attributes as { readonly [key: string]: unknown });
  if (attributes.length > limits.attributes) return `a box has more than ${limits.attributes} attributes`;
  for (const [key, value] of attributes) {
    if (!isText(key, limits.attributeKey) || unsafeKeys.has(key)) return 'an attribute of a box has no usable name';
    const usable =
      typeof value === 'boolean' ||
      isFiniteNumber(value) ||
      (typeof value === 'string' && value.length <= limits.attributeText && value.isWellFormed());
    if (!usable) return 'an attribute of a box is no text, finite number or yes/no';
  }
  return box.mask === null ? null : maskProblem(box.mask);
}

function maskProblem(mask: { readonly size?: unknown; readonly counts?: unknown }): string | null {
  const { size, counts } = mask;
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isFiniteNumber)) return 'the mask of a crowd has no size';
  const usable =
    typeof counts === 'string'
      ? counts.length <= limits.maskText && counts.isWellFormed()
      : Array.isArray(counts) && counts.length <= limits.maskRuns && counts.every(isFiniteNumber);
  return usable ? null : 'the mask of a crowd has no usable run lengths';
}
