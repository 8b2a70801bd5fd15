import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cliJson } from '../../helpers/runCli.ts';
import { type App, startApp } from '../harness.ts';

const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const width = 96;
const height = 64;
const nameOf = (orientation: number): string => `orientation${orientation}.jpg`;

/** Four quarters of different colours, stored as they are, with a tag that says how to turn them. */
async function taggedJpeg(orientation: number): Promise<Buffer> {
  const quarters = ['#d03020', '#20a040', '#2040c0', '#e0d030'].map(
    (fill, i) =>
      `<rect x="${(i % 2) * (width / 2)}" y="${Math.floor(i / 2) * (height / 2)}" width="${width / 2}" height="${height / 2}" fill="${fill}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${quarters.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toBuffer();
}

/** Size of the upright image and the colours of the middles of its quarters, by the host's decoder. */
async function byHost(bytes: Buffer): Promise<{ readonly size: readonly number[]; readonly colors: readonly number[] }> {
  const { data, info } = await sharp(bytes).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colors = quarterMiddles(info.width, info.height).flatMap(([x, y]) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ]);
  return { size: [info.width, info.height], colors };
}

function quarterMiddles(w: number, h: number): readonly (readonly [number, number])[] {
  return [
    [w / 4, h / 4],
    [(3 * w) / 4, h / 4],
    [w / 4, (3 * h) / 4],
    [(3 * w) / 4, (3 * h) / 4],
  ];
}

let app: App;
beforeAll(async () => {
  app = await startApp({
    prepare: async (folder, options) => {
      const images = join(folder, 'turned');
      mkdirSync(images);
      for (const orientation of orientations) writeFileSync(join(images, nameOf(orientation)), await taggedJpeg(orientation));
      const dataset = join(folder, 'dataset');
      const created = await cliJson<{ readonly id: string; readonly path: string }>(['create', dataset], options);
      await cliJson(['import', dataset, '--format', 'images', '--from', images], options);
      return created;
    },
  });
});
afterAll(() => app.close());

test('the browser shows all eight EXIF orientations as the host reads them', async () => {
  const { page, errors, close } = await app.open(`/d/${app.dataset.id}/frames`);
  for (const orientation of orientations) {
    const tile = page.getByRole('option', { name: nameOf(orientation) });
    await tile.waitFor();
    const frame = Number((await tile.getAttribute('id'))?.replace('frame-', ''));
    const shown = await page.evaluate(
      async ([dataset, id]) => {
        const bitmap = await createImageBitmap(await (await fetch(`/media/${dataset}/${id}/original`)).blob());
        const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
        if (context === null) throw new Error('no canvas');
        context.drawImage(bitmap, 0, 0);
        const { width: w, height: h } = bitmap;
        const middles = [
          [w / 4, h / 4],
          [(3 * w) / 4, h / 4],
          [w / 4, (3 * h) / 4],
          [(3 * w) / 4, (3 * h) / 4],
        ] as const;
        return { size: [w, h], colors: middles.flatMap(([x, y]) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]) };
      },
      [app.dataset.id, frame] as const,
    );
    const expected = await byHost(await taggedJpeg(orientation));
    expect(shown.size).toEqual(expected.size);
    // Two JPEG decoders may differ by a few levels; a wrong turn differs by a hundred.
    shown.colors.forEach((level, i) => expect(Math.abs(level - (expected.colors[i] ?? -1))).toBeLessThan(12));
  }
  expect(errors).toEqual([]);
  await close();
});
