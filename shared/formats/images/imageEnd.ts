import type { ImageHeader } from './imageHeader.ts';

/** Longest end mark: pieces of a file have to overlap by one byte less for none to be missed. */
export const endMarkBytes = 4;

/**
 * Whether a piece of the file, which begins at `start`, holds the image's end. Judged by structure and not by decoding, so
 * that a cut transfer is found for nothing. The end may stand anywhere behind the header: phones write films behind it.
 */
export function holdsEnd(header: ImageHeader, piece: Uint8Array, start: number): boolean {
  // Thumbnails in the header have an end of their own; the image's end stands behind the header.
  const body = piece.subarray(Math.max(0, header.headerEnd - start));
  switch (header.format) {
    case 'jpeg':
      // Inside the coded pixels FF D9 cannot occur: FF is always followed by 00 or a restart marker there.
      return contains(body, [0xff, 0xd9]);
    case 'png':
      return contains(body, [0x49, 0x45, 0x4e, 0x44]);
    case 'webp':
    case 'bmp':
    case 'tiff':
      // These say how long they are: see `leastBytes`.
      return true;
  }
}

function contains(bytes: Uint8Array, mark: readonly number[]): boolean {
  const last = mark[mark.length - 1] as number;
  for (let at = bytes.indexOf(last, mark.length - 1); at >= 0; at = bytes.indexOf(last, at + 1))
    if (mark.every((value, i) => bytes[at - mark.length + 1 + i] === value)) return true;
  return false;
}
