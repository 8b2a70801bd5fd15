export const imageFormats = ['jpeg', 'png', 'webp', 'tiff', 'bmp'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** MIME type by our own look at the bytes; never by a file's extension. */
export const imageTypes: { readonly [F in ImageFormat]: string } = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tiff: 'image/tiff',
  bmp: 'image/bmp',
};

const ascii = (bytes: Uint8Array, at: number, text: string): boolean => {
  if (bytes.length < at + text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
};

/** The allowed format whose magic number the bytes start with, or null. 16 bytes are enough. */
export function sniffImage(bytes: Uint8Array): ImageFormat | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes[0] === 0x89 && ascii(bytes, 1, 'PNG\r\n\x1a\n')) return 'png';
  if (ascii(bytes, 0, 'RIFF') && ascii(bytes, 8, 'WEBP')) return 'webp';
  if (ascii(bytes, 0, 'II*\0') || ascii(bytes, 0, 'MM\0*')) return 'tiff';
  if (ascii(bytes, 0, 'BM')) return 'bmp';
  return null;
}

/** Formats of images we know by their magic but do not decode, for a better message. */
export function describeForeign(bytes: Uint8Array): string {
  if (ascii(bytes, 0, 'GIF8')) return 'a GIF';
  if (ascii(bytes, 4, 'ftypavif') || ascii(bytes, 4, 'ftypheic') || ascii(bytes, 4, 'ftypmif1')) return 'an AVIF or HEIC picture';
  if (ascii(bytes, 0, '%PDF')) return 'a PDF';
  if (ascii(bytes, 0, '<svg') || ascii(bytes, 0, '<?xml') || ascii(bytes, 0, '<!DOC') || ascii(bytes, 0, '<html'))
    return 'a text document (SVG, XML or HTML)';
  return 'of an unknown format';
}
