import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { cliJson, type CliOptions } from './runCli.ts';

export const sampleCategories = ['bicycle', 'car', 'person'] as const;
export const sampleFrames = 12;

/** Per frame a car, a bicycle that lies in it on every third frame, and a person: upright pixels of a 640 × 480 image. */
export function sampleBoxes(
  frame: number,
): readonly { readonly category: number; readonly bbox: readonly [number, number, number, number] }[] {
  const x = 40 + frame * 20;
  const onRack = frame % 3 === 0;
  return [
    { category: 2, bbox: [x, 200, 240, 120] },
    { category: 1, bbox: onRack ? [x + 150, 215, 80, 90] : [x + 260, 240, 80, 90] },
    { category: 3, bbox: [560, 180 + frame, 40, 110] },
  ];
}

const fills = ['', '#c46a1f', '#3b6ea5', '#7a4f9a'];

/** Drawn photographs and a COCO file below `folder`. */
export async function writeSampleCoco(folder: string): Promise<{ readonly images: string; readonly labels: string }> {
  const images = join(folder, 'images');
  mkdirSync(images, { recursive: true });
  const coco = {
    images: [] as unknown[],
    annotations: [] as unknown[],
    categories: sampleCategories.map((name, i) => ({ id: i + 1, name })),
  };
  for (let frame = 0; frame < sampleFrames; frame++) {
    const name = `${String(frame).padStart(6, '0')}.jpg`;
    const shapes = sampleBoxes(frame).map(
      ({ category, bbox: [x, y, w, h] }) => `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="8" fill="${fills[category]}"/>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="260" fill="#9fb8cc"/><rect y="260" width="640" height="220" fill="#5b5f66"/>${shapes.join('')}</svg>`;
    await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toFile(join(images, name));
    coco.images.push({ id: frame + 1, file_name: name, width: 640, height: 480 });
    for (const { category, bbox } of sampleBoxes(frame)) {
      coco.annotations.push({
        id: coco.annotations.length + 1,
        image_id: frame + 1,
        category_id: category,
        bbox,
        area: bbox[2] * bbox[3],
        iscrowd: 0,
      });
    }
  }
  const labels = join(folder, 'instances.json');
  writeFileSync(labels, JSON.stringify(coco));
  return { images, labels };
}

/** A dataset of `sampleFrames` frames with three boxes each, made by the command line. */
export async function makeSampleDataset(folder: string, options: CliOptions = {}): Promise<{ readonly id: string; readonly path: string }> {
  const { images, labels } = await writeSampleCoco(join(folder, 'source'));
  const dataset = join(folder, 'sample');
  const created = await cliJson<{ readonly id: string; readonly path: string }>(['create', dataset, '--name', 'Sample'], options);
  await cliJson(['import', dataset, '--format', 'coco', '--from', labels, '--images', images, '--media', 'copy'], options);
  return created;
}
