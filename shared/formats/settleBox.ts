import type { Box, Size } from '../geometry/box.ts';
import { clip } from '../geometry/box.ts';

export type BoxOutcome =
  { readonly kind: 'kept' | 'clipped'; readonly box: Box } | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export interface SettleOptions {
  /** How far, in px, a box may leave the image and still be the box it is: the rounding of a sum of doubles. */
  readonly asIs: number;
  /** How far, in px, a box may leave the image and be clipped without being counted: the rounding of its format. */
  readonly unnoticed: number;
}

/**
 * What becomes of a box of a label file on its image: kept bit for bit where it lies inside, clipped where a part lies
 * outside, refused where it is no box (numbers that are not finite, negative size, no area, wholly outside).
 * px of the upright image.
 */
export function settleBox(box: Box, size: Size, options: SettleOptions): BoxOutcome {
  const [x, y, w, h] = box;
  if (!(Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(w) && Number.isFinite(h)))
    return refused('box_not_finite', 'The box has a number that is missing or not finite.');
  if (w < 0 || h < 0) return refused('box_negative_size', 'The box has a negative width or height.');
  // In every format: nobody can see or correct such a box, and an export that trains on it fails or leaves it out without a word.
  if (w === 0 || h === 0) return refused('box_without_area', 'The box has no area.');
  const beyond = Math.max(-x, -y, x + w - size.width, y + h - size.height);
  if (beyond <= options.asIs) return { kind: 'kept', box };
  const clipped = clip(box, size);
  if (clipped[2] === 0 || clipped[3] === 0) return refused('box_outside', 'The box lies outside its image.');
  return { kind: beyond <= options.unnoticed ? 'kept' : 'clipped', box: clipped };
}

function refused(code: string, message: string): BoxOutcome {
  return { kind: 'refused', code, message };
}

/**
 * A box drawn on the stored pixels of an image with this EXIF orientation, on the upright image.
 * `stored` is the size before the orientation is applied. The eight cases are those of EXIF 2.32, table 6.
 */
export function uprightBox(box: Box, stored: Size, orientation: number): Box {
  const [x, y, w, h] = box;
  const { width: W, height: H } = stored;
  switch (orientation) {
    case 2:
      return [W - x - w, y, w, h];
    case 3:
      return [W - x - w, H - y - h, w, h];
    case 4:
      return [x, H - y - h, w, h];
    case 5:
      return [y, x, h, w];
    case 6:
      return [H - y - h, x, h, w];
    case 7:
      return [H - y - h, W - x - w, h, w];
    case 8:
      return [y, W - x - w, h, w];
    default:
      return box;
  }
}
