import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { DatasetId, FrameId } from '../../shared/domain/ids.ts';
import { startHost, type TestHost } from './prelabelFixture.ts';
import { tempFolder } from './tempFolder.ts';

/** Frame names of the world, in their order: Korean, with the wildcards of SQL, in two sequences. */
export const worldNames: readonly string[] = Array.from({ length: 12 }, (_, i) =>
  i < 6 ? `night/거리_${String(i).padStart(2, '0')}.png` : `noon/100%${String(i).padStart(2, '0')}.png`,
);

type Drawn = { readonly category: 'car' | 'bicycle'; readonly bbox: readonly [number, number, number, number]; readonly score?: number };

/** A car on every frame but the last; a bicycle in its box on every third, beside it on the others. */
export function worldBoxes(i: number): readonly Drawn[] {
  if (i === 11) return [];
  return [
    { category: 'car', bbox: [20, 20, 100, 60] },
    { category: 'bicycle', bbox: i % 3 === 0 ? [40 + i, 30, 30, 20] : [150, 30, 30, 20] },
  ];
}

/** What the run saw: the bicycle in the car's box on every second frame, with a score of its own on each. */
export function worldPredictions(i: number): readonly Drawn[] {
  if (i >= 10) return [];
  return [
    { category: 'car', bbox: [20, 20, 100, 60], score: 0.9 },
    { category: 'bicycle', bbox: i % 2 === 0 ? [40, 30, 30, 20] : [150, 30, 30, 20], score: 0.5 + i / 100 },
  ];
}

const categories = [
  { id: 7, name: 'car' },
  { id: 3, name: 'bicycle' },
];

/** Images, `labels.json` (COCO) and `detections.json` (COCO results) below a folder. */
export async function writeWorld(
  folder: string,
): Promise<{ readonly images: string; readonly labels: string; readonly detections: string }> {
  const images = path.join(folder, 'images');
  for (const [i, name] of worldNames.entries()) {
    const file = path.join(images, name);
    await mkdir(path.dirname(file), { recursive: true });
    await sharp({ create: { width: 200, height: 100, channels: 3, background: { r: 20 * i, g: 80, b: 255 - 20 * i } } })
      .png()
      .toFile(file);
  }
  const idOf = (category: string): number => categories.find(({ name }) => name === category)?.id ?? 0;
  const annotations = worldNames.flatMap((_, i) =>
    worldBoxes(i).map(({ category, bbox }) => ({
      image_id: i + 1,
      category_id: idOf(category),
      bbox,
      area: bbox[2] * bbox[3],
      iscrowd: 0,
    })),
  );
  const labels = path.join(folder, 'labels.json');
  await writeFile(
    labels,
    JSON.stringify({
      images: worldNames.map((file_name, i) => ({ id: i + 1, file_name, width: 200, height: 100 })),
      annotations: annotations.map((annotation, i) => ({ id: i + 1, ...annotation })),
      categories,
    }),
  );
  const detections = path.join(folder, 'detections.json');
  await writeFile(
    detections,
    JSON.stringify(
      worldNames.flatMap((_, i) =>
        worldPredictions(i).map(({ category, bbox, score }) => ({ image_id: i + 1, category_id: idOf(category), bbox, score })),
      ),
    ),
  );
  return { images, labels, detections };
}

export interface HostWorld extends TestHost {
  readonly folder: string;
  readonly userData: string;
  readonly id: DatasetId;
  readonly path: string;
  readonly images: string;
  readonly labels: string;
  readonly detections: string;
  /** Keys by place in `worldNames`. */
  readonly ids: readonly FrameId[];
}

/** A whole host with the world in a dataset; closed when the test is over. */
export async function hostWorld(media: 'copy' | 'link' = 'copy'): Promise<HostWorld> {
  const folder = await tempFolder();
  const userData = path.join(folder, 'user');
  const files = await writeWorld(folder);
  const host = await startHost(userData);
  onTestFinished(() => host.close());
  const { id, path: at } = await host.client.datasets.create({ path: path.join(folder, 'set') });
  await host.client.imports.run({ dataset: id, format: 'coco', from: files.labels, images: files.images, media });
  const { ids } = await host.client.frames.query({ dataset: id, selection: {} });
  return { ...host, ...files, folder, userData, id, path: at, ids: [...ids] as FrameId[] };
}

/** Brings the detections in as the run `det`. */
export async function importWorldRun({ client, id, detections, labels }: HostWorld): Promise<void> {
  await client.imports.run({ dataset: id, format: 'coco', from: detections, source: 'det', groundTruth: labels });
}

export function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error as { readonly code?: string }).code ?? String(error),
  );
}
