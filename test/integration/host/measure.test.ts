import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, hostWorld, type HostWorld, worldNames } from '../../helpers/hostWorld.ts';
import { jpegBytes } from '../../helpers/imageBytes.ts';
import { startHost } from '../../helpers/prelabelFixture.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';

/** Luma of the one colour of each image of the world: red 20 i, green 80, blue 255 − 20 i. */
const luma = (i: number): number => 0.299 * 20 * i + 0.587 * 80 + 0.114 * (255 - 20 * i);
const limit = (luma(4) + luma(5)) / 2;
const where = `frame.brightness < ${limit}`;
const dark = worldNames.slice(0, 5);

async function found({ client, id }: Pick<HostWorld, 'client' | 'id'>, expression = where): Promise<readonly string[]> {
  const { ids } = await client.frames.query({ dataset: id, selection: { where: expression } });
  return (await client.frames.rows({ dataset: id, ids: Float64Array.from(ids) })).map(({ name }) => name);
}

test('a question about images says what is not measured, asks for it, and is right when it is', async () => {
  const world = await hostWorld('link');
  const { client, id, userData, path: dataset } = world;
  const wanted: number[] = [];
  let told = 0;
  client.frames.measureWanted(({ images }) => wanted.push(images));
  client.frames.measured(() => (told += 1));
  const edited = await client.frames.query({ dataset: id, selection: {}, order: 'edited' });

  expect(await client.frames.query({ dataset: id, selection: { where } })).toMatchObject({
    total: 0,
    unknownFrames: 12,
    unmeasuredFrames: 12,
  });
  const blind = async () => (await client.triggers.run({ dataset: id, text: 'frame.luma_p95 < 40 or frame.contrast < 8' })).triggers[0]!;
  expect((await blind()).unknown).toEqual({ frames: 12, causes: { unmeasured: 12 } });
  await expect.poll(() => wanted).toEqual([12, 12]);
  // What reads no image asks for none.
  await client.frames.query({ dataset: id, selection: { where: 'frame.width < 1000px' } });
  expect(await client.frames.measure({ dataset: id, texts: ['frame.width < 9px', 'no such text'] })).toEqual({
    measured: 0,
    failed: 0,
    left: 12,
  });

  const steps: number[] = [];
  const measured = await client.frames.measure({ dataset: id, texts: [where] }, { onProgress: ({ done }) => steps.push(done) });
  expect(measured).toEqual({ measured: 12, failed: 0, left: 0 });
  expect(steps.at(0)).toBe(0);
  expect(steps.at(-1)).toBe(12);
  expect(await found(world)).toEqual(dark);
  expect(await found(world, `frame.brightness >= ${limit}`)).toEqual(worldNames.slice(5));
  // One colour has no contrast.
  expect(await blind()).toMatchObject({ frames: 12, unknown: { frames: 0, causes: {} } });
  await expect.poll(() => told).toBeGreaterThan(0);
  expect(wanted).toHaveLength(2);
  // Measuring is no edit.
  expect((await client.frames.query({ dataset: id, selection: {}, order: 'edited' })).ids).toEqual(edited.ids);
  expect(await client.frames.measure({ dataset: id })).toEqual({ measured: 0, failed: 0, left: 0 });

  await world.close();
  const again = await startHost(userData);
  onTestFinished(() => again.close());
  await again.client.datasets.open({ path: dataset });
  expect(await found({ client: again.client, id })).toEqual(dark);
});

test('what is frozen by a question about images waits for them, and armed triggers hear of them', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  await client.triggers.arm({ dataset: id, name: 'camera_blinded', armed: true });
  const frozen = await client.versions.freeze({ dataset: id, where });
  expect(frozen.frames).toBe(dark.length);
  await expect.poll(async () => (await client.datasets.list({}))[0]?.openHits, { timeout: 15_000 }).toBe(12);
});

test('broken off, what was measured stays, and the next pass does the rest', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  const stop = new AbortController();
  // Somebody else waits for the same pass: it goes on for them.
  const broken = client.frames.measure({ dataset: id }, { signal: stop.signal, onProgress: () => stop.abort() });
  expect(await codeOf(broken)).toBe('cancelled');
  const [one, other] = await Promise.all([client.frames.measure({ dataset: id }), client.frames.measure({ dataset: id })]);
  expect(one).toEqual(other);
  expect(one).toMatchObject({ failed: 0, left: 0 });
  expect(await found(world)).toEqual(dark);
});

test('an image that is broken is noted for good, one that is missing only until the dataset is opened again', async () => {
  const folder = await tempFolder();
  const images = path.join(folder, 'images');
  await mkdir(images);
  const grey = (value: number) =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: { r: value, g: value, b: value } } }).png();
  await grey(30).toFile(path.join(images, 'a.png'));
  await writeFile(path.join(images, 'b.jpg'), jpegBytes(40, 30));
  await grey(200).toFile(path.join(images, 'c.png'));
  const userData = path.join(folder, 'user');
  let host = await startHost(userData);
  onTestFinished(() => host.close());
  const { id, path: dataset } = await host.client.datasets.create({ path: path.join(folder, 'set') });
  await host.client.imports.run({ dataset: id, format: 'images', from: images, media: 'link' });
  const ask = () => host.client.frames.query({ dataset: id, selection: { where: 'frame.brightness < 60' } });
  expect((await ask()).unmeasuredFrames).toBe(3);

  await rm(path.join(images, 'c.png'));
  expect(await host.client.frames.measure({ dataset: id })).toEqual({ measured: 1, failed: 2, left: 0 });
  expect(await ask()).toMatchObject({ total: 1, unknownFrames: 2, unmeasuredFrames: 0 });
  expect((await host.client.triggers.run({ dataset: id, text: 'frame.sharpness < 9' })).triggers[0]!.unknown.causes).toEqual({
    statistic: 2,
  });
  expect(await host.client.frames.measure({ dataset: id })).toEqual({ measured: 0, failed: 0, left: 0 });
  expect((await host.client.frames.byName({ dataset: id, name: 'b.jpg' })).problem).toBe('The image is damaged and cannot be decoded.');

  await grey(200).toFile(path.join(images, 'c.png'));
  await host.close();
  host = await startHost(userData);
  await host.client.datasets.open({ path: dataset });
  expect(await host.client.frames.measure({ dataset: id })).toEqual({ measured: 1, failed: 0, left: 0 });
  expect(await ask()).toMatchObject({ total: 1, unknownFrames: 1, unmeasuredFrames: 0 });
});
