import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { once } from 'node:events';
import { expect, test, vi } from 'vitest';
import { createHost } from '../../../electron/host/createHost.ts';
import { memoryClient, serveContract } from '../../../electron/node/hostServer.ts';
import type { FrameId } from '../../../shared/domain/ids.ts';
import { codeOf, hostWorld } from '../../helpers/hostWorld.ts';
import { tempFolder, writeFiles } from '../../helpers/tempFolder.ts';
import { testPorts } from '../../helpers/testPorts.ts';

const carried = 'bicycle & car where ioa > 0.6';

test('two datasets open at once keep their boxes, triggers and edits apart', async () => {
  const { client, id, ids, folder, labels, images } = await hostWorld();
  const other = await client.datasets.create({ path: path.join(folder, 'other') });
  await client.imports.run({ dataset: other.id, format: 'coco', from: labels, images, media: 'copy' });
  const { annotations } = await client.annotations.load({ dataset: id, frame: ids[0]! });
  await client.annotations.apply({ dataset: id, changes: annotations.map(({ id: box }) => ({ op: 'delete', box }) as const) });
  await client.triggers.save({ dataset: id, name: 'own', text: 'trigger own { when exists b: bicycle }' });
  const hits = await Promise.all(
    [id, other.id, id, other.id].map(async (dataset) => (await client.frames.query({ dataset, selection: { where: carried } })).hits),
  );
  expect(hits).toEqual([3, 4, 3, 4]);
  expect(await client.triggers.list({ dataset: other.id, name: 'own' })).toEqual([]);
  expect((await client.datasets.list({})).map(({ open }) => open)).toEqual([true, true]);
  await client.datasets.close({ dataset: id });
  expect((await client.frames.query({ dataset: other.id, selection: { where: carried } })).hits).toBe(4);
});

test('a dataset for a newer writer is open for reading: questions are answered, changes are not', async () => {
  const { client, id, ids, path: at, labels, images } = await hostWorld();
  await client.datasets.close({ dataset: id });
  const file = path.join(at, 'hardcase.json');
  await writeFile(file, JSON.stringify({ ...(JSON.parse(await readFile(file, 'utf8')) as object), min_writer: 99 }));
  expect(await client.datasets.open({ path: at })).toMatchObject({ readOnly: true, annotations: 22 });
  expect((await client.frames.query({ dataset: id, selection: { where: carried } })).hits).toBe(4);
  expect((await client.triggers.list({ dataset: id, name: 'bike_on_rack' }))[0]?.error).toBeNull();
  const one = Float64Array.of(ids[0]!);
  for (const change of [
    () => client.annotations.apply({ dataset: id, changes: [{ op: 'state', frame: ids[0]!, state: 'locked' }] }),
    () => client.frames.setState({ dataset: id, ids: one, state: 'locked' }),
    () => client.frames.setTag({ dataset: id, ids: one, tag: 'x', on: true }),
    () => client.triggers.save({ dataset: id, name: 'own', text: 'trigger own { when exists b: bicycle }' }),
    () => client.triggers.arm({ dataset: id, name: 'bike_on_rack', armed: true }),
    () => client.datasets.setActiveRun({ dataset: id, run: null }),
    () => client.datasets.rename({ dataset: id, name: 'x' }),
    () => client.imports.run({ dataset: id, format: 'coco', from: labels, images }),
  ])
    expect([String(change), await codeOf(change())]).toEqual([String(change), 'read_only']);
  expect((await client.frames.rows({ dataset: id, ids: one }))[0]?.state).not.toBe('locked');
});

test('a cover shows frames from all over the dataset, those with boxes first', async () => {
  const { client, id, ids, folder, images } = await hostWorld();
  const coverOf = async (dataset: typeof id): Promise<readonly number[] | undefined> =>
    (await client.datasets.list({})).find((card) => card.id === dataset)?.cover;
  // The last of the twelve has none.
  expect(await coverOf(id)).toEqual([0, 2, 4, 6, 8, 10].map((at) => ids[at]));
  const bare = await client.datasets.create({ path: path.join(folder, 'bare') });
  await client.imports.run({ dataset: bare.id, format: 'images', from: images, media: 'copy' });
  const { ids: there } = await client.frames.query({ dataset: bare.id, selection: {} });
  const shown = await coverOf(bare.id);
  expect([shown?.length, shown?.[0], shown?.at(-1)]).toEqual([6, there[0], there.at(-1)]);
  // One box must not take the five others away.
  const { id: car } = await client.categories.add({ dataset: bare.id, name: 'car' });
  await client.annotations.apply({
    dataset: bare.id,
    changes: [{ op: 'add', frame: there[3] as FrameId, category: car, bbox: [1, 1, 9, 9] }],
  });
  expect([(await coverOf(bare.id))?.length, (await coverOf(bare.id))?.[0]]).toEqual([6, there[3]]);
});

test('a dataset folder that was moved opens with all its labels and images', async () => {
  const world = await hostWorld();
  const { client, id, ids, folder } = world;
  const before = await client.annotations.list({ dataset: id, source: 'gt' });
  await client.datasets.close({ dataset: id });
  const moved = path.join(folder, 'far', 'away 멀리');
  await mkdir(path.dirname(moved));
  await rename(world.path, moved);
  expect(await client.datasets.list({})).toMatchObject([{ reachable: false, frames: 12, problem: { code: 'not_found' } }]);
  expect(await codeOf(client.datasets.openById({ dataset: id }))).toBe('not_found');
  await client.datasets.open({ path: moved });
  expect(await client.annotations.list({ dataset: id, source: 'gt' })).toEqual(before);
  expect((await world.host.media(new Request(`http://host/media/${id}/${ids[5]!}/original`))).status).toBe(200);
  expect((await client.datasets.verify({ dataset: id })).problems).toEqual([]);
});

test('a second process is told who has the dataset, and gets it once that one is done', { timeout: 60_000 }, async () => {
  const { client, id, path: at, folder } = await hostWorld();
  const script = path.join(folder, 'second.mjs');
  const root = path.resolve(import.meta.dirname, '../../..');
  const at2 = (file: string): string => JSON.stringify(new URL(`file://${path.join(root, file)}`).href);
  await writeFile(
    script,
    `import { startSecond } from ${at2('test/helpers/secondHost.ts')};
     console.log(JSON.stringify(await startSecond(${JSON.stringify(path.join(folder, 'second user'))}, ${JSON.stringify(at)})));`,
  );
  const second = async (): Promise<{ code?: string; message?: string; details?: Record<string, unknown>; frames?: number }> => {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    await once(child, 'close');
    return JSON.parse(text) as never;
  };
  const refused = await second();
  expect(refused).toMatchObject({ code: 'busy', details: { pid: process.pid, kind: 'test' } });
  await client.datasets.close({ dataset: id });
  expect(await second()).toMatchObject({ frames: 12 });
  await client.datasets.open({ path: at });
});

test('who listens hears of a burst of changes once, and of every frame', async () => {
  const { client, id, ids } = await hostWorld();
  const datasets: string[] = [];
  const frames: number[] = [];
  client.datasets.changed(({ dataset }) => datasets.push(dataset));
  client.frames.changed((event) => frames.push(...(event.frames ?? [])));
  const changes = ids.map((frame) => client.annotations.apply({ dataset: id, changes: [{ op: 'comment', frame, text: 'look' }] }));
  const began = performance.now();
  await Promise.all(changes);
  const allowed = 2 + Math.ceil((performance.now() - began) / 100);
  await vi.waitFor(() => expect(frames.toSorted()).toEqual([...ids].map(Number).toSorted()), { timeout: 5_000 });
  await vi.waitFor(() => expect(datasets.length).toBeGreaterThan(0), { timeout: 5_000 });
  expect(new Set(datasets)).toEqual(new Set([id]));
  expect(datasets.length).toBeLessThanOrEqual(allowed);
});

test('the file picker stays within its roots', async () => {
  const folder = await tempFolder();
  await writeFiles(folder, {
    'served/b.json': '{}',
    'served/a/hardcase.json': '{}',
    'served/c.png': '',
    'served/.hidden/x': '',
    'secret/x': '',
  });
  const served = path.join(folder, 'served');
  const host = await createHost({ ...testPorts(path.join(folder, 'user')), roots: [served] });
  try {
    const { api } = memoryClient(serveContract(host, host.services.ports.log), () => 'Mara');
    const list = await api.host.listDir({});
    expect(list).toMatchObject({ path: served, parent: null });
    expect(list.entries.map(({ name, isDataset }) => [name, isDataset])).toEqual([
      ['a', true],
      ['b.json', false],
      ['c.png', false],
    ]);
    expect((await api.host.listDir({ path: served, extensions: ['json'] })).entries.map(({ name }) => name)).toEqual(['a', 'b.json']);
    expect((await api.host.listDir({ path: path.join(served, 'a') })).parent).toBe(served);
    for (const outside of [folder, path.join(folder, 'secret'), path.join(served, '..', 'secret'), '/'])
      expect([outside, await codeOf(api.host.listDir({ path: outside }))]).toEqual([outside, 'refused_path']);
    expect(await codeOf(api.host.listDir({ path: path.join(served, 'none') }))).toBe('not_found');
    expect(await codeOf(api.imports.detect({ from: path.join(folder, 'secret') }))).toBe('refused_path');
    expect(await codeOf(api.host.choose({ kind: 'folder', title: 'x' }))).toBe('unsupported');
  } finally {
    await host.close();
  }
});
