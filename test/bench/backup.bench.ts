import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createHost } from '../../electron/host/createHost.ts';
import { memoryClient, serveContract } from '../../electron/node/hostServer.ts';
import type { HardcaseClient } from '../../shared/contract/index.ts';
import type { BoxId, DatasetId, FrameId } from '../../shared/domain/ids.ts';
import { stagedFrame, testCategories } from '../helpers/memoryStore.ts';
import { testPorts } from '../helpers/testPorts.ts';

export const title = 'Backups: a million boxes, edits while a copy is made, and the way back';

/** `FRAMES=5000` for a quick look. */
const frameCount = Number(process.env.FRAMES ?? 100_000);
const boxesPerFrame = 10;
const framesPerPart = 4_000;
const edits = 400;

/** Edits one at a time through the contract, each waited for, as a person makes them: what a copy beside them costs. */
export async function run(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hardcase-backup-'));
  const host = await createHost(testPorts(path.join(folder, 'user')));
  try {
    const { api } = memoryClient(serveContract(host, host.services.ports.log), () => 'bench');
    const { id: dataset, path: at } = await api.datasets.create({ path: path.join(folder, 'set') });
    await fill(host, dataset);
    const { ids } = await api.frames.query({ dataset, selection: {}, order: 'name' });
    const frame = ids[0] as FrameId;
    const [box] = (await api.annotations.load({ dataset, frame })).annotations;
    if (box === undefined) throw new Error('no box');
    const rows: string[] = [];
    const tell = (what: string, times: readonly number[]): void => {
      const sorted = [...times].sort((a, b) => a - b);
      const q = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
      rows.push(`| ${what} | ${times.length} | ${q(0.5)} | ${q(0.95)} | ${q(0.99)} | ${q(1)} |`);
    };
    tell('nothing else', await editMany(api, dataset, box.id, () => times(edits)));
    let copying = true;
    const began = performance.now();
    const backup = api.datasets.backUp({ dataset }).finally(() => (copying = false));
    const beside = await editMany(api, dataset, box.id, function* () {
      for (let i = 0; copying; i++) yield i;
    });
    await backup;
    const copyMs = performance.now() - began;
    tell('a backup is made beside them', beside);
    const size = (await api.datasets.backups({ dataset })).bytes;
    await editMany(api, dataset, box.id, () => times(edits));
    const ms = async (work: () => Promise<unknown>): Promise<number> => {
      const from = performance.now();
      await work();
      return performance.now() - from;
    };
    const [one] = (await api.datasets.backups({ dataset })).backups;
    const restoreMs = await ms(() => api.datasets.restoreBackup({ dataset, backup: one?.name ?? '' }));
    const rebuildMs = await ms(() => api.datasets.restoreBackup({ dataset, backup: null }));
    const packs = await Promise.all((await readdir(path.join(at, 'packs'))).map((name) => stat(path.join(at, 'packs', name))));
    const packBytes = packs.reduce((sum, info) => sum + info.size, 0);
    const seconds = (value: number): string => (value / 1000).toFixed(1);
    return `${frameCount.toLocaleString('en')} frames, ${(frameCount * boxesPerFrame).toLocaleString('en')} boxes. One edit is one \`apply\` of one box through the contract, waited for. Load of the machine: ${loadavg()
      .map((value) => value.toFixed(1))
      .join(', ')}.

| while | edits | p50, ms | p95, ms | p99, ms | longest, ms |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

A backup took ${seconds(copyMs)} s and ${(size / 1e6).toFixed(0)} MB (checked and hashed); the second copy of the import is ${(packBytes / 1e6).toFixed(0)} MB. Restoring it with ${edits} newer edits from the journal took ${seconds(restoreMs)} s; making the database anew from journal and import ${seconds(rebuildMs)} s.
`;
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function* times(count: number): Generator<number> {
  for (let i = 0; i < count; i++) yield i;
}

async function editMany(api: HardcaseClient, dataset: DatasetId, box: BoxId, each: () => Iterable<number>): Promise<number[]> {
  const took: number[] = [];
  for (const i of each()) {
    const from = performance.now();
    await api.annotations.apply({ dataset, changes: [{ op: 'set', box, bbox: [i % 100, 1, 10, 10] }] });
    took.push(performance.now() - from);
  }
  return took;
}

async function fill(host: Awaited<ReturnType<typeof createHost>>, dataset: DatasetId): Promise<void> {
  const { db } = await host.services.datasets.get(dataset);
  const { pack } = await db.write('packs.begin', { header: { format: 'bench', categories: testCategories }, name: 'bench' });
  for (let first = 0; first < frameCount; first += framesPerPart) {
    const frames = Array.from({ length: Math.min(framesPerPart, frameCount - first) }, (_, i) => {
      const n = first + i;
      const boxes = Array.from(
        { length: boxesPerFrame },
        (_box, b) => [b % 2, (n * 7 + b * 13) % 600, (n + b * 31) % 400, 20, 30] as const,
      );
      return stagedFrame(`${String(n).padStart(7, '0')}.jpg`, boxes);
    });
    await db.write('packs.append', { pack, frames });
  }
  const committed = await db.write('packs.commit', { pack, author: 'bench' });
  if (committed.pack !== null) while (!(await db.write('packs.applyNext', { pack: committed.pack })).done);
}
