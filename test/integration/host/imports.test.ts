import { readFile } from 'node:fs/promises';
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
