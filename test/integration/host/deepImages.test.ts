import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { startHost } from '../../helpers/prelabelFixture.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

const width = 64;
const height = 40;

/** A ramp over 12 of the 16 bits, dark on the left: the upper eight bits alone would be nearly black. */
const ramp = (): Uint16Array =>
  Uint16Array.from({ length: width * height }, (_, i) => 100 + Math.round(((i % width) / (width - 1)) * 3_900));

test('16 bit images are imported, shown by their own window, and give their samples', async () => {
  const folder = await tempFolder();
  const images = path.join(folder, 'images');
  await mkdir(images);
  const raw = { raw: { width, height, channels: 1 as const } };
  await sharp(ramp(), raw).toColourspace('grey16').png().toFile(path.join(images, 'grey.png'));
  await sharp(ramp(), raw).toColourspace('grey16').tiff({ compression: 'lzw' }).toFile(path.join(images, 'grey.tif'));
  await sharp({ create: { width, height, channels: 3, background: '#345' } })
    .png()
    .toFile(path.join(images, 'plain.png'));
  const { host, client } = await startHost(path.join(folder, 'user'));
  onTestFinished(() => host.close());
  const { id } = await client.datasets.create({ path: path.join(folder, 'set') });
  await client.imports.run({ dataset: id, format: 'images', from: images, media: 'copy' });
  const get = (frame: number, variant: string): Promise<Response> => host.media(new Request(`http://host/media/${id}/${frame}/${variant}`));

  for (const name of ['grey.png', 'grey.tif']) {
    const { id: frame } = await client.frames.byName({ dataset: id, name });
    const shown = await get(frame, 'original');
    expect([name, shown.status, shown.headers.get('x-image-depth')]).toEqual([name, 200, '16']);
    const { data, info } = await sharp(Buffer.from(await shown.arrayBuffer()))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([width, height]);
    expect(data[20 * width + 1]).toBeLessThan(20);
    expect(data[20 * width + width - 2]).toBeGreaterThan(235);

    const deep = await get(frame, 'deep');
    expect(deep.headers.get('x-image-size')).toBe(`${width} ${height} 1`);
    expect(new Uint16Array(await deep.arrayBuffer())).toEqual(ramp());
  }
  const { id: plain } = await client.frames.byName({ dataset: id, name: 'plain.png' });
  expect((await get(plain, 'original')).headers.get('x-image-depth')).toBeNull();
  expect((await get(plain, 'deep')).status).toBe(404);
});
