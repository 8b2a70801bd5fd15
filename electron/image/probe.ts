import type { ImageFormat } from './format.ts';
import { openImage } from './openImage.ts';

export interface ImageProbe {
  readonly format: ImageFormat;
  /** Size of the upright image (EXIF orientation applied), in px. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 … 8. */
  readonly orientation: number;
  /** Size of the file. */
  readonly bytes: number;
}

/** Reads the header alone. Errors: not_found, unreadable, refused_image. */
export async function probeImage(source: string | Uint8Array): Promise<ImageProbe> {
  const { format, width, height, orientation, bytes } = await openImage(source);
  return { format, width, height, orientation, bytes };
}

/** Bits a channel, 8 or 16, from the header. Errors: not_found, unreadable, refused_image. */
export async function bitsOf(source: string): Promise<8 | 16> {
  return (await openImage(source)).depth;
}
