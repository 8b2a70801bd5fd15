import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

/** What `makeTinyDetector` finds: a red block, at a place that depends on `i`, and a green one on every third picture. */
export function blocksOf(i: number): readonly { readonly category: 0 | 1; readonly bbox: readonly [number, number, number, number] }[] {
  const red = { category: 0 as const, bbox: [8 * (i % 8), 8 * (Math.floor(i / 8) % 8), 8, 8] as const };
  const green = { category: 1 as const, bbox: [8 * ((i + 3) % 8), 8 * ((Math.floor(i / 8) + 4) % 8), 8, 8] as const };
  return i % 3 === 0 ? [red, green] : [red];
}

/** A 64 × 64 picture with the blocks of `i` on grey. Losslessly compressed, so that the network sees the exact colours. */
export async function colourImage(i: number): Promise<Buffer> {
  const data = Buffer.alloc(3 * 64 * 64, 90);
  for (const {
    category,
    bbox: [x, y, w, h],
  } of blocksOf(i)) {
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++) data.set(category === 0 ? [255, 0, 0] : [0, 255, 0], 3 * (64 * row + column));
  }
  // The last pixel tells pictures with the same blocks apart: each has its own hash.
  data.set([i % 256, (i >> 8) % 256, 128], data.length - 3);
  return await sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

export const imageName = (i: number): string => `frame${String(i).padStart(5, '0')}.png`;

/** Pictures 0 … count − 1 in a folder; returns their paths. */
export async function writeColourImages(folder: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const file = path.join(folder, imageName(i));
    await writeFile(file, await colourImage(i));
    paths.push(file);
  }
  return paths;
}
