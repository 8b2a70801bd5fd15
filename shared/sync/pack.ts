import { decodeCborAt, encodeCbor } from './cbor.ts';
import type { CborValue } from './cbor.ts';
import type { FrameState } from '../domain/frame.ts';

/**
 * A pack is one import: its bytes are one header record and one record a frame, each deterministic CBOR, one after the other.
 * Its name is the SHA-256 of those bytes, so the same files give the same pack, the same keys and nothing new when they are
 * imported again. Frames come in the order of their names, boxes in the order of their source ids (or of the file). Numbering
 * goes through the stream: a frame takes a number, then each of its boxes.
 */
export interface PackHeader {
  readonly format: string;
  readonly categories: readonly PackCategory[];
}

export interface PackCategory {
  readonly name: string;
  readonly supercategory: string | null;
  readonly sourceId: number | null;
}

export interface PackFrame {
  readonly name: string;
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly sequence: string | null;
  readonly index: number | null;
  readonly time: number | null;
  readonly split: string | null;
  readonly state: FrameState;
  readonly tags: readonly string[];
  /** JSON text that an export in the same format gives back. */
  readonly extra: string | null;
  readonly boxes: readonly PackBox[];
}

export interface PackBox {
  /** Index into the header's categories. */
  readonly category: number;
  /** x, y, w, h in px of the upright image. */
  readonly bbox: readonly [number, number, number, number];
  readonly angle: number;
  /** Bit i is `boxFlags[i]`. */
  readonly flags: number;
  readonly track: number | null;
  readonly attributes: { readonly [key: string]: string | number | boolean } | null;
  /** Its id in the file. */
  readonly sourceId: number | null;
  /** COCO's own area, which is that of the mask. */
  readonly area: number | null;
  /** JSON text (crowd RLE, segmentation …). */
  readonly extra: string | null;
}

export function encodePackHeader(header: PackHeader): Uint8Array<ArrayBuffer> {
  return encodeCbor(['hardcase-pack/1', header.format, header.categories.map((c) => [c.name, c.supercategory, c.sourceId])]);
}

export function decodePackHeader(bytes: Uint8Array): PackHeader {
  const [magic, format, categories] = decodeCborAt(bytes, 0).value as readonly [
    string,
    string,
    readonly [string, string | null, number | null][],
  ];
  if (magic !== 'hardcase-pack/1') throw new RangeError('pack: another format');
  return { format, categories: categories.map(([name, supercategory, sourceId]) => ({ name, supercategory, sourceId })) };
}

export function encodePackFrame(frame: PackFrame): Uint8Array<ArrayBuffer> {
  return encodeCbor([
    frame.name,
    frame.sha256,
    frame.width,
    frame.height,
    frame.state,
    frame.boxes.map((box) =>
      trimmed([
        box.category,
        ...box.bbox,
        box.flags,
        box.sourceId,
        box.area,
        box.track,
        box.angle === 0 ? null : box.angle,
        box.attributes,
        box.extra,
      ]),
    ),
    ...trimmed([
      frame.split,
      frame.sequence,
      frame.index,
      frame.time,
      frame.extra,
      frame.tags.length === 0 ? null : [...frame.tags].sort(),
    ]),
  ]);
}

/** Absent fields at the end are left out: one form, and a plain box takes few bytes. */
function trimmed(list: CborValue[]): CborValue[] {
  let end = list.length;
  while (end > 0 && list[end - 1] === null) end -= 1;
  return list.slice(0, end);
}

/** The frame whose record begins at an offset, and where the next one begins. */
export function decodePackFrameAt(bytes: Uint8Array, offset: number): { readonly frame: PackFrame; readonly end: number } {
  const { value, end } = decodeCborAt(bytes, offset);
  const list = value as readonly CborValue[];
  const [name, sha256, width, height, state, boxes, split, sequence, index, time, extra, tags] = list;
  const frame: PackFrame = {
    name: name as string,
    sha256: sha256 as Uint8Array,
    width: width as number,
    height: height as number,
    state: state as FrameState,
    split: (split ?? null) as string | null,
    sequence: (sequence ?? null) as string | null,
    index: (index ?? null) as number | null,
    time: (time ?? null) as number | null,
    extra: (extra ?? null) as string | null,
    tags: (tags ?? []) as readonly string[],
    boxes: (boxes as readonly (readonly CborValue[])[]).map(decodeBox),
  };
  return { frame, end };
}

function decodeBox(list: readonly CborValue[]): PackBox {
  const [category, x, y, w, h, flags, sourceId, area, track, angle, attributes, extra] = list;
  return {
    category: category as number,
    bbox: [x as number, y as number, w as number, h as number],
    flags: (flags ?? 0) as number,
    sourceId: (sourceId ?? null) as number | null,
    area: (area ?? null) as number | null,
    track: (track ?? null) as number | null,
    angle: (angle ?? 0) as number,
    attributes: (attributes ?? null) as PackBox['attributes'],
    extra: (extra ?? null) as string | null,
  };
}
