import { createHash } from 'node:crypto';
import { endMarkBytes, holdsEnd } from '../../../../shared/formats/images/imageEnd.ts';
import { imageLimits, NeedsMoreBytes, readImageHeader, type ImageHeader } from '../../../../shared/formats/images/imageHeader.ts';
import { FormatError } from '../../../../shared/formats/formatError.ts';
import type { OpenedFile } from './paths.ts';

export interface GatedImage extends ImageHeader {
  readonly sha256: string;
  readonly bytes: number;
}

/** Files up to this size are read in one piece; longer ones in pieces of it. */
const pieceBytes = 4 * 1_048_576;

/**
 * Size, format and orientation by header, hash over every byte, and whether the file is whole, in one pass over an open
 * file. Nothing is decoded and no more than 8 MB is held. Throws FormatError for a file that is none
 * of the formats, cut off, too large in bytes or pixels.
 */
export async function gateImage(file: OpenedFile, signal?: AbortSignal): Promise<GatedImage> {
  if (file.bytes === 0) throw new FormatError('empty_file', 'The file is empty.');
  if (file.bytes > imageLimits.bytes) throw new FormatError('image_too_large', 'The file is larger than 256 MB.');
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, file.bytes));
  let header: ImageHeader | null = null;
  let hasEnd = false;
  let before: Buffer = Buffer.alloc(0);
  let done = 0;
  while (done < file.bytes) {
    signal?.throwIfAborted();
    const read = await readFully(file, piece, done);
    if (read === 0) throw new FormatError('image_truncated', 'The file became shorter while it was read.');
    const part = piece.subarray(0, read);
    hash.update(part);
    header ??= await headerOf(file, part, done);
    if (header !== null && !hasEnd) hasEnd = holdsEnd(header, Buffer.concat([before, part]), done - before.length);
    before = Buffer.from(part.subarray(Math.max(0, read - endMarkBytes + 1)));
    done += read;
  }
  if (header === null) throw new FormatError('image_truncated', 'The file ends before its header does.');
  if (!hasEnd || file.bytes < header.leastBytes) throw new FormatError('image_truncated', 'The image is cut off: its end is missing.');
  return { ...header, sha256: hash.digest('hex'), bytes: file.bytes };
}

/** The first piece nearly always holds the header; a long colour profile or preview can push it further. */
async function headerOf(file: OpenedFile, part: Uint8Array, done: number): Promise<ImageHeader | null> {
  if (done > 0) return null;
  try {
    return readImageHeader(part, file.bytes);
  } catch (error) {
    if (!(error instanceof NeedsMoreBytes)) throw error;
  }
  const whole = Buffer.allocUnsafe(Math.min(file.bytes, 8 * pieceBytes));
  const read = await readFully(file, whole, 0);
  try {
    return readImageHeader(whole.subarray(0, read), file.bytes);
  } catch (error) {
    if (error instanceof NeedsMoreBytes) throw new FormatError('image_broken', 'The image has no header in its first 32 MB.');
    throw error;
  }
}

async function readFully(file: OpenedFile, into: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await file.handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
