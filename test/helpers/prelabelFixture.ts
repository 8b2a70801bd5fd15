import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHost, type Host } from '../../electron/host/createHost.ts';
import { memoryClient, serveContract } from '../../electron/node/hostServer.ts';
import type { HardcaseClient } from '../../shared/contract/index.ts';
import type { BoxColumns } from '../../shared/domain/columns.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { writeColourImages } from './colourImages.ts';
import { makeTinyDetector } from './makeModel.ts';
import { testPorts } from './testPorts.ts';

export interface TestHost {
  readonly host: Host;
  readonly client: HardcaseClient;
  close(): Promise<void>;
}

export async function startHost(userData: string, env: { readonly [name: string]: string } = {}): Promise<TestHost> {
  const host = await createHost(testPorts(userData, env));
  const { api: client } = memoryClient(serveContract(host, host.services.ports.log), () => 'Mara');
  return { host, client, close: () => host.close() };
}

export interface PrelabelFixture {
  readonly folder: string;
  readonly userData: string;
  /** Folder of the dataset, closed. */
  readonly dataset: string;
  readonly images: readonly string[];
}

/**
 * A dataset of `count` colour pictures (names frame00000.png …) with the model `tiny`, whose categories red and green it
 * takes. `ballast` makes the model slower.
 */
export async function makePrelabelFixture(folder: string, count: number, ballast = 0): Promise<PrelabelFixture> {
  const source = path.join(folder, 'source');
  const userData = path.join(folder, 'user');
  await mkdir(source, { recursive: true });
  const images = await writeColourImages(source, count);
  const model = path.join(folder, 'tiny.onnx');
  await writeFile(model, makeTinyDetector({ layout: 'yolov8', ballast }));
  const { client, close } = await startHost(userData);
  const { id, path: dataset } = await client.datasets.create({ path: path.join(folder, 'set') });
  await client.imports.run({ dataset: id, format: 'images', from: source, media: 'copy' });
  await client.models.add({ dataset: id, path: model });
  await close();
  return { folder, userData, dataset, images };
}

/** Opens the fixture's dataset in a host of its own. */
export async function openFixture(
  fixture: PrelabelFixture,
  env: { readonly [name: string]: string } = {},
): Promise<TestHost & { readonly id: DatasetId }> {
  const opened = await startHost(fixture.userData, env);
  const { id } = await opened.client.datasets.open({ path: fixture.dataset });
  return { ...opened, id };
}

/** Everything a run holds, as plain values that compare. */
export async function runContent({ host }: TestHost, id: DatasetId, run: string) {
  const dataset = await host.services.datasets.get(id);
  const columns: BoxColumns = await dataset.db.read('runs.columns', { name: run });
  const plain = (values: ArrayLike<number>): number[] => Array.from(values);
  return {
    frames: plain(columns.frameIds),
    offsets: plain(columns.offsets),
    // Without the number of the run's origin: two runs never share keys, but the places are the same.
    ids: plain(columns.ids).map((key) => key % 2 ** 32),
    categories: plain(columns.categories),
    scores: plain(columns.scores),
    boxes: plain(columns.boxes),
  };
}

export interface KilledRun {
  /** Frames whose results had come when it was killed; null where the run was over before. */
  readonly seen: number | null;
}

/** Starts a pre-label run in a process and kills that process as soon as `frames` results have come. */
export function killDuringPrelabel(
  fixture: PrelabelFixture,
  request: { readonly [key: string]: unknown },
  frames: number,
): Promise<KilledRun> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./hostProcess.ts', import.meta.url)), fixture.dataset, fixture.userData, JSON.stringify(request)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    let seen: number | null = null;
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const { phase, done } = JSON.parse(line) as { readonly phase?: string; readonly done?: number };
        if (seen === null && phase === 'running' && (done ?? 0) >= frames) {
          seen = done ?? 0;
          child.kill('SIGKILL');
        }
      }
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL' || code === 0) resolve({ seen: signal === 'SIGKILL' ? seen : null });
      else reject(new Error(`the host process ended with code ${code}`));
    });
  });
}
