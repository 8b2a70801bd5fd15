import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';

/** Pixels of one picture, row by row; the fourth of four channels is not looked at. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/**
 * Writes a frame of a video as JPEG whose loss is far below that of the video. `turn`: degrees clockwise that make it upright.
 * Errors: those of the file system, by their codes; the image library says them in its own words only.
 */
export async function writeFrame(file: string, { data, width, height, channels }: Pixels, turn: 0 | 90 | 180 | 270): Promise<void> {
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false }).removeAlpha();
  const turned = turn === 0 ? picture : picture.rotate(turn);
  await writeFile(file, await turned.jpeg({ quality: 95, chromaSubsampling: '4:2:0' }).toBuffer());
}
