import type { Attributes, BoxFlag } from '../domain/annotation.ts';
import type { FrameState } from '../domain/frame.ts';
import { AppError } from '../errors.ts';
import type { RleMask } from '../formats/labelSet.ts';
import type { Box } from '../geometry/box.ts';
import { createSha256 } from '../hash/sha256.ts';
import { categoryLine, endLine, frameLine, headerLine } from './encodeManifest.ts';
import { compareText, manifestLimits as limits, manifestVersion } from './manifest.ts';
import type { ContentHash, ManifestBox, ManifestCategory, ManifestFrame, ManifestSummary } from './manifest.ts';
import { categoryProblem, frameProblem } from './manifestProblem.ts';

type Json = { readonly [key: string]: unknown };

const headerKeys = ['hardcase', 'version'];
const categoryKeys = ['category', 'supercategory', 'sourceId'];
const frameKeys = ['frame', 'sha256', 'size', 'state', 'split', 'sequence', 'index', 'time', 'sourceId', 'boxes', 'ids'];
const boxKeys = ['category', 'bbox', 'angle', 'flags', 'attributes', 'track', 'interpolated', 'area', 'mask', 'sourceId'];
const maskKeys = ['size', 'counts'];
const endKeys = ['end', 'frames', 'annotations'];

/** What a line is. `frames` come only after all categories, and nothing after `end`. */
export type ManifestEntry =
  | { readonly kind: 'header' }
  | { readonly kind: 'category'; readonly category: ManifestCategory }
  | { readonly kind: 'frame'; readonly frame: ManifestFrame }
  | { readonly kind: 'end'; readonly summary: ManifestSummary };

export interface ManifestReadOptions {
  /** What the content is hashed with; shared/hash where absent. */
  readonly hash?: ContentHash;
  /** The hash that the version is known by. At the end it is compared, which proves every line; without it, every line is written
   * again and compared with its canonical text, which takes three times as long. */
  readonly expected?: string;
}

/**
 * Reads a manifest line by line and hashes its content on the way. Only the canonical text is accepted, so what is read back is
 * byte for byte what hashes to the summary; with `expected` that is known at the end, so keep nothing before.
 * Errors: `corrupt` with the line's number, `newer_version`, `too_large`.
 */
export class ManifestDecoder {
  readonly #hash: ContentHash;
  readonly #expected: string | null;
  readonly #utf8 = new TextEncoder();
  readonly #names = new Set<string>();
  readonly #splits = new Map<string, number>();
  #line = 0;
  #frames = 0;
  #annotations = 0;
  #last: string | null = null;
  #isDone = false;

  constructor(options: ManifestReadOptions = {}) {
    this.#hash = options.hash ?? createSha256();
    this.#expected = options.expected ?? null;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** `line` is without its line end. */
  push(line: string): ManifestEntry {
    this.#line++;
    if (this.#isDone) throw this.#corrupt('something follows its end');
    if (line.length > limits.lineCharacters) throw new AppError('too_large', 'A line of the version’s manifest is too long to read.');
    const json = this.#parse(line);
    if (this.#line === 1) return this.#header(line, json);
    if (Object.hasOwn(json, 'frame')) return { kind: 'frame', frame: this.#frame(line, json) };
    if (Object.hasOwn(json, 'category')) return { kind: 'category', category: this.#category(line, json) };
    return { kind: 'end', summary: this.#end(line, json) };
  }

  #header(line: string, json: Json): ManifestEntry {
    this.#knownKeys(json, headerKeys);
    if (json['hardcase'] !== 'manifest') throw this.#corrupt('it does not begin as a manifest');
    const version = json['version'];
    if (typeof version === 'number' && version > manifestVersion) {
      throw new AppError('newer_version', 'This version was made by a newer Hardcase. Update to open it.', { version });
    }
    this.#content(line, headerLine());
    return { kind: 'header' };
  }

  #category(line: string, json: Json): ManifestCategory {
    if (this.#last !== null) throw this.#corrupt('a category comes after the frames');
    this.#knownKeys(json, categoryKeys);
    const category: ManifestCategory = {
      name: json['category'] as string,
      supercategory: orNull(json['supercategory']) as string | null,
      sourceId: orNull(json['sourceId']) as number | null,
    };
    const problem = categoryProblem(category);
    if (problem !== null) throw this.#corrupt(problem);
    if (this.#names.size >= limits.categories) throw new AppError('too_large', 'The version has more than 65535 categories.');
    if (this.#names.has(category.name)) throw this.#corrupt('two categories have the same name');
    this.#names.add(category.name);
    this.#content(line, categoryLine(category));
    return category;
  }

  #frame(line: string, json: Json): ManifestFrame {
    this.#knownKeys(json, frameKeys);
    const size = json['size'];
    if (!Array.isArray(size) || size.length !== 2) throw this.#corrupt('a frame has no size');
    const boxes = listOf(json['boxes']);
    const ids = listOf(json['ids']);
    if (boxes === null || ids === null || boxes.length !== ids.length)
      throw this.#corrupt('the boxes of a frame and their ids do not match');
    if (boxes.length > limits.boxes) throw new AppError('too_large', 'A frame of the version has too many boxes to read.');
    const frame: ManifestFrame = {
      name: json['frame'] as string,
      sha256: json['sha256'] as string,
      width: size[0] as number,
      height: size[1] as number,
      state: json['state'] as FrameState,
      split: orNull(json['split']) as string | null,
      sequence: orNull(json['sequence']) as string | null,
      index: orNull(json['index']) as number | null,
      time: orNull(json['time']) as number | null,
      sourceId: orNull(json['sourceId']) as number | null,
      boxes: boxes.map((box, i) => this.#box(box, ids[i])),
    };
    const problem = frameProblem(frame, this.#names.size);
    if (problem !== null) throw this.#corrupt(problem);
    if (this.#last !== null && compareText(this.#last, frame.name) >= 0) throw this.#corrupt('its frames are out of order');
    this.#last = frame.name;
    this.#frames++;
    this.#annotations += boxes.length;
    const split = frame.split ?? '';
    this.#splits.set(split, (this.#splits.get(split) ?? 0) + 1);
    let end = line.length - 1;
    if (this.#expected === null) {
      const written = frameLine(frame);
      if (`${written.content}${written.ids}}` !== line) throw this.#corrupt('a line is not in its canonical form');
      end = written.content.length;
    } else if (boxes.length > 0) end = line.lastIndexOf(',"ids":[');
    this.#hash.update(this.#utf8.encode(`${line.slice(0, end)}}\n`));
    return frame;
  }

  #box(value: unknown, id: unknown): ManifestBox {
    const json = asObject(value);
    if (json === null) throw this.#corrupt('a box is no object');
    this.#knownKeys(json, boxKeys);
    const attributes = json['attributes'] === undefined ? {} : asObject(json['attributes']);
    const mask = json['mask'] === undefined ? null : asObject(json['mask']);
    if (attributes === null || (mask === null && json['mask'] !== undefined)) throw this.#corrupt('a field of a box is no object');
    if (mask !== null) this.#knownKeys(mask, maskKeys);
    return {
      id: id as string,
      category: json['category'] as number,
      bbox: json['bbox'] as Box,
      angle: (json['angle'] ?? 0) as number,
      flags: (json['flags'] ?? []) as BoxFlag[],
      attributes: attributes as Attributes,
      track: orNull(json['track']) as number | null,
      ...(json['interpolated'] === undefined ? {} : { interpolated: json['interpolated'] as true }),
      area: orNull(json['area']) as number | null,
      mask: mask as RleMask | null,
      sourceId: orNull(json['sourceId']) as number | null,
    };
  }

  #end(line: string, json: Json): ManifestSummary {
    this.#knownKeys(json, endKeys);
    this.#content(line, endLine(this.#frames, this.#annotations));
    this.#isDone = true;
    const splits = Object.fromEntries([...this.#splits].sort(([a], [b]) => compareText(a, b)));
    const sha256 = this.#hash.hex();
    if (this.#expected !== null && sha256 !== this.#expected) {
      throw new AppError('corrupt', 'The version’s manifest is damaged: its content is not what its hash says.', {
        expected: this.#expected,
        found: sha256,
      });
    }
    return { sha256, frames: this.#frames, annotations: this.#annotations, splits };
  }

  #parse(line: string): Json {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw this.#corrupt('a line is not readable', error);
    }
    const json = asObject(value);
    if (json === null) throw this.#corrupt('a line is not readable');
    return json;
  }

  #knownKeys(json: Json, known: readonly string[]): void {
    for (const key of Object.keys(json)) if (!known.includes(key)) throw this.#corrupt('it has a field that nobody knows');
  }

  #content(line: string, canonical: string): void {
    if (line !== canonical) throw this.#corrupt('a line is not in its canonical form');
    this.#hash.update(this.#utf8.encode(`${line}\n`));
  }

  #corrupt(problem: string, cause?: unknown): AppError {
    const message = `The version’s manifest is damaged: ${problem} (line ${this.#line}).`;
    return new AppError('corrupt', message, { line: this.#line }, cause === undefined ? undefined : { cause });
  }
}

/** A manifest being read: its categories are known before the first frame. */
export interface OpenManifest {
  readonly categories: readonly ManifestCategory[];
  /** To be gone through once, to the end: only then is it known that the manifest is whole. */
  readonly frames: AsyncGenerator<ManifestFrame, ManifestSummary>;
  /** Lets go of the source. Needed only where `frames` is not gone through: a generator that never began cannot end it. */
  close(): Promise<void>;
}

/**
 * Opens a manifest of UTF-8 bytes in chunks of any size. One frame is in memory at a time.
 * Errors: those of `ManifestDecoder`; `corrupt` for bytes that are no UTF-8 and for a manifest that ends early.
 */
export async function openManifest(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ManifestReadOptions = {},
): Promise<OpenManifest> {
  const decoder = new ManifestDecoder(options);
  const lines = linesOf(chunks);
  const categories: ManifestCategory[] = [];
  try {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) throw endsEarly();
      const entry = decoder.push(next.value);
      if (entry.kind === 'category') categories.push(entry.category);
      else if (entry.kind !== 'header') {
        return {
          categories,
          frames: framesOf(decoder, lines, entry),
          close: async () => {
            await lines.return(undefined);
          },
        };
      }
    }
  } catch (error) {
    await lines.return(undefined);
    throw error;
  }
}

async function* framesOf(
  decoder: ManifestDecoder,
  lines: AsyncGenerator<string>,
  first: ManifestEntry,
): AsyncGenerator<ManifestFrame, ManifestSummary> {
  try {
    let entry = first;
    for (;;) {
      if (entry.kind === 'frame') yield entry.frame;
      const next = await lines.next();
      if (next.done === true) {
        if (entry.kind === 'end') return entry.summary;
        throw endsEarly();
      }
      entry = decoder.push(next.value);
    }
  } finally {
    await lines.return(undefined);
  }
}

function endsEarly(): AppError {
  return new AppError('corrupt', 'The version’s manifest is damaged: it ends early.');
}

async function* linesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (bytes?: Uint8Array): string => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new AppError('corrupt', 'The version’s manifest is damaged: it is no text.', undefined, { cause: error });
    }
  };
  // Parts are joined only at a line end, so that a long line costs its length once.
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const text = decode(chunk);
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      parts.push(text.slice(from, at));
      yield parts.join('');
      parts = [];
      length = 0;
      from = at + 1;
    }
    if (from < text.length) parts.push(text.slice(from));
    length += text.length - from;
    if (length > limits.lineCharacters) throw new AppError('too_large', 'A line of the version’s manifest is too long to read.');
  }
  parts.push(decode());
  // Every line has its end; a rest without one was cut off.
  if (parts.join('') !== '') throw endsEarly();
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function listOf(value: unknown): readonly unknown[] | null {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : null;
}

function orNull(value: unknown): unknown {
  return value ?? null;
}
