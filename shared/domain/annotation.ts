import type { Box } from '../geometry/box.ts';
import type { BoxId, CategoryId, FrameId } from './ids.ts';

export const boxFlags = ['occluded', 'truncated', 'difficult', 'crowd', 'ignore'] as const;
export type BoxFlag = (typeof boxFlags)[number];

/** Bit i is `boxFlags[i]`: as tables and columns keep a set of flags. */
export function flagBits(flags: readonly BoxFlag[]): number {
  let bits = 0;
  for (const flag of flags) bits |= 1 << boxFlags.indexOf(flag);
  return bits;
}

/** The flags in a set of bits; other bits, as of what is interpolated, are none. */
export function flagsOf(bits: number): readonly BoxFlag[] {
  return boxFlags.filter((_, i) => (bits & (1 << i)) !== 0);
}

/**
 * The bit of a stored set of flags that says: computed between two key frames of its track. No flag that people set; as a field
 * of the log it is `k:interpolated`.
 */
export const interpolatedBit = 1 << 6;

/** Who made a box what it is now. A model box that a person touched is `human`. */
export const origins = ['human', 'model', 'import'] as const;
export type Origin = (typeof origins)[number];

export type AttributeValue = string | number | boolean;
export type Attributes = { readonly [key: string]: AttributeValue };

/** Where a pre-label came from; it stays on the box when a person corrects it. */
export interface Provenance {
  readonly run: string;
  readonly model: string;
  readonly modelSha256: string;
  readonly score: number;
}

/** A box somebody stands behind (source `gt`). */
export interface Annotation {
  readonly id: BoxId;
  readonly frame: FrameId;
  readonly category: CategoryId;
  readonly bbox: Box;
  /** Degrees clockwise around the box's centre; 0 for the upright box. */
  readonly angle: number;
  readonly flags: readonly BoxFlag[];
  readonly attributes: Attributes;
  readonly track: number | null;
  /** Drawing order: greater lies above, equal by key. Absent for 0. */
  readonly z?: number;
  /** Set where it was computed between two key frames of its track; a change by hand makes it a key frame. */
  readonly interpolated?: true;
  readonly origin: Origin;
  readonly provenance: Provenance | null;
}

/** A box of one model run. Immutable. */
export interface Prediction {
  readonly id: BoxId;
  readonly frame: FrameId;
  readonly category: CategoryId;
  readonly bbox: Box;
  readonly score: number;
}
