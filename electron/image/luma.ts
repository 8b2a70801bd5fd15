import type { Luma } from '../../shared/tracks/templateMatch.ts';
import { decodeFailure, openImage } from './openImage.ts';

/** The upright image in grey, made smaller by `scale` (at most 1). Errors: those of openImage. */
export async function readLuma(path: string, scale: number): Promise<Luma> {
  const image = await openImage(path);
  const width = Math.max(1, Math.round(image.width * Math.min(scale, 1)));
  const height = Math.max(1, Math.round(image.height * Math.min(scale, 1)));
  try {
    const data = await image.pipeline('numbers').resize(width, height, { fit: 'fill' }).greyscale().raw().toBuffer();
    return { width, height, data };
  } catch (error) {
    throw decodeFailure(error);
  }
}
