import sharp from 'sharp';

/**
 * A picture drawn by our own code, as JPEG bytes. For trusted SVG only: never give it a file, a text or a fragment that came from outside,
 * an SVG may refer to other files and grow without limit. Same text, same bytes with the pinned sharp: every encoder option is fixed here.
 */
export async function svgToJpeg(svg: string): Promise<Buffer> {
  return sharp(Buffer.from(svg))
    .flatten({ background: '#000' })
    .jpeg({ quality: 86, chromaSubsampling: '4:2:0', progressive: false, mozjpeg: false, optimiseCoding: true })
    .toBuffer();
}

/** The same as pixels: 3 · width · height bytes, RGB, rows from the top. For trusted SVG only. */
export async function svgToPixels(svg: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(Buffer.from(svg)).flatten({ background: '#000' }).removeAlpha().toColourspace('srgb').raw().toBuffer());
}
