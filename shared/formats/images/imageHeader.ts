import { FormatError } from '../formatError.ts';

export const imageFormats = ['jpeg', 'png', 'webp', 'tiff', 'bmp'] as const;
export type ImageFormat = (typeof imageFormats)[number];

export interface ImageHeader {
  readonly format: ImageFormat;
  /** Size as stored in the file, before the orientation is applied, in px. */
  readonly storedWidth: number;
  readonly storedHeight: number;
  /** EXIF orientation, 1 to 8; 1 where there is none. */
  readonly orientation: number;
  /** Size of the upright image in px. */
  readonly width: number;
  readonly height: number;
  /** Where the header ends: the image's own end is looked for behind it. */
  readonly headerEnd: number;
  /** The least size in bytes of a whole file, where the header says it; else 0. */
  readonly leastBytes: number;
}

/** What an image may be before it is decoded. Real cameras and scans lie far below; bombs lie above. */
export const imageLimits = {
  /** Longest side, in px. */
  side: 16_384,
  pixels: 268_435_456,
  /** Size of the file. */
  bytes: 256 * 1024 * 1024,
} as const;

/** File name endings of the formats that can be read. */
const imageExtensions: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'bmp', 'dib', 'tif', 'tiff']);

export function isImageName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && imageExtensions.has(name.slice(dot + 1).toLowerCase());
}

/** The part at hand ends before the header does: call again with more of the file. */
export class NeedsMoreBytes extends Error {}

/**
 * Format, size and EXIF orientation from the first bytes of a file, read from magic and header alone: nothing is
 * decoded, so a 100 kB file that asks for gigabytes is refused at no cost. The name's ending plays no part.
 * Throws FormatError (`empty_file`, `not_an_image`, `image_truncated`, `image_broken`, `image_too_large`) and
 * NeedsMoreBytes, the latter only while `bytes` is shorter than `fileSize`.
 */
export function readImageHeader(bytes: Uint8Array, fileSize: number = bytes.length): ImageHeader {
  if (fileSize === 0) throw new FormatError('empty_file', 'The file is empty.');
  if (fileSize > imageLimits.bytes) throw new FormatError('image_too_large', 'The file is larger than 256 MB.');
  const reader = new ByteReader(bytes, fileSize);
  const format = formatOf(reader);
  if (format === null) throw new FormatError('not_an_image', 'This is no JPEG, PNG, WebP, TIFF or BMP file.');
  const stored = headerReaders[format](reader);
  const turned = stored.orientation >= 5;
  const header: ImageHeader = {
    format,
    storedWidth: stored.width,
    storedHeight: stored.height,
    orientation: stored.orientation,
    width: turned ? stored.height : stored.width,
    height: turned ? stored.width : stored.height,
    headerEnd: stored.headerEnd ?? 0,
    leastBytes: stored.leastBytes ?? 0,
  };
  if (header.width < 1 || header.height < 1) throw new FormatError('image_broken', 'The image says it has no pixels.');
  if (Math.max(header.width, header.height) > imageLimits.side || header.width * header.height > imageLimits.pixels)
    throw new FormatError('image_too_large', `The image asks for ${header.width} × ${header.height} pixels; 16384 a side is the limit.`);
  return header;
}

interface Stored {
  readonly width: number;
  readonly height: number;
  readonly orientation: number;
  readonly headerEnd?: number;
  readonly leastBytes?: number;
}

/** Bounds-checked reads: past the bytes at hand it asks for more, past the file's end it says that the file is cut. */
class ByteReader {
  readonly bytes: Uint8Array;
  readonly fileSize: number;

  constructor(bytes: Uint8Array, fileSize: number) {
    this.bytes = bytes;
    this.fileSize = fileSize;
  }

  need(end: number): void {
    if (end > this.fileSize) throw new FormatError('image_truncated', 'The file ends before its header does.');
    if (end > this.bytes.length) throw new NeedsMoreBytes();
  }

  u8(at: number): number {
    this.need(at + 1);
    return this.bytes[at] as number;
  }

  u16(at: number, little: boolean): number {
    this.need(at + 2);
    const a = this.bytes[at] as number;
    const b = this.bytes[at + 1] as number;
    return little ? a | (b << 8) : (a << 8) | b;
  }

  u32(at: number, little: boolean): number {
    return little ? this.u16(at, true) + this.u16(at + 2, true) * 65_536 : this.u16(at, false) * 65_536 + this.u16(at + 2, false);
  }

  text(at: number, length: number): string {
    this.need(at + length);
    let text = '';
    for (let i = at; i < at + length; i++) text += String.fromCharCode(this.bytes[i] as number);
    return text;
  }

  startsWith(at: number, values: readonly number[]): boolean {
    return at + values.length <= this.bytes.length && values.every((value, i) => this.bytes[at + i] === value);
  }
}

function formatOf(reader: ByteReader): ImageFormat | null {
  if (reader.startsWith(0, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (reader.startsWith(0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (reader.startsWith(0, [0x52, 0x49, 0x46, 0x46]) && reader.startsWith(8, [0x57, 0x45, 0x42, 0x50])) return 'webp';
  if (reader.startsWith(0, [0x49, 0x49, 42, 0]) || reader.startsWith(0, [0x4d, 0x4d, 0, 42])) return 'tiff';
  if (reader.startsWith(0, [0x42, 0x4d])) return 'bmp';
  return null;
}

const headerReaders: { readonly [F in ImageFormat]: (reader: ByteReader) => Stored } = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  bmp: readBmp,
  tiff: readTiff,
};

/** Segments until the frame header; the orientation is in the APP1 segment before it. */
function readJpeg(reader: ByteReader): Stored {
  let at = 2;
  let orientation = 1;
  for (;;) {
    if (reader.u8(at) !== 0xff) throw new FormatError('image_broken', 'The JPEG header is damaged.');
    while (reader.u8(at) === 0xff) at++;
    const marker = reader.u8(at);
    at++;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
    if (marker === 0xd9 || marker === 0xda) throw new FormatError('image_broken', 'The JPEG has no frame header.');
    const length = reader.u16(at, false);
    if (length < 2) throw new FormatError('image_broken', 'The JPEG header is damaged.');
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: reader.u16(at + 3, false), width: reader.u16(at + 5, false), orientation, headerEnd: at + length };
    if (marker === 0xe1 && length >= 8 && reader.text(at + 2, 6) === 'Exif\0\0') {
      reader.need(at + length);
      orientation = orientationOf(reader.bytes.subarray(at + 8, at + length)) ?? orientation;
    }
    at += length;
  }
}

function readPng(reader: ByteReader): Stored {
  if (reader.text(12, 4) !== 'IHDR') throw new FormatError('image_broken', 'The PNG has no header.');
  const width = reader.u32(16, false);
  const height = reader.u32(20, false);
  let orientation = 1;
  let headerEnd = 33;
  // eXIf may stand anywhere between header and pixels; after the pixels it is not looked for.
  for (let at = headerEnd; at + 12 <= reader.fileSize;) {
    headerEnd = at;
    const length = reader.u32(at, false);
    const kind = reader.text(at + 4, 4);
    if (kind === 'IDAT' || kind === 'IEND') break;
    if (kind === 'eXIf' && length <= 1_048_576) {
      reader.need(at + 8 + length);
      orientation = orientationOf(reader.bytes.subarray(at + 8, at + 8 + length)) ?? 1;
    }
    at += 12 + length;
  }
  return { width, height, orientation, headerEnd };
}

function readWebp(reader: ByteReader): Stored {
  const kind = reader.text(12, 4);
  const leastBytes = 8 + reader.u32(4, true);
  if (kind === 'VP8 ') {
    if (!(reader.u8(23) === 0x9d && reader.u8(24) === 0x01 && reader.u8(25) === 0x2a))
      throw new FormatError('image_broken', 'The WebP header is damaged.');
    return { width: reader.u16(26, true) & 0x3fff, height: reader.u16(28, true) & 0x3fff, orientation: 1, leastBytes };
  }
  if (kind === 'VP8L') {
    if (reader.u8(20) !== 0x2f) throw new FormatError('image_broken', 'The WebP header is damaged.');
    const bits = reader.u32(21, true);
    return { width: (bits % 16_384) + 1, height: (Math.floor(bits / 16_384) % 16_384) + 1, orientation: 1, leastBytes };
  }
  if (kind !== 'VP8X') throw new FormatError('image_broken', 'The WebP header is damaged.');
  const hasExif = (reader.u8(20) & 0x08) !== 0;
  const width = reader.u16(24, true) + reader.u8(26) * 65_536 + 1;
  const height = reader.u16(27, true) + reader.u8(29) * 65_536 + 1;
  return { width, height, orientation: hasExif ? webpOrientation(reader) : 1, leastBytes };
}

/** The EXIF chunk of a WebP file stands behind its pixels. */
function webpOrientation(reader: ByteReader): number {
  for (let at = 30; at + 8 <= reader.fileSize;) {
    const kind = reader.text(at, 4);
    const length = reader.u32(at + 4, true);
    if (kind === 'EXIF') {
      if (at + 8 + length > reader.fileSize || length > 1_048_576) return 1;
      reader.need(at + 8 + length);
      const chunk = reader.bytes.subarray(at + 8, at + 8 + length);
      const hasPrefix = length > 6 && reader.text(at + 8, 6) === 'Exif\0\0';
      return orientationOf(hasPrefix ? chunk.subarray(6) : chunk) ?? 1;
    }
    at += 8 + length + (length % 2);
  }
  return 1;
}

function readBmp(reader: ByteReader): Stored {
  const headerSize = reader.u32(14, true);
  const pixelsAt = reader.u32(10, true);
  if (headerSize === 12) return { width: reader.u16(18, true), height: reader.u16(20, true), orientation: 1, leastBytes: pixelsAt + 1 };
  if (headerSize < 40 || headerSize > 256) throw new FormatError('not_an_image', 'This is no JPEG, PNG, WebP, TIFF or BMP file.');
  const width = reader.u32(18, true) | 0;
  // A negative height means that the rows go from top to bottom.
  const height = Math.abs(reader.u32(22, true) | 0);
  const isRaw = reader.u32(30, true) === 0;
  const rowBytes = Math.ceil((width * reader.u16(28, true)) / 32) * 4;
  return { width, height, orientation: 1, leastBytes: pixelsAt + (isRaw ? rowBytes * height : 1) };
}

function readTiff(reader: ByteReader): Stored {
  const little = reader.u8(0) === 0x49;
  const tags = readIfd(reader, reader.u32(4, little), little);
  const width = tags.get(0x100);
  const height = tags.get(0x101);
  if (width === undefined || height === undefined) throw new FormatError('image_broken', 'The TIFF says no size.');
  // One strip is the common case of small files; of several strips only the directory is known to be there.
  const leastBytes = (tags.get(0x111) ?? 0) + (tags.get(0x117) ?? 0);
  return { width, height, orientation: validOrientation(tags.get(0x112)) ?? 1, leastBytes };
}

/** Single SHORT and LONG values of the directory at `at`; everything else is passed over. */
function readIfd(reader: ByteReader, at: number, little: boolean): ReadonlyMap<number, number> {
  const tags = new Map<number, number>();
  const count = reader.u16(at, little);
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + i * 12;
    const type = reader.u16(entry + 2, little);
    if (reader.u32(entry + 4, little) !== 1) continue;
    if (type === 3) tags.set(reader.u16(entry, little), reader.u16(entry + 8, little));
    else if (type === 4) tags.set(reader.u16(entry, little), reader.u32(entry + 8, little));
  }
  return tags;
}

/** Tag 0x112 of a TIFF block as EXIF uses it; null where there is none or the block is damaged. */
function orientationOf(tiff: Uint8Array): number | null {
  const reader = new ByteReader(tiff, tiff.length);
  try {
    const order = reader.text(0, 2);
    if (order !== 'II' && order !== 'MM') return null;
    const little = order === 'II';
    return validOrientation(readIfd(reader, reader.u32(4, little), little).get(0x112));
  } catch (error) {
    // Damaged EXIF is common and says nothing about the pixels.
    if (error instanceof FormatError || error instanceof NeedsMoreBytes) return null;
    throw error;
  }
}

function validOrientation(value: number | undefined): number | null {
  return value !== undefined && value >= 1 && value <= 8 ? value : null;
}
