import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { codeOf, hostWorld, worldNames, type HostWorld } from '../../helpers/hostWorld.ts';

/** Changes a closed dataset as somebody who sends it to us may have. */
async function tamper(world: HostWorld, sql: string): Promise<void> {
  await world.host.services.datasets.closeDataset(world.id);
  const db = new Database(path.join(world.path, 'dataset.sqlite'));
  db.exec(sql);
  db.close();
}

const original = ({ host, id, ids }: HostWorld): Promise<Response> =>
  host.media(new Request(`http://host/media/${id}/${ids[0]!}/original`));

describe.skipIf(process.platform === 'win32')('a dataset folder from somewhere else', () => {
  test.each(['dataset.lock.json', 'dataset.lock.db', 'dataset.sqlite-wal', 'journal', 'media', 'cache', 'backups'])(
    'in which %s is a link is not opened for writing, and what it leads to stays as it is',
    async (name) => {
      const { client, host, id, path: at, folder } = await hostWorld();
      await host.services.datasets.closeDataset(id);
      const precious = path.join(folder, 'precious');
      const isFolder = !name.includes('.');
      await (isFolder ? mkdir(precious) : writeFile(precious, 'kept'));
      await rm(path.join(at, name), { recursive: true, force: true });
      await symlink(precious, path.join(at, name));
      expect(await codeOf(client.datasets.open({ path: at }))).toBe('refused_path');
      if (!isFolder) expect(await readFile(precious, 'utf8')).toBe('kept');
      expect(host.services.datasets.peek(id)).toBeUndefined();
    },
  );

  test('whose hardcase.json is a pipe or far too large is refused at once', async () => {
    const { client, host, id, path: at } = await hostWorld();
    await host.services.datasets.closeDataset(id);
    const file = path.join(at, 'hardcase.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text + ' '.repeat(70_000));
    expect(await codeOf(client.datasets.open({ path: at }))).toBe('corrupt');
    await rm(file);
    execFileSync('mkfifo', [file]);
    expect(await codeOf(client.datasets.open({ path: at }))).toBe('not_found');
  });

  test('gives out no file but its own images: neither by a format that is a path, nor by a link, nor by a far link root', async () => {
    const world = await hostWorld();
    await writeFile(path.join(world.folder, 'secret.png'), 'secret');
    expect((await original(world)).status).toBe(200);
    await tamper(world, "update media set format = '/../../../../secret.png'");
    const byFormat = await original(world);
    expect([byFormat.ok, (await byFormat.text()).includes('secret')]).toEqual([false, false]);

    await tamper(world, "update media set format = 'png'");
    expect((await original(world)).status).toBe(200);
    const media = path.join(world.path, 'media');
    const inner = path.join(media, (await readdir(media))[0]!);
    await rename(inner, path.join(world.folder, 'moved'));
    await symlink(path.join(world.folder, 'moved'), inner);
    const answers = await Promise.all(
      world.ids.map(async (frame) => (await world.host.media(new Request(`http://host/media/${world.id}/${frame}/original`))).status),
    );
    expect(answers).toContain(422);

    await tamper(
      world,
      `insert into link_root (id, relative, label) values (9, '${path.relative(world.path, '/')}', 'far');
       update media set place = 'link', root = 9, path = '${path.join(world.folder, 'secret.png').slice(1)}', format = 'png'`,
    );
    const byRoot = await original(world);
    expect(byRoot.status).toBe(404);
  });
});

test.each([
  ['a trigger', 'create trigger t after insert on op begin delete from box; end'],
  ['a view', 'create view v as select 1'],
  ['a virtual table', 'create virtual table found using fts5(text)'],
])('a dataset file with %s is not opened, for reading neither', async (_, sql) => {
  const world = await hostWorld();
  await tamper(world, sql);
  expect(await codeOf(world.client.datasets.open({ path: world.path }))).toBe('corrupt');
  expect(await codeOf(world.host.services.datasets.open(world.path, { readOnly: true }))).toBe('corrupt');
});

test.skipIf(process.platform === 'win32')('verify reads no image and no description through a link, and nothing that grew', async () => {
  const world = await hostWorld();
  const { client, id, path: at, folder } = world;
  const { name } = await client.versions.freeze({ dataset: id });
  expect((await client.datasets.verify({ dataset: id })).problems).toEqual([]);
  const [part = ''] = await readdir(path.join(at, 'media'));
  const [image = ''] = await readdir(path.join(at, 'media', part));
  const file = path.join(at, 'media', part, image);
  // The same bytes, but elsewhere.
  await rename(file, path.join(folder, image));
  await symlink(path.join(folder, image), file);
  const description = path.join(at, 'versions', name, 'version.json');
  await writeFile(description, (await readFile(description, 'utf8')) + ' '.repeat(5 * 1_048_576));
  const { problems } = await client.datasets.verify({ dataset: id });
  expect(problems.map(({ code, item }) => [code, item])).toEqual([
    ['damaged_media', `media/${part}/${image}`],
    ['damaged_version', expect.stringContaining(`versions/${name}`)],
  ]);
});

test('verify names linked images that are gone or changed, and a folder of them that is gone once', async () => {
  const { client, id, images } = await hostWorld('link');
  const found = async () => (await client.datasets.verify({ dataset: id })).problems.map(({ code, item }) => [code, item]);
  expect(await found()).toEqual([]);
  const [first, second, third] = worldNames.map((name) => path.join(images, name)) as [string, string, string];
  await rename(first, `${first}.away`);
  const bytes = await readFile(second);
  // As long as before.
  await writeFile(second, Buffer.concat([bytes.subarray(0, -1), Buffer.of(1 + (bytes.at(-1) ?? 0))]));
  await writeFile(third, (await readFile(third)).subarray(0, 40));
  expect((await found()).sort()).toEqual([
    ['damaged_media', worldNames[1]],
    ['damaged_media', worldNames[2]],
    ['missing_media', worldNames[0]],
  ]);
  await rename(images, `${images} away`);
  expect(await found()).toEqual([['missing_media', expect.stringMatching(/^images \(/)]]);
});

test('what could be neither logged nor frozen is refused at the door', async () => {
  const { client, id, ids } = await hostWorld();
  const lone = 'a\ud800';
  const add = (attributes: Record<string, string>) =>
    codeOf(
      client.annotations.apply({
        dataset: id,
        changes: [{ op: 'add', frame: ids[0]!, category: 0 as never, bbox: [1, 1, 5, 5], attributes }],
      }),
    );
  for (const attributes of [
    { '': 'x' },
    { constructor: 'x' },
    JSON.parse('{"__proto__":"x"}') as Record<string, string>,
    { [lone]: 'x' },
    { a: lone },
  ])
    expect(await add(attributes), JSON.stringify(attributes)).toBe('invalid_request');
  expect(await add({ 'any key, 키': 'x' })).toBe('no error');
  const text = (words: string) =>
    codeOf(client.annotations.apply({ dataset: id, changes: [{ op: 'comment', frame: ids[0]!, text: words }] }));
  expect([await text(lone), await text('a 🚲')]).toEqual(['invalid_request', 'no error']);
  const one = Float64Array.of(ids[0]!);
  expect(await codeOf(client.frames.setSplit({ dataset: id, ids: one, split: '' }))).toBe('invalid_request');
  expect(await codeOf(client.frames.setSplit({ dataset: id, ids: one, split: lone }))).toBe('invalid_request');
  expect(await codeOf(client.frames.setTag({ dataset: id, ids: one, tag: lone, on: true }))).toBe('invalid_request');
  expect(await codeOf(client.categories.add({ dataset: id, name: lone }))).toBe('invalid_request');
  expect(await codeOf(client.versions.freeze({ dataset: id, note: lone }))).toBe('invalid_request');
  expect((await client.versions.freeze({ dataset: id })).frames).toBe(ids.length);
});
