import { mkdir, readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { HardcasePublisher } from '../../../shared/contract/index.ts';
import { createDatasetRegistry } from '../../../electron/host/services/datasets/registry.ts';
import { ExportFolder } from '../../../electron/host/services/exports/exportFolder.ts';
import type { DatasetRegistry } from '../../../electron/host/services/datasets/registry.ts';
import { isAppError } from '../../../shared/errors.ts';
import { importInto, defaultFrames } from '../../helpers/storeOnDisk.ts';
import { tempFolder } from '../../helpers/tempFolder.ts';
import { testPorts } from '../../helpers/testPorts.ts';

const registries: DatasetRegistry[] = [];
afterEach(async () => {
  for (const registry of registries.splice(0)) await registry.close();
});

async function registry(userData: string, roots: readonly string[] = []): Promise<DatasetRegistry> {
  const publisher: HardcasePublisher = { publish: () => undefined };
  const made = await createDatasetRegistry({ ports: { ...testPorts(userData), roots }, publisher });
  registries.push(made);
  return made;
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );

test('what a dataset holds is on the list soon after a change, so that a kill leaves true figures on Home', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  const made = await datasets.create(path.join(home, 'streets'));
  await importInto(made.db, defaultFrames());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    datasets.changed(made.id);
    vi.advanceTimersByTime(5_000);
    await vi.waitFor(async () => {
      const list = JSON.parse(await readFile(path.join(home, 'user', 'datasets.json'), 'utf8')) as unknown;
      expect(list).toMatchObject([{ name: 'streets', figures: { frames: 3, boxes: 3 } }]);
    });
  } finally {
    vi.useRealTimers();
  }
});

test('makes a dataset, gives the same one to everybody who asks, and keeps it on the list', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  const folder = path.join(home, 'new', 'my set');
  const made = await datasets.create(folder);
  expect(made.name).toBe('my set');
  expect(JSON.parse(await readFile(path.join(folder, 'hardcase.json'), 'utf8'))).toEqual({
    format: 1,
    id: made.id,
    name: 'my set',
    min_reader: 1,
    min_writer: 1,
  });
  const [a, b] = await Promise.all([datasets.open(folder), datasets.open(path.join(folder, '..', 'my set'))]);
  expect(a).toBe(made);
  expect(b).toBe(made);
  expect(await codeOf(datasets.create(folder))).toBe('already_exists');
  await writeFile(path.join(home, 'full.txt'), '');
  expect(await codeOf(datasets.create(home))).toBe('already_exists');
  await importInto(made.db, defaultFrames());
  expect(await datasets.summary(made.id)).toMatchObject({
    frames: 3,
    annotations: 3,
    readOnly: false,
    states: { unlabeled: 1, labeled: 2, approved: 0 },
    categories: [{ name: 'car', order: 0, sourceId: 3 }, { name: 'bicycle' }],
    runs: [],
    activeRun: null,
  });
  await datasets.rename(made.id, 'streets');
  await datasets.closeDataset(made.id);
  expect(await datasets.cards()).toMatchObject([
    { id: made.id, name: 'streets', open: false, reachable: true, frames: 3, boxes: 3, labeled: 2 },
  ]);
  // A second start knows it, and opens it by id.
  const next = await registry(path.join(home, 'user'));
  expect((await next.get(made.id)).name).toBe('streets');
  await next.forget(made.id);
  expect(await next.cards()).toEqual([]);
  await next.unforget(made.id);
  expect(await next.cards()).toMatchObject([{ id: made.id, frames: 3 }]);
  await expect(next.unforget(made.id)).rejects.toMatchObject({ code: 'not_found' });
});

test('who opens a dataset while it is closed gets it anew, and closing everything waits for what was being closed', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  const folder = path.join(home, 'set');
  const { id, db } = await datasets.create(folder);
  await importInto(db, defaultFrames());
  const closed = datasets.closeDataset(id);
  const again = await datasets.open(folder);
  await closed;
  expect((await again.db.read('frames.index', {})).names).toHaveLength(3);
  expect(await datasets.get(id)).toBe(again);

  void datasets.closeDataset(id);
  await datasets.close();
  // The lock is free: another process could have it now.
  const next = await registry(path.join(home, 'user 2'));
  expect((await next.open(folder)).readOnly).toBe(false);
});

test('a dataset that could not be made leaves a folder in which it can be made', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  const folder = path.join(home, 'Dropbox', 'set');
  expect(await codeOf(datasets.create(folder))).toBe('refused_path');
  expect(await readdir(folder)).toEqual([]);
  expect(await codeOf(datasets.create(folder))).toBe('refused_path');
});

test('a place where no dataset can be made says so at once, and nothing is left there', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  await writeFile(path.join(home, 'file'), '');
  await symlink(path.join(home, 'gone'), path.join(home, 'link'));
  expect(await codeOf(datasets.create(path.join(home, 'file')))).toBe('refused_path');
  expect(await codeOf(datasets.create(path.join(home, 'file', 'below', 'set')))).toBe('refused_path');
  expect(await codeOf(datasets.create(path.join(home, 'link', 'set')))).toBe('refused_path');
  expect((await readdir(home)).sort()).toEqual(['file', 'link']);
});

// Every folder below /proc is refused as missing, to whoever asks.
test.runIf(process.platform === 'linux')('a place that refuses every folder is told from one whose parents are missing', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  expect(await codeOf(datasets.create('/proc/hardcase'))).toBe('read_only');
  expect(await codeOf(datasets.create('/proc/hardcase/set'))).toBe('read_only');
  expect(await codeOf(ExportFolder.create('/proc/hardcase/export'))).toBe('read_only');
});

test('a dataset that was moved opens at its new place, and the list follows', async () => {
  const home = await tempFolder();
  const datasets = await registry(path.join(home, 'user'));
  const { id, db } = await datasets.create(path.join(home, 'before'));
  await importInto(db, defaultFrames());
  await datasets.closeDataset(id);
  await mkdir(path.join(home, 'elsewhere'));
  await rename(path.join(home, 'before'), path.join(home, 'elsewhere', 'after'));
  expect(await datasets.cards()).toMatchObject([{ id, reachable: false, problem: { code: 'not_found' }, frames: 3 }]);
  expect(await codeOf(datasets.get(id))).toBe('not_found');
  const moved = await datasets.open(path.join(home, 'elsewhere', 'after'));
  expect(moved.id).toBe(id);
  expect(await moved.db.read('dataset.counts', {})).toMatchObject({ frames: 3, annotations: 3 });
  expect(await datasets.cards()).toMatchObject([{ id, path: moved.folder, reachable: true, open: true }]);
});

test('folders outside the roots, damaged and newer datasets are refused; a newer writer’s dataset is read only', async () => {
  const home = await tempFolder();
  const served = path.join(home, 'served');
  await mkdir(served);
  const datasets = await registry(path.join(home, 'user'), [served]);
  expect(await codeOf(datasets.create(path.join(home, 'outside')))).toBe('refused_path');
  expect(await codeOf(datasets.open(home))).toBe('refused_path');
  expect(await codeOf(datasets.open(served))).toBe('not_found');
  const { id, folder } = await datasets.create(path.join(served, 'x'));
  await datasets.closeDataset(id);
  const file = path.join(folder, 'hardcase.json');
  const content = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...content, min_reader: 2 }));
  expect(await codeOf(datasets.open(folder))).toBe('newer_version');
  await writeFile(file, '{');
  expect(await codeOf(datasets.open(folder))).toBe('corrupt');
  await writeFile(file, JSON.stringify({ ...content, min_writer: 2 }));
  const opened = await datasets.open(folder);
  expect(opened.readOnly).toBe(true);
  expect(await codeOf(opened.db.write('annotations.reserveIds', { count: 1 }))).toBe('read_only');
});
