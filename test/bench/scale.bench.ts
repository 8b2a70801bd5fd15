import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { createHost } from '../../electron/host/createHost.ts';
import { memoryClient, serveContract } from '../../electron/node/hostServer.ts';
import type { StagedFrame } from '../../electron/db/queries/packs.ts';
import type { HardcaseClient } from '../../shared/contract/index.ts';
import type { DatasetId, FrameId } from '../../shared/domain/ids.ts';
import { testPorts } from '../helpers/testPorts.ts';

export const title = 'Scale: a million frames with ten million boxes, a folder of 100,000 images';

/** `FRAMES=50000` for a quick look. */
const frameCount = Number(process.env.FRAMES ?? 1_000_000);
const imageCount = 100_000;
const boxesPerFrame = 10;
/** Rows in one part of an import stay under the store's limit. */
const framesPerPart = 4_000;
const categories = ['car', 'bicycle', 'person', 'truck', 'bus', 'traffic light', 'sign', 'dog'];
const carried = 'bicycle & car where ioa > 0.6';

/** Measures a host through its contract, by the clock, by processor time and by the longest time its main thread gave no answer. */
export async function run(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hardcase-scale-'));
  const host = await createHost(testPorts(path.join(folder, 'user')));
  try {
    const { api } = memoryClient(serveContract(host, host.services.ports.log), () => 'bench');
    const rows: string[] = [];
    const time = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
      let stall = 0;
      let last = performance.now();
      const look = (): void => {
        const now = performance.now();
        stall = Math.max(stall, now - last - 10);
        last = now;
      };
      const timer = setInterval(look, 10);
      const [cpu, began] = [process.cpuUsage(), performance.now()];
      const result = await work();
      const ms = performance.now() - began;
      const { user, system } = process.cpuUsage(cpu);
      look();
      clearInterval(timer);
      const megabytes = process.memoryUsage().rss / 1e6;
      rows.push(
        `| ${[what, ...[ms, (user + system) / 1000, stall, megabytes].map((value) => Math.max(0, value).toFixed(0))].join(' | ')} |`,
      );
      return result;
    };
    const { id: dataset, path: at } = await api.datasets.create({ path: path.join(folder, 'set') });
    await time('import as one pack', async () => {
      const { db } = await host.services.datasets.get(dataset);
      const header = { format: 'bench', categories: categories.map((name, i) => ({ name, supercategory: null, sourceId: i })) };
      const { pack } = await db.write('packs.begin', { header, name: 'bench' });
      for (const frames of parts()) await db.write('packs.append', { pack, frames });
      const committed = await db.write('packs.commit', { pack, author: 'bench' });
      if (committed.pack !== null) while (!(await db.write('packs.applyNext', { pack: committed.pack })).done);
    });
    await api.datasets.close({ dataset });
    await time('open', () => api.datasets.open({ path: at }));
    await questions(api, dataset, time);
    await api.datasets.close({ dataset });
    const folderReport = await largeFolder(api, folder);
    return `${frameCount.toLocaleString('en')} frames with ${(frameCount * boxesPerFrame).toLocaleString('en')} boxes; load of the machine ${loadavg()[0]?.toFixed(1) ?? '?'}; "stall" is the longest time the host's main thread gave no answer.

| what | ms | processor ms | stall, ms | memory afterwards, MB |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

${folderReport}`;
  } finally {
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Time = <T>(what: string, work: () => Promise<T>) => Promise<T>;

async function questions(api: HardcaseClient, dataset: DatasetId, time: Time): Promise<void> {
  const all = await time('all frames, first', () => api.frames.query({ dataset, selection: {} }));
  await time('all frames, again', () => api.frames.query({ dataset, selection: {} }));
  const found = await time(`${carried}, first`, () => api.frames.query({ dataset, selection: { where: carried } }));
  await time(`${carried}, again (${found.hits} hits)`, () =>
    api.frames.query({ dataset, selection: { where: carried }, order: 'severity' }),
  );
  await time('facets, first', () => api.frames.facets({ dataset, selection: {} }));
  await time('facets, again', () => api.frames.facets({ dataset, selection: {} }));
  await time('facets of a query and a category', () =>
    api.frames.facets({ dataset, selection: { where: carried, facets: { category: ['bicycle'] } } }),
  );
  const middle = Float64Array.from(all.ids.subarray(all.total >> 1, (all.total >> 1) + 200));
  await time('rows of 200 frames', () => api.frames.rows({ dataset, ids: middle }));
  await time('boxes of 200 frames', () => api.frames.boxes({ dataset, ids: middle, source: 'gt' }));
  const frame = found.ids[0] as FrameId;
  const { annotations } = await time('load a frame', () => api.annotations.load({ dataset, frame }));
  const [box] = annotations;
  if (box === undefined) throw new Error('the frame has no box');
  const edit = (x: number) => api.annotations.apply({ dataset, changes: [{ op: 'set', box: box.id, bbox: [x, 2, 30, 40] }] });
  await time('save an edit', () => edit(1));
  await time('all frames, after it', () => api.frames.query({ dataset, selection: {} }));
  await time('save an edit', () => edit(2));
  await time(`${carried}, after it`, () => api.frames.query({ dataset, selection: { where: carried } }));
  await time('facets, after it', () => api.frames.facets({ dataset, selection: {} }));
}

function* parts(): Generator<StagedFrame[]> {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let first = 0; first < frameCount; first += framesPerPart) {
    yield Array.from({ length: Math.min(framesPerPart, frameCount - first) }, (_, k): StagedFrame => {
      const n = first + k;
      const sequence = `seq${String(Math.floor(n / 1_000)).padStart(4, '0')}`;
      const name = `${sequence}/${String(n).padStart(8, '0')}.jpg`;
      return {
        name,
        sha256: createHash('sha256').update(name).digest(),
        width: 1_280,
        height: 720,
        sequence,
        index: n % 1_000,
        time: n / 10,
        split: null,
        state: 'labeled',
        tags: [],
        extra: null,
        media: { place: 'none' },
        boxes: Array.from({ length: boxesPerFrame }, (_, i) => ({
          category: random(2) === 0 ? 0 : random(categories.length),
          bbox: [random(1_100), random(600), 10 + random(150), 10 + random(100)],
          angle: 0,
          flags: 0,
          track: null,
          attributes: null,
          sourceId: n * boxesPerFrame + i,
          area: null,
          extra: null,
        })),
      };
    });
  }
}

/** First sign of life, cancel, and going on after it, on a folder of tiny images that all differ. */
async function largeFolder(api: HardcaseClient, folder: string): Promise<string> {
  const from = path.join(folder, 'images');
  const pixel = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#456' } })
    .jpeg()
    .toBuffer();
  for (let i = 0; i < imageCount; i++) {
    const sub = path.join(from, String(Math.floor(i / 1_000)).padStart(3, '0'));
    if (i % 1_000 === 0) await mkdir(sub, { recursive: true });
    // Bytes after the end of a JPEG belong to no picture, but give each file a hash of its own.
    await writeFile(path.join(sub, `${String(i).padStart(6, '0')}.jpg`), Buffer.concat([pixel, Buffer.from(String(i))]));
  }
  const { id: dataset } = await api.datasets.create({ path: path.join(folder, 'large') });
  const stop = new AbortController();
  const began = performance.now();
  let first = 0;
  let counted = 0;
  let stopped = 0;
  const report = await api.imports
    .run(
      { dataset, format: 'images', from, media: 'link' },
      {
        signal: stop.signal,
        onProgress: ({ done, total }) => {
          if (first === 0) first = performance.now() - began;
          if (counted === 0 && total !== null && done > 0) counted = performance.now() - began;
          if (stopped === 0 && total === imageCount && done >= 2_000) {
            stopped = performance.now();
            stop.abort();
          }
        },
      },
    )
    .then(
      () => 'answered with its report',
      (error: unknown) => `answered "${(error as { code?: string }).code ?? String(error)}"`,
    );
  const answered = performance.now() - stopped;
  // The host finishes the part it was in; asking for the summary waits for nothing but the database.
  const kept = (await api.datasets.summary({ dataset })).frames;
  return `A folder of ${imageCount.toLocaleString('en')} images, linked: first progress after ${first.toFixed(0)} ms, first image counted after ${counted.toFixed(0)} ms; cancelled at 2,000 images it ${report} after ${answered.toFixed(0)} ms, with ${kept} frames in the dataset at that moment.`;
}
