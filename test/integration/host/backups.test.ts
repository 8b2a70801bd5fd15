import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import { codeOf, hostWorld } from '../../helpers/hostWorld.ts';

type World = Awaited<ReturnType<typeof hostWorld>>;

const digest = async ({ host, id }: World): Promise<string> => (await host.services.datasets.get(id)).db.read('verify.stateDigest', {});

/** As a bad disk does it: other bytes in the middle of the file, unnoticed until somebody looks. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4_096 * 2, 4_096 * 6);
  writeFileSync(file, bytes);
}

async function edit({ client, id, ids }: World, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++)
    await client.annotations.apply({
      dataset: id,
      changes: [
        { op: 'add', frame: ids[i % ids.length] as FrameId, category: 0 as never, bbox: [i, i, 10, 10] },
        { op: 'comment', frame: ids[i % ids.length] as FrameId, text: `edit ${i}` },
      ],
    });
}

/** Closes as a kill does: the database is not marked clean. */
async function closeUnclean(world: World): Promise<void> {
  await world.client.datasets.close({ dataset: world.id });
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(path.join(world.path, 'dataset.sqlite'));
  db.prepare("update meta set value = 0 where key = 'clean'").run();
  db.close();
}

test('restore drill: damaged, noticed at the opening, restored from a backup with every edit since, or from journal and imports alone', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  await edit(world, 0, 5);
  await client.datasets.backUp({ dataset: id });
  await edit(world, 5, 12);
  await client.annotations.undo({ dataset: id });
  const before = await digest(world);
  const list = await client.datasets.backups({ dataset: id });
  expect(list.backups).toMatchObject([{ reason: 'asked', frames: 12 }]);
  expect(list.bytes).toBe(list.backups[0]?.bytes);

  await closeUnclean(world);
  damage(path.join(world.path, 'dataset.sqlite'));
  const broken = readFileSync(path.join(world.path, 'dataset.sqlite'));
  expect(await codeOf(client.datasets.openById({ dataset: id }))).toBe('corrupt');
  const { kept } = await client.datasets.restoreBackup({ dataset: id, backup: list.backups[0]?.name ?? '' });
  expect(await digest(world)).toBe(before);
  expect((await client.datasets.verify({ dataset: id })).problems).toEqual([]);
  // What was damaged is kept as it was.
  expect(readFileSync(path.join(kept, 'dataset.sqlite')).equals(broken)).toBe(true);

  // Work goes on, and the next time there is not even a backup.
  await edit(world, 20, 23);
  const after = await digest(world);
  await closeUnclean(world);
  for (const end of ['', '-wal', '-shm']) rmSync(path.join(world.path, `dataset.sqlite${end}`), { force: true });
  expect(await codeOf(client.datasets.openById({ dataset: id }))).toBe('corrupt');
  await client.datasets.restoreBackup({ dataset: id, backup: null });
  expect(await digest(world)).toBe(after);
  expect((await client.datasets.verify({ dataset: id })).problems).toEqual([]);
});

test('a backup says what came since: edits, and what is in backups alone', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  await edit(world, 0, 2);
  await client.datasets.backUp({ dataset: id });
  const since = async () => (await client.datasets.backups({ dataset: id })).backups[0]?.since;
  expect(await since()).toEqual({ edits: 0, runs: 0, triggers: 0, versions: 0 });
  await edit(world, 2, 5);
  await client.versions.freeze({ dataset: id, name: 'later' });
  const found = await since();
  expect(found).toMatchObject({ runs: 0, triggers: 0, versions: 1 });
  expect(found?.edits).toBeGreaterThanOrEqual(6);
  await client.datasets.close({ dataset: id });
  const closed = (await client.datasets.backups({ dataset: id })).backups;
  expect(closed.every((backup) => backup.since === null)).toBe(true);
});

test('a damaged backup is refused, an unknown one not found, and the dataset stays as it is', async () => {
  const world = await hostWorld();
  const { client, id } = world;
  await client.datasets.backUp({ dataset: id });
  const [backup] = (await client.datasets.backups({ dataset: id })).backups;
  const file = path.join(world.path, 'backups', backup?.name ?? '');
  const before = await digest(world);
  damage(file);
  expect(await codeOf(client.datasets.restoreBackup({ dataset: id, backup: backup?.name ?? '' }))).toBe('corrupt');
  expect(await codeOf(client.datasets.restoreBackup({ dataset: id, backup: '../dataset.sqlite' }))).toBe('not_found');
  expect(await codeOf(client.datasets.backups({ dataset: 'unknown' as DatasetId }))).toBe('not_found');
  expect(await digest(world)).toBe(before);
  expect(readdirSync(path.join(world.path, 'backups')).some((name) => name.startsWith('replaced'))).toBe(false);
});

test('an import after the last backup comes back from its own file; without that file the restore says what is missing', async () => {
  const world = await hostWorld();
  const { client, id, path: at, folder } = world;
  rmSync(path.join(at, 'backups'), { recursive: true, force: true });
  const packs = readdirSync(path.join(at, 'packs'));
  expect(packs.length).toBeGreaterThan(0);
  await client.datasets.close({ dataset: id });
  rmSync(path.join(at, 'dataset.sqlite'));
  const pack = path.join(at, 'packs', packs[0] ?? '');
  const kept = readFileSync(pack);
  writeFileSync(pack, kept.subarray(0, kept.length - 40));
  expect(await codeOf(client.datasets.restoreBackup({ dataset: id, backup: null }))).toBe('corrupt');
  writeFileSync(pack, kept);
  for (const end of ['', '-wal', '-shm']) rmSync(path.join(at, `dataset.sqlite${end}`), { force: true });
  await client.datasets.restoreBackup({ dataset: id, backup: null });
  const summary = await client.datasets.summary({ dataset: id });
  expect(summary).toMatchObject({ frames: 12, annotations: 22 });
  // The images are found again, too.
  expect((await client.datasets.verify({ dataset: id })).problems).toEqual([]);
  expect(existsSync(folder) && statSync(pack).isFile()).toBe(true);
});

test('a folder that is removed while its backup is made is the reason that is given, and is not made anew', async () => {
  const world = await hostWorld();
  const { client, id, path: at } = world;
  await edit(world, 0, 2);
  const backup = codeOf(client.datasets.backUp({ dataset: id }));
  // The copy is about to begin: what it reads and writes is soon not there any more.
  while (!existsSync(path.join(at, 'backups'))) await new Promise((resolve) => setTimeout(resolve, 1));
  rmSync(at, { recursive: true, force: true });
  expect(await backup).toBe('folder_gone');
  expect(await codeOf(client.datasets.backUp({ dataset: id }))).toBe('folder_gone');
  expect(existsSync(at)).toBe(false);
});
