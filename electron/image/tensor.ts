import { decodeFailure, openImage } from './openImage.ts';
import { fillTensor, place, type Placement, type TensorSpec } from './letterbox.ts';

/** From this ratio on a JPEG is already reduced while it is decoded; at least a factor of 2 is left to the filter. */
const shrinkRatio = 4;

export interface PlacedImage {
  /** Size of the upright image, in px. */
  readonly width: number;
  readonly height: number;
  readonly at: Placement;
}

/**
 * Decodes an image and writes it into `out` (3 · spec.width · spec.height numbers) as a network wants it. Resized with a
 * triangle filter as wide as the reduction (Pillow's BILINEAR), which reproduces the reference detections of the detectors
 * tried. Errors: not_found, unreadable, refused_image.
 */
export async function imageToTensor(source: string | Uint8Array, spec: TensorSpec, out: Float32Array | Uint8Array): Promise<PlacedImage> {
  const image = await openImage(source);
  const at = place(image, spec);
  try {
    const pixels = await image
      .pipeline()
      .resize(at.width, at.height, {
        fit: 'fill',
        kernel: 'linear',
        fastShrinkOnLoad: Math.min(1 / at.scaleX, 1 / at.scaleY) >= shrinkRatio,
      })
      .raw({ depth: 'uchar' })
      .toBuffer();
    fillTensor(pixels, spec, at, out);
  } catch (error) {
    throw decodeFailure(error);
  }
  return { width: image.width, height: image.height, at };
}
