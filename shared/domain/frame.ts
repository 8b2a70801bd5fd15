import type { FrameId } from './ids.ts';

/** The six review states, everywhere the same, in the order of the work. */
export const frameStates = ['unlabeled', 'draft', 'labeled', 'needs_fix', 'approved', 'locked'] as const;
export type FrameState = (typeof frameStates)[number];

/**
 * One image. `name` is its relative path in the dataset; identity is the hash of its bytes, and for pictures of one recording that
 * are alike their number in it.
 */
export interface Frame {
  readonly id: FrameId;
  readonly name: string;
  /** Size of the upright image in px. */
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
  readonly sequence: string | null;
  /** Place in its sequence, from 0. */
  readonly index: number | null;
  /** Seconds since the start of its sequence. */
  readonly time: number | null;
  readonly state: FrameState;
  readonly split: string | null;
}
