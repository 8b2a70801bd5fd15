import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hostWorld } from '../../helpers/hostWorld.ts';

test('versions frozen at once do not disturb each other', async () => {
  const { client, id } = await hostWorld();
  const frozen = await Promise.all(['a', 'b', 'c'].map((name) => client.versions.freeze({ dataset: id, name })));
  expect(frozen.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect((await client.versions.list({ dataset: id })).map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
  const { problems } = await client.datasets.verify({ dataset: id });
  expect(problems).toEqual([]);
});

test('an error of the disk that nobody foresaw arrives with a code and words', async () => {
  const { client, id, host } = await hostWorld();
  host.services.triggers.frameFilter = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write' }));
  await expect(client.versions.freeze({ dataset: id, where: 'exists b: car' })).rejects.toMatchObject({ code: 'disk_full' });
});

test('the folder that is offered for an export is one that an export can be written to, also the second time', async () => {
  const { client, id, path: at, folder } = await hostWorld();
  const { name } = await client.versions.freeze({ dataset: id, name: 'v' });
  const offer = { dataset: id, version: name, format: 'yolo' } as const;
  for (const expected of ['v-yolo', 'v-yolo-2', 'v-yolo-3']) {
    const { out } = await client.versions.exportFolder(offer);
    expect(out).toBe(path.join(at, 'exports', expected));
    await client.versions.export({ ...offer, out, media: 'none' });
  }
  const parent = path.join(folder, 'else');
  await mkdir(path.join(parent, 'v-yolo-2'), { recursive: true });
  await writeFile(path.join(parent, 'v-yolo'), '');
  expect(await client.versions.exportFolder({ ...offer, parent })).toEqual({ out: path.join(parent, 'v-yolo-2') });
});
