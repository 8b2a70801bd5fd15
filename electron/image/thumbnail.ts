import sharp, { type Sharp } from 'sharp';
import { readDeepSamples, showDeep } from './deepImage.ts';
import { decodeFailure, openImage, type OpenImage } from './openImage.ts';

export interface Thumbnail {
  readonly bytes: Buffer;
  readonly type: 'image/webp' | 'image/jpeg';
  readonly width: number;
  readonly height: number;
}

/**
 * The upright image reduced to fit `px` × `px`, never enlarged. JPEG by default: it encodes several times faster than WebP at these sizes.
 * Errors: not_found, unreadable, refused_image.
 */
export async function makeThumbnail(source: string | Uint8Array, px: number, type: Thumbnail['type'] = 'image/jpeg'): Promise<Thumbnail> {
  const image = await openImage(source);
  const reduced = (await seen(image)).resize({ width: px, height: px, fit: 'inside', withoutEnlargement: true });
  const encoded = type === 'image/webp' ? reduced.webp({ quality: 78, effort: 2 }) : reduced.jpeg({ quality: 82 });
  try {
    const { data, info } = await encoded.toBuffer({ resolveWithObject: true });
    return { bytes: data, type, width: info.width, height: info.height };
  } catch (error) {
    throw decodeFailure(error);
  }
}

/** A 16 bit image by its own window: most cameras that give one use 10 to 14 bits, and the upper eight alone would be black. */
async function seen(image: OpenImage): Promise<Sharp> {
  if (image.depth === 8) return image.pipeline('eyes');
  const deep = await readDeepSamples(image);
  return sharp(showDeep(deep), { raw: { width: deep.width, height: deep.height, channels: 4 } }).removeAlpha();
}
