import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { AppError } from '../../shared/errors.ts';
import { bmpToRaw } from './bmp.ts';
import { describeForeign, type ImageFormat, sniffImage } from './format.ts';
import { imageLimits } from './limits.ts';
import { readImageFile } from './readImageFile.ts';

// One image at a time per caller and no cache of libvips: throughput comes from many images, memory stays flat.
sharp.concurrency(1);
sharp.cache(false);

export interface OpenImage {
  readonly format: ImageFormat;
  /** Size of the upright image, in px. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation, 1 … 8. */
  readonly orientation: number;
  readonly bytes: number;
  /** Bits a channel, as far as it matters: more than 8 are 16. */
  readonly depth: 8 | 16;
  /**
   * A pipeline whose pixels are upright and 8 bit RGB without alpha. Colour profiles are followed for eyes only: detectors
   * were trained on decoders that ignore them, and following costs as much as the rest of the decoding.
   */
  pipeline(use: 'eyes' | 'numbers'): Sharp;
  /** Upright raw samples, 16 bits each, in the image's own channels. */
  samples(): Sharp;
}

/**
 * The image gate: magic number, header and limits, before any pixel is decoded.
 * Errors: not_found, unreadable (damaged), refused_image (format or size we do not accept).
 */
export async function openImage(source: string | Uint8Array): Promise<OpenImage> {
  const bytes = typeof source === 'string' ? await readImageFile(source) : source;
  const format = gateBytes(bytes);
  if (format === 'bmp') return openBmp(bytes);
  const options: SharpOptions = {
    // Checked by us below, so that the message can say both the size and the limit.
    limitInputPixels: false,
    failOn: 'error',
    sequentialRead: true,
  };
  let metadata;
  try {
    metadata = await sharp(bytes, options).metadata();
  } catch (error) {
    throw decodeFailure(error);
  }
  const { width, height } = metadata.autoOrient;
  gateSize(width, height);
  if (metadata.format !== format) throw new AppError('refused_image', 'The image is not what its first bytes say.', { format });
  return {
    format,
    width,
    height,
    orientation: metadata.orientation ?? 1,
    bytes: bytes.byteLength,
    depth: metadata.depth === 'ushort' ? 16 : 8,
    samples: () =>
      sharp(bytes, { ...options, autoOrient: true, ignoreIcc: true })
        .timeout({ seconds: imageLimits.seconds })
        .toColourspace((metadata.channels ?? 1) >= 3 ? 'rgb16' : 'grey16')
        .raw({ depth: 'ushort' }),
    pipeline: (use) =>
      sharp(bytes, { ...options, autoOrient: true, ignoreIcc: use === 'numbers' })
        .timeout({ seconds: imageLimits.seconds })
        .toColourspace('srgb')
        .removeAlpha(),
  };
}

function gateBytes(bytes: Uint8Array): ImageFormat {
  if (bytes.byteLength === 0) throw new AppError('unreadable', 'The image file is empty.');
  if (bytes.byteLength > imageLimits.bytes) {
    throw new AppError('refused_image', `The image file is larger than ${imageLimits.bytes / 1024 / 1024} MB.`, {
      bytes: bytes.byteLength,
    });
  }
  const format = sniffImage(bytes);
  if (format === null) {
    throw new AppError('refused_image', `The file is ${describeForeign(bytes)}; images may be JPEG, PNG, WebP, TIFF or BMP.`);
  }
  return format;
}

function gateSize(width: number, height: number): void {
  if (!(width >= 1 && height >= 1)) throw new AppError('unreadable', 'The image has no size.', { width, height });
  if (width > imageLimits.side || height > imageLimits.side || width * height > imageLimits.pixels) {
    throw new AppError(
      'refused_image',
      `The image is ${width} × ${height} px; at most ${imageLimits.side} px a side and ${Math.floor(imageLimits.pixels / 1e6)} million px in all are read.`,
      { width, height },
    );
  }
}

function openBmp(bytes: Uint8Array): OpenImage {
  const raw = bmpToRaw(bytes, gateSize);
  const pixels = (): Sharp =>
    sharp(raw.pixels(), { raw: { width: raw.width, height: raw.height, channels: 3 } }).timeout({ seconds: imageLimits.seconds });
  return {
    format: 'bmp',
    width: raw.width,
    height: raw.height,
    orientation: 1,
    bytes: bytes.byteLength,
    depth: 8,
    samples: () => pixels().raw({ depth: 'ushort' }),
    pipeline: pixels,
  };
}

/** sharp throws plain errors with libvips' words: they go to the details, a sentence for people goes in front. */
export function decodeFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? '';
  if (reason.includes('timeout')) {
    return new AppError('refused_image', `The image took longer than ${imageLimits.seconds} s to decode.`, { reason }, { cause: error });
  }
  return new AppError('unreadable', 'The image is damaged and cannot be decoded.', { reason }, { cause: error });
}
