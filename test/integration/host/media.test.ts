import { mkdir, readdir, rename, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { hostWorld, type HostWorld, worldNames } from '../../helpers/hostWorld.ts';
import { startHost } from '../../helpers/prelabelFixture.ts';

function get({ host, id }: Pick<HostWorld, 'host' | 'id'>, rest: string, init?: RequestInit): Promise<Response> {
  return host.media(new Request(`http://host/media/${id}/${rest}`, init));
}

test('a thumbnail is made once, however many ask, and a browser that has it is not sent it again', async () => {
  const world = await hostWorld();
  const frame = world.ids[0]!;
  const answers = await Promise.all(Array.from({ length: 8 }, () => get(world, `${frame}/thumb-128`)));
  const bytes = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  expect(new Set(bytes.map((b) => b.toString('hex'))).size).toBe(1);
  expect(await sharp(bytes[0]).metadata()).toMatchObject({ format: 'jpeg', width: 128, height: 64 });
  const thumbs = path.join(world.path, 'cache', 'thumbs');
  const made = (await readdir(thumbs, { recursive: true })).filter((name) => name.endsWith('.jpg'));
  expect(made).toHaveLength(1);
  const { mtimeMs } = await stat(path.join(thumbs, made[0]!));
  const etag = answers[0]!.headers.get('etag')!;
  const again = await get(world, `${frame}/thumb-128`, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
  expect((await stat(path.join(thumbs, made[0]!))).mtimeMs).toBe(mtimeMs);
  // Another size is another picture; the original is the file itself.
  expect((await get(world, `${frame}/thumb-256`)).headers.get('etag')).not.toBe(etag);
  const original = await get(world, `${frame}/original`);
  expect(original.headers.get('content-type')).toBe('image/png');
  expect(original.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await original.arrayBuffer()).byteLength).toBe((await stat(path.join(world.images, worldNames[0]!))).size);
});

test('nothing but images of frames is served', async () => {
  const world = await hostWorld('link');
  const frame = world.ids[0]!;
  for (const rest of [
    `${frame}/thumb-99999`,
    `${frame}/thumb-129`,
    `${frame}/../../../etc/passwd`,
    `${frame}/original/..%2f..%2fdataset.sqlite`,
    `%2e%2e/dataset.sqlite`,
    `-1/original`,
    `1e3/original`,
    `${'9'.repeat(16)}/original`,
    `__proto__/original`,
    '',
  ]) {
    const answer = await get(world, rest);
    expect([rest, answer.status]).toEqual([rest, 404]);
    expect(answer.headers.get('content-type')).toContain('text/plain');
  }
  expect((await world.host.media(new Request('http://host/media/no-such-dataset/1/original'))).status).toBe(404);
  expect((await get(world, `${frame}/original`, { method: 'POST' })).status).toBe(405);

  // A linked image that became a link to something outside its folder is refused, not followed.
  const image = path.join(world.images, worldNames[0]!);
  const secret = path.join(world.folder, 'secret.png');
  await writeFile(secret, 'secret');
  await unlink(image);
  await symlink(secret, image);
  const answer = await get(world, `${frame}/original`);
  expect(answer.status).toBe(422);
  expect(await answer.text()).not.toContain('secret');
  // One that is gone is missing, and the others go on.
  await unlink(path.join(world.images, worldNames[1]!));
  expect((await get(world, `${world.ids[1]!}/thumb-128`)).status).toBe(404);
  expect((await get(world, `${world.ids[2]!}/thumb-128`)).status).toBe(200);
});

test('a dataset and its linked images move together, and without its images it keeps every label', async () => {
  const world = await hostWorld('link');
  const { client, id, ids, folder } = world;
  const boxes = await client.annotations.list({ dataset: id, source: 'gt' });
  await world.close();

  // Images near the dataset are known from the dataset folder, also by another computer.
  const moved = path.join(folder, '이사 간 곳');
  await mkdir(moved);
  await rename(world.path, path.join(moved, 'set'));
  await rename(world.images, path.join(moved, 'images'));
  const next = await startHost(path.join(folder, 'another user'));
  try {
    const summary = await next.client.datasets.open({ path: path.join(moved, 'set') });
    expect(summary).toMatchObject({ id, frames: 12, annotations: 22 });
    expect(await next.client.annotations.list({ dataset: id, source: 'gt' })).toEqual(boxes);
    expect((await get({ host: next.host, id }, `${ids[0]!}/original`)).status).toBe(200);

    await rename(path.join(moved, 'images'), path.join(folder, 'elsewhere'));
    expect((await get({ host: next.host, id }, `${ids[0]!}/original`)).status).toBe(404);
    expect((await next.client.annotations.load({ dataset: id, frame: ids[0]! })).annotations).toHaveLength(2);
    expect(await next.client.frames.query({ dataset: id, selection: { where: 'bicycle & car where ioa > 0.6' } })).toMatchObject({
      hits: 4,
    });
  } finally {
    await next.close();
  }
});

test('a cover is shown without opening the dataset it belongs to', async () => {
  const world = await hostWorld();
  const { datasets } = world.host.services;
  const [shown, never] = [world.ids[0]!, world.ids[1]!];
  const open = await get(world, `${shown}/cover`);
  expect([open.status, open.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  await datasets.closeDataset(world.id);
  const closed = await get(world, `${shown}/cover`);
  expect(closed.status).toBe(200);
  expect(Buffer.from(await closed.arrayBuffer()).equals(Buffer.from(await open.arrayBuffer()))).toBe(true);
  expect((await get(world, `${never}/cover`)).status).toBe(204);
  expect(datasets.peek(world.id)).toBeUndefined();
});
