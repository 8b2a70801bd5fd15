import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startHost } from '../../helpers/prelabelFixture.ts';
import { tempFolder, writeFiles } from '../../helpers/tempFolder.ts';
import { codeOf, worldNames, writeWorld } from '../../helpers/hostWorld.ts';

interface Labels {
  readonly images: readonly { readonly id: number }[];
  readonly annotations: readonly { readonly image_id: number }[];
}

test('two imports of the same images at once bring each box once; who stops waiting for the first gets nothing', async () => {
  const folder = await tempFolder();
  const { labels, images } = await writeWorld(folder);
  // The same labels but one image less: another import, of which every box is in the first.
  const all = JSON.parse(await readFile(labels, 'utf8')) as Labels;
  const few = {
    ...all,
    images: all.images.filter(({ id }) => id !== 1),
    annotations: all.annotations.filter(({ image_id }) => image_id !== 1),
  };
  await writeFiles(folder, { 'few.json': JSON.stringify(few) });
  const { client, close } = await startHost(path.join(folder, 'user'));
  try {
    const { id } = await client.datasets.create({ path: path.join(folder, 'set') });
    const bring = (from: string, signal?: AbortSignal) =>
      client.imports.run({ dataset: id, format: 'coco', from, images, media: 'copy' }, signal === undefined ? {} : { signal });
    const stop = new AbortController();
    const both = [bring(labels), bring(path.join(folder, 'few.json'))];
    const given = codeOf(bring(labels, stop.signal));
    stop.abort();
    expect(await given).toBe('cancelled');
    const [first, second] = await Promise.all(both);
    expect(first!.frames.added).toBe(worldNames.length);
    expect(second!.annotations.added).toBe(0);
    const { ids } = await client.frames.query({ dataset: id, selection: {} });
    expect(ids.length).toBe(worldNames.length);
    expect((await client.datasets.summary({ dataset: id })).annotations).toBe(all.annotations.length);
  } finally {
    await close();
  }
});

test('an import into a new dataset is checked before there is one, and brings what the check said', async () => {
  const folder = await tempFolder();
  const { labels, images } = await writeWorld(folder);
  const { client, close } = await startHost(path.join(folder, 'user'));
  try {
    const at = path.join(folder, 'set');
    const request = { format: 'auto', from: labels, images, media: 'link' } as const;
    const before = (await readdir(folder)).sort();
    const check = await client.imports.preview({ ...request, dataset: null, at });
    expect(check.frames).toEqual({ added: worldNames.length, unchanged: 0, failed: 0 });
    expect((await readdir(folder)).sort()).toEqual(before);
    expect(await client.datasets.list({})).toEqual([]);
    const { id } = await client.datasets.create({ path: at });
    const { ms: _, ...told } = check;
    expect(await client.imports.run({ ...request, dataset: id })).toMatchObject(told);
    // What making it would refuse is said by the check already.
    expect(await codeOf(client.imports.preview({ ...request, dataset: null, at }))).toBe('already_exists');
    expect(await codeOf(client.imports.preview({ ...request, dataset: null, at: path.join(labels, 'set') }))).toBe('refused_path');
    const detections = { format: 'coco', from: path.join(folder, 'detections.json'), groundTruth: labels } as const;
    expect(await codeOf(client.imports.preview({ ...detections, dataset: null }))).toBe('invalid_request');
  } finally {
    await close();
  }
});
