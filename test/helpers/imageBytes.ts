import { crc32, deflateSync } from 'node:zlib';

/** Bytes of small images and of hostile ones, made by hand so that headers can lie. */
export interface PngOptions {
  /** What the header says, where it differs from what is there. */
  readonly claims?: { readonly width: number; readonly height: number };
  readonly orientation?: number;
  /** Makes the bytes (and so the hash) differ. */
  readonly seed?: number;
}

export function pngBytes(width: number, height: number, options: PngOptions = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(options.claims?.width ?? width, 0);
  header.writeUInt32BE(options.claims?.height ?? height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, (options.seed ?? 0) % 251);
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0;
  // The seed in full, so that a hundred thousand images have a hundred thousand hashes.
  const note = Buffer.from(`Comment\0seed ${options.seed ?? 0}`, 'latin1');
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('tEXt', note),
    ...(options.orientation === undefined ? [] : [pngChunk('eXIf', exifBlock(options.orientation))]),
    pngChunk('IDAT', deflateSync(rows)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A TIFF block with one tag, 0x112. */
export function exifBlock(orientation: number, order: 'II' | 'MM' = 'MM'): Buffer {
  const block = Buffer.alloc(26);
  block.write(order, 0, 'latin1');
  const u16 = (value: number, at: number): void => void (order === 'II' ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at));
  const u32 = (value: number, at: number): void => void (order === 'II' ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at));
  u16(42, 2);
  u32(8, 4);
  u16(1, 8);
  u16(0x112, 10);
  u16(3, 12);
  u32(1, 14);
  u16(orientation, 18);
  return block;
}

/** Headers and end marks of a JPEG; the pixels are not real. */
export function jpegBytes(width: number, height: number, options: { readonly orientation?: number; readonly seed?: number } = {}): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
  const exif =
    options.orientation === undefined
      ? []
      : [segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifBlock(options.orientation, 'II'), thumbnail]))];
  const comment = segment(0xfe, Buffer.from(`seed ${options.seed ?? 0}`, 'latin1'));
  return Buffer.concat([Buffer.from([0xff, 0xd8]), ...exif, comment, frame, scan, Buffer.alloc(64, 0x55), Buffer.from([0xff, 0xd9])]);
}

/** A preview in the header has an end of its own, which must not count for the image. */
const thumbnail = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}
