import type { Attributes, BoxFlag } from '../domain/annotation.ts';
import type { FrameState } from '../domain/frame.ts';
import type { RleMask } from '../formats/labelSet.ts';
import type { Box } from '../geometry/box.ts';

/**
 * The manifest of a version: NDJSON in UTF-8, one thing a line, every line canonical, so that the same content has the same
 * bytes everywhere and a million frames never stand in memory.
 *
 *     {"hardcase":"manifest","version":1}
 *     {"category":"car","supercategory":"vehicle","sourceId":3}
 *     {"frame":"cam7/0001.jpg","sha256":"…","size":[1280,720],"state":"approved","split":"train","boxes":[
 *       {"category":0,"bbox":[1,2,3,4],"flags":["occluded"]}],"ids":["b-abcdefghij-17"]}
 *     {"end":true,"frames":1,"annotations":1}
 *
 * Categories come in their pinned order and are named by their place in it; frames in the order of their names (by code
 * point, as SQLite orders text); fields in the order of the types below, those that are null or empty left out; boxes in the
 * order of `sourceId`, then category, then bbox; numbers as the shortest text that reads back as the same float64, -0 as 0.
 * Name, time, author and parent of a version are not in it.
 *
 * **The version's hash** is the SHA-256 of these lines without `ids`. Ids say which box is which from version to version
 * (`diff`, `restore`); they are not content: the same boxes drawn anew, or drawn in another dataset, are the same data for
 * whoever trains on it, and hash the same. The bytes of the file with its ids have a checksum of their own.
 */
export const manifestVersion = 1;

export interface ManifestCategory {
  readonly name: string;
  readonly supercategory: string | null;
  /** Its id in the file it came from, for exports. */
  readonly sourceId: number | null;
}

export interface ManifestBox {
  /** Stable and portable: `b-<origin>-<n>`, see boxName.ts. Not part of the hash. */
  readonly id: string;
  /** Place in the manifest's categories. */
  readonly category: number;
  /** px of the upright image. */
  readonly bbox: Box;
  /** Degrees clockwise around the centre; 0 for the upright box. */
  readonly angle: number;
  readonly flags: readonly BoxFlag[];
  readonly attributes: Attributes;
  readonly track: number | null;
  /** Computed between two key frames of its track. */
  readonly interpolated?: true;
  /** px² as the file it came from said (of the mask, in COCO); null: w · h, and a stated w · h is written as null. */
  readonly area: number | null;
  /** A crowd's mask, kept as it came. */
  readonly mask: RleMask | null;
  /** Its annotation id in the file it came from. */
  readonly sourceId: number | null;
}

export interface ManifestFrame {
  readonly name: string;
  /** 64 lower-case hexadecimal digits, of the image file's bytes. */
  readonly sha256: string;
  /** Size of the upright image in px. */
  readonly width: number;
  readonly height: number;
  readonly state: FrameState;
  readonly split: string | null;
  readonly sequence: string | null;
  readonly index: number | null;
  readonly time: number | null;
  /** Its image id in the file it came from. */
  readonly sourceId: number | null;
  readonly boxes: readonly ManifestBox[];
}

export interface ManifestSummary {
  /** The version's hash: SHA-256 of the content, in hexadecimal. */
  readonly sha256: string;
  readonly frames: number;
  readonly annotations: number;
  /** Frames of each split; those without one are under `''`. */
  readonly splits: { readonly [split: string]: number };
}

/** What the content is hashed with; the host gives its runtime's, which is ten times as fast as shared/hash. */
export interface ContentHash {
  update(bytes: Uint8Array): unknown;
  hex(): string;
}

/** Limits of one line, so that a hostile manifest costs bounded memory. */
export const manifestLimits = {
  lineCharacters: 64 * 2 ** 20,
  categories: 65_535,
  categoryName: 128,
  frameName: 4_096,
  splitName: 64,
  sequenceName: 256,
  boxes: 100_000,
  attributes: 256,
  attributeKey: 128,
  attributeText: 4_096,
  maskText: 16 * 2 ** 20,
  maskRuns: 4 * 2 ** 20,
} as const;

/** Order of code points, which is the order of UTF-8 bytes and of SQLite's text; `<` on strings orders UTF-16 units. */
export function compareText(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xIsPair = x >= 0xd800 && x <= 0xdfff;
    const yIsPair = y >= 0xd800 && y <= 0xdfff;
    return xIsPair === yIsPair ? x - y : xIsPair ? 1 : -1;
  }
  return a.length - b.length;
}
