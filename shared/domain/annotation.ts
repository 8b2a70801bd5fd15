import type { Box } from '../geometry/box.ts';
import type { BoxId, CategoryId, FrameId } from './ids.ts';

export const boxFlags = ['occluded', 'truncated', 'difficult', 'crowd', 'ignore'] as const;
export type BoxFlag = (typeof boxFlags)[number];

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
