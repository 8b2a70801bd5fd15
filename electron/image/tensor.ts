import { decodeFailure, openImage } from './openImage.ts';
import { fillTensor, place, type Placement, type TensorSpec } from './letterbox.ts';

/** From this ratio on a JPEG is already reduced while it is decoded; at least a factor of 2 is left to the filter. */
const shrinkRatio = 4;

/** With a free input the image goes in at its own size, up to this side. */
const freeSide = 1_280;

export interface PlacedImage {
  /** Size of the upright image, in px. */
  readonly width: number;
  readonly height: number;
  readonly at: Placement;
}

export interface ImageTensor {
  readonly image: PlacedImage;
  /** 3 · input.width · input.height numbers. */
  readonly pixels: Float32Array | Uint8Array;
  readonly input: { readonly width: number; readonly height: number };
}

/**
 * Decodes an image and writes it as a network wants it: into `reuse` where that is large enough, else into fresh memory.
 * Resized with a triangle filter as wide as the reduction (Pillow's BILINEAR), which reproduces the reference detections of
 * the detectors tried. `free`: the network takes any size, so the image is not resized below 1,280 px.
 * Errors: not_found, unreadable, refused_image.
 */
export async function imageToTensor(
  source: string | Uint8Array,
  spec: TensorSpec,
  options: { readonly bytes?: boolean; readonly free?: boolean; readonly reuse?: ArrayBuffer } = {},
): Promise<ImageTensor> {
  const image = await openImage(source);
  const input = options.free === true ? freeInput(image) : { width: spec.width, height: spec.height };
  const sized = { ...spec, ...input };
  const at = place(image, sized);
  const count = 3 * input.width * input.height;
  const needed = options.bytes === true ? count : 4 * count;
  const memory = options.reuse !== undefined && options.reuse.byteLength >= needed ? options.reuse : new ArrayBuffer(needed);
  const pixels = options.bytes === true ? new Uint8Array(memory, 0, count) : new Float32Array(memory, 0, count);
  try {
    const resized = await image
      .pipeline('numbers')
      .resize(at.width, at.height, {
        fit: 'fill',
        kernel: 'linear',
        fastShrinkOnLoad: Math.min(1 / at.scaleX, 1 / at.scaleY) >= shrinkRatio,
      })
      .raw({ depth: 'uchar' })
      .toBuffer();
    fillTensor(resized, sized, at, pixels);
  } catch (error) {
    throw decodeFailure(error);
  }
  return { image: { width: image.width, height: image.height, at }, pixels, input };
}

function freeInput({ width, height }: { readonly width: number; readonly height: number }): { width: number; height: number } {
  const ratio = Math.min(1, freeSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio)) };
}
