import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Box, Size } from '../../../shared/geometry/box.ts';
import { cliJson, type CliOptions } from '../../helpers/runCli.ts';

export const frameSize: Size = { width: 3_840, height: 2_160 };
const categories = ['car', 'bicycle', 'person', 'truck', 'bus', 'traffic light', 'sign', 'dog'];

/** Always the same numbers for the same seed (a linear congruential generator; Numerical Recipes). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

/** Four of five boxes lie each in a cell of a grid over the frame, the fifth anywhere and larger, over others. */
export function crowd(count: number): readonly { readonly category: number; readonly bbox: Box }[] {
  const random = randomOf(count);
  const inCells = Math.floor(count * 0.8);
  const columns = Math.ceil(Math.sqrt((inCells * frameSize.width) / frameSize.height));
  const cell = { width: frameSize.width / columns, height: frameSize.height / Math.ceil(inCells / columns) };
  return Array.from({ length: count }, (_, index) => {
    const category = Math.floor(random() * categories.length) + 1;
    if (index >= inCells) {
      const [w, h] = [40 + random() * 220, 40 + random() * 160];
      return { category, bbox: [random() * (frameSize.width - w), random() * (frameSize.height - h), w, h] };
    }
    const [w, h] = [cell.width * (0.5 + random() * 0.4), cell.height * (0.5 + random() * 0.4)];
    const x = (index % columns) * cell.width + random() * (cell.width - w);
    const y = Math.floor(index / columns) * cell.height + random() * (cell.height - h);
    return { category, bbox: [x, y, w, h] };
  });
}

/** A photograph's worth of detail: noise at three scales over a sky and a road. */
export async function photograph(): Promise<Buffer> {
  const { width, height } = frameSize;
  const random = randomOf(7);
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    const base = y < height / 2 ? [120, 150, 180] : [80, 82, 88];
    for (let x = 0; x < width; x++) {
      const grain = (random() - 0.5) * 30 + 25 * Math.sin(x / 37 + y / 91) + 20 * Math.sin(x / 211 - y / 53);
      for (let c = 0; c < 3; c++) pixels[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, (base[c] ?? 0) + grain));
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A dataset with one 4K frame a crowd, `boxes-<count>.jpg`, made by the command line. */
export async function makeCrowdedDataset(
  folder: string,
  counts: readonly number[],
  options: CliOptions,
): Promise<{ readonly id: string; readonly path: string }> {
  const images = join(folder, 'images');
  mkdirSync(images, { recursive: true });
  const image = await photograph();
  const coco = {
    images: counts.map((count, index) => ({ id: index + 1, file_name: frameName(count), ...frameSize })),
    categories: categories.map((name, index) => ({ id: index + 1, name })),
    annotations: counts
      .flatMap((count, index) =>
        crowd(count).map(({ category, bbox }) => ({ image_id: index + 1, category_id: category, bbox, iscrowd: 0 })),
      )
      .map((annotation, index) => ({ id: index + 1, area: annotation.bbox[2] * annotation.bbox[3], ...annotation })),
  };
  // The same picture with a byte more, so that each frame is an image of its own.
  counts.forEach((count, index) => writeFileSync(join(images, frameName(count)), Buffer.concat([image, Buffer.alloc(index + 1)])));
  const labels = join(folder, 'instances.json');
  writeFileSync(labels, JSON.stringify(coco));
  const dataset = join(folder, 'crowd');
  const created = await cliJson<{ readonly id: string; readonly path: string }>(['create', dataset, '--name', 'Crowd'], options);
  await cliJson(['import', dataset, '--format', 'coco', '--from', labels, '--images', images, '--media', 'copy'], options);
  return created;
}

export const frameName = (count: number): string => `boxes-${count}.jpg`;
