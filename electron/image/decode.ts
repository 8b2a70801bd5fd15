import { decodeFailure, openImage } from './openImage.ts';

/** Pixels of an upright image: 3 · width · height bytes, RGB, rows from the top. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Errors: not_found, unreadable, refused_image. */
export async function decodeImage(source: string | Uint8Array): Promise<DecodedImage> {
  const image = await openImage(source);
  try {
    const { data, info } = await image.pipeline('numbers').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  } catch (error) {
    throw decodeFailure(error);
  }
}
