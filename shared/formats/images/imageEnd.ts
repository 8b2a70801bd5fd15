import type { ImageHeader } from './imageHeader.ts';

/** How many bytes of the end `endsWhole` has to see of a file that is longer. */
export const imageTailBytes = 65_536;

/**
 * Whether the file goes to its own end, judged by structure and not by decoding: a cut transfer is found for nothing.
 * `tail` holds the last bytes of the file. Bytes behind the image's end are fine: cameras and phones write them.
 */
export function endsWhole(header: ImageHeader, tail: Uint8Array, fileSize: number): boolean {
  if (fileSize < header.leastBytes) return false;
  // Thumbnails in the header have an end of their own; the image's end stands behind the header.
  const body = tail.subarray(Math.max(0, header.headerEnd - (fileSize - tail.length)));
  switch (header.format) {
    case 'jpeg':
      // Inside the coded pixels FF D9 cannot occur: FF is always followed by 00 or a restart marker there.
      return endOf(body, [0xff, 0xd9]);
    case 'png':
      return endOf(body, [0x49, 0x45, 0x4e, 0x44]);
    case 'webp':
    case 'bmp':
    case 'tiff':
      return true;
  }
}

function endOf(bytes: Uint8Array, pattern: readonly number[]): boolean {
  const last = pattern[pattern.length - 1] as number;
  for (let at = bytes.lastIndexOf(last); at >= pattern.length - 1; at = bytes.lastIndexOf(last, at - 1)) {
    if (pattern.every((value, i) => bytes[at - pattern.length + 1 + i] === value)) return true;
    if (at === 0) break;
  }
  return false;
}
