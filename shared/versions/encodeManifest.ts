import { boxFlags } from '../domain/annotation.ts';
import type { Attributes } from '../domain/annotation.ts';
import { AppError } from '../errors.ts';
import type { RleMask } from '../formats/labelSet.ts';
import { createSha256 } from '../hash/sha256.ts';
import { compareText, manifestLimits, manifestVersion } from './manifest.ts';
import type { ContentHash, ManifestBox, ManifestCategory, ManifestFrame, ManifestSummary } from './manifest.ts';
import { categoryProblem, frameProblem } from './manifestProblem.ts';

/**
 * Writes a manifest line by line and hashes its content on the way. Frames must come in the order of `compareText` of their
 * names. Errors: `corrupt` with the frame's name where something cannot be written canonically (NaN, unknown category, order).
 */
export class ManifestEncoder {
  readonly #hash: ContentHash;
  readonly #utf8 = new TextEncoder();
  readonly #splits = new Map<string, number>();
  readonly #head: readonly string[];
  readonly #categories: number;
  #last: string | null = null;
  #frames = 0;
  #annotations = 0;

  constructor(categories: readonly ManifestCategory[], hash: ContentHash = createSha256()) {
    this.#hash = hash;
    this.#categories = categories.length;
    if (categories.length > manifestLimits.categories) throw new AppError('too_large', 'There are more than 65535 categories.');
    const names = new Set<string>();
    for (const category of categories) {
      const problem = categoryProblem(category) ?? (names.has(category.name) ? 'two categories have the same name' : null);
      if (problem !== null) throw new AppError('corrupt', `The categories cannot be frozen: ${problem}.`, { category: category.name });
      names.add(category.name);
    }
    this.#head = [headerLine(), ...categories.map(categoryLine)].map((line) => this.#content(line));
  }

  /** The lines before the first frame, each with its line end. */
  head(): readonly string[] {
    return this.#head;
  }

  /** The line of one frame, with its line end. */
  frame(frame: ManifestFrame): string {
    const problem = frameProblem(frame, this.#categories);
    if (problem !== null) throw new AppError('corrupt', `“${frame.name}” cannot be frozen: ${problem}.`, { frame: frame.name });
    if (this.#last !== null && compareText(this.#last, frame.name) >= 0) {
      throw new AppError('corrupt', `“${frame.name}” is out of order or listed twice.`, { frame: frame.name, before: this.#last });
    }
    this.#last = frame.name;
    this.#frames++;
    this.#annotations += frame.boxes.length;
    const split = frame.split ?? '';
    this.#splits.set(split, (this.#splits.get(split) ?? 0) + 1);
    const { content, ids } = frameLine(frame);
    this.#content(`${content}}`);
    return `${content}${ids}}\n`;
  }

  /** The last line and what the version is. Nothing may be written after it. */
  finish(): { readonly line: string; readonly summary: ManifestSummary } {
    const line = this.#content(endLine(this.#frames, this.#annotations));
    const splits = Object.fromEntries([...this.#splits].sort(([a], [b]) => compareText(a, b)));
    return { line, summary: { sha256: this.#hash.hex(), frames: this.#frames, annotations: this.#annotations, splits } };
  }

  #content(line: string): string {
    const text = `${line}\n`;
    this.#hash.update(this.#utf8.encode(text));
    return text;
  }
}

/** The whole manifest of frames at hand, as lines; returns what the version is. */
export function* manifestLines(
  categories: readonly ManifestCategory[],
  frames: Iterable<ManifestFrame>,
  hash?: ContentHash,
): Generator<string, ManifestSummary> {
  const encoder = new ManifestEncoder(categories, hash);
  yield* encoder.head();
  for (const frame of frames) yield encoder.frame(frame);
  const { line, summary } = encoder.finish();
  yield line;
  return summary;
}

export function headerLine(): string {
  return `{"hardcase":"manifest","version":${manifestVersion}}`;
}

export function categoryLine(category: ManifestCategory): string {
  const supercategory = category.supercategory === null ? '' : `,"supercategory":${text(category.supercategory)}`;
  return `{"category":${text(category.name)}${supercategory}${optional('sourceId', category.sourceId)}}`;
}

export function endLine(frames: number, annotations: number): string {
  return `{"end":true,"frames":${frames},"annotations":${annotations}}`;
}

/** The line without its closing brace, and the ids that stand before it in the file. */
export function frameLine(frame: ManifestFrame): { readonly content: string; readonly ids: string } {
  const boxes = frame.boxes.map((box) => ({ box, text: boxText(box) })).sort(byContent);
  const content =
    `{"frame":${text(frame.name)},"sha256":"${frame.sha256}","size":[${number(frame.width)},${number(frame.height)}]` +
    `,"state":"${frame.state}"` +
    (frame.split === null ? '' : `,"split":${text(frame.split)}`) +
    (frame.sequence === null ? '' : `,"sequence":${text(frame.sequence)}`) +
    optional('index', frame.index) +
    optional('time', frame.time) +
    optional('sourceId', frame.sourceId) +
    (boxes.length === 0 ? '' : `,"boxes":[${boxes.map((b) => b.text).join(',')}]`);
  return { content, ids: boxes.length === 0 ? '' : `,"ids":[${boxes.map((b) => text(b.box.id)).join(',')}]` };
}

interface WrittenBox {
  readonly box: ManifestBox;
  readonly text: string;
}

function byContent(a: WrittenBox, b: WrittenBox): number {
  const bySource = (a.box.sourceId ?? Infinity) - (b.box.sourceId ?? Infinity);
  // Infinity - Infinity is NaN: neither has a source id.
  if (bySource !== 0 && !Number.isNaN(bySource)) return bySource;
  if (a.box.category !== b.box.category) return a.box.category - b.box.category;
  for (let i = 0; i < 4; i++) {
    const difference = a.box.bbox[i]! - b.box.bbox[i]!;
    if (difference !== 0) return difference;
  }
  return compareText(a.text, b.text) || compareText(a.box.id, b.box.id);
}

function boxText(box: ManifestBox): string {
  const flags = boxFlags.filter((flag) => box.flags.includes(flag));
  return (
    `{"category":${box.category},"bbox":[${box.bbox.map(number).join(',')}]` +
    (box.angle === 0 ? '' : `,"angle":${number(box.angle)}`) +
    (flags.length === 0 ? '' : `,"flags":[${flags.map((flag) => `"${flag}"`).join(',')}]`) +
    attributesText(box.attributes) +
    optional('track', box.track) +
    (box.interpolated === true ? ',"interpolated":true' : '') +
    optional('area', box.area === box.bbox[2] * box.bbox[3] ? null : box.area) +
    (box.mask === null ? '' : `,"mask":${maskText(box.mask)}`) +
    optional('sourceId', box.sourceId) +
    '}'
  );
}

function attributesText(attributes: Attributes): string {
  const entries = Object.entries(attributes).sort(([a], [b]) => compareText(a, b));
  if (entries.length === 0) return '';
  return `,"attributes":{${entries.map(([key, value]) => `${text(key)}:${typeof value === 'number' ? number(value) : JSON.stringify(value)}`).join(',')}}`;
}

function maskText(mask: RleMask): string {
  const counts = typeof mask.counts === 'string' ? text(mask.counts) : `[${mask.counts.map(number).join(',')}]`;
  return `{"size":[${mask.size.map(number).join(',')}],"counts":${counts}}`;
}

function optional(key: string, value: number | null): string {
  return value === null ? '' : `,"${key}":${number(value)}`;
}

/** ECMAScript's shortest text of a float64 that reads back as the same number; -0 is written 0. */
function number(value: number): string {
  return String(value === 0 ? 0 : value);
}

function text(value: string): string {
  return JSON.stringify(value);
}
