import type { WireError } from '../../shared/errors.ts';
import type { Pixels } from '../image/writeFrame.ts';

/** A video that is open in the video process. */
export interface VideoSource {
  /** Seconds of each frame from the first on, ascending. */
  readonly times: Float64Array;
  /** Size of the upright frames in px. */
  readonly width: number;
  readonly height: number;
  /** Degrees clockwise that make decoded pixels upright. */
  readonly turn: 0 | 90 | 180 | 270;
  /** What decodes it, for the report. */
  readonly decoder: string;
  /** Decodes to the last wanted place; `onFrame` gets the wanted ones in ascending order, as many as can be decoded. */
  decode(wanted: ReadonlySet<number>, onFrame: (place: number, pixels: Pixels) => Promise<void>): Promise<void>;
}

/** The greatest of some places: a film has more of them than a call may have arguments. */
export function lastOf(places: ReadonlySet<number>): number {
  let last = -1;
  for (const place of places) if (place > last) last = place;
  return last;
}

/** Host → video process. */
export type VideoRequest =
  | { readonly open: string }
  | { readonly decode: Uint32Array; readonly folder: string }
  /** A frame was taken: another one may be written. */
  | { readonly taken: number };

/** Video process → host. */
export type VideoReply =
  | {
      readonly opened: { readonly times: Float64Array; readonly width: number; readonly height: number; readonly decoder: string };
    }
  | { readonly frame: number; readonly file: string }
  /** No more frames will come; `failed` says why not all did. */
  | { readonly done: true; readonly failed: WireError | null }
  | { readonly failed: WireError };
