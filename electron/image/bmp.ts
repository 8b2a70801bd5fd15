import { AppError } from '../../shared/errors.ts';

export interface RawBmp {
  readonly width: number;
  readonly height: number;
  /** 3 · width · height bytes, RGB, rows from the top. */
  pixels(): Uint8Array;
}

const damaged = (reason: string): AppError => new AppError('unreadable', 'The BMP image is damaged and cannot be decoded.', { reason });

/**
 * Reads an uncompressed Windows bitmap (8 bit with palette, 24 or 32 bit): libvips as it ships with sharp has no BMP loader.
 * `gate` sees the size before anything is allocated. Errors: unreadable, refused_image.
 */
export function bmpToRaw(bytes: Uint8Array, gate: (width: number, height: number) => void): RawBmp {
  if (bytes.byteLength < 54) throw damaged('shorter than its header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  if (headerBytes < 40) throw new AppError('refused_image', 'BMP images of the OS/2 kind are not read.', { headerBytes });
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  gate(width, height);
  // 3 = bit fields: as good as every 32-bit writer uses it with the plain BGRA order.
  if (!((compression === 0 && (bits === 8 || bits === 24 || bits === 32)) || (compression === 3 && bits === 32))) {
    throw new AppError('refused_image', 'Only uncompressed BMP images with 8, 24 or 32 bits are read.', { bits, compression });
  }
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (dataAt + rowBytes * height > bytes.byteLength) throw damaged('the file ends before its pixels do');
  const paletteAt = 14 + headerBytes;
  if (bits === 8 && paletteAt + 4 > dataAt) throw damaged('no palette');
  return {
    width,
    height,
    pixels: () => {
      const out = new Uint8Array(3 * width * height);
      const step = bits / 8;
      for (let y = 0; y < height; y++) {
        // A positive height means that the rows stand bottom up.
        let from = dataAt + rowBytes * (signedHeight > 0 ? height - 1 - y : y);
        let to = 3 * width * y;
        for (let x = 0; x < width; x++, from += step, to += 3) {
          const at = bits === 8 ? paletteAt + 4 * (bytes[from] ?? 0) : from;
          out[to] = bytes[at + 2] ?? 0;
          out[to + 1] = bytes[at + 1] ?? 0;
          out[to + 2] = bytes[at] ?? 0;
        }
      }
      return out;
    },
  };
}
