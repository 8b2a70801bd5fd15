import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Detector, ModelFile } from '../../electron/inference/client.ts';
import { imageToTensor } from '../../electron/image/tensor.ts';
import { modelOf, testClient } from '../helpers/inference.ts';
import { makeTinyDetector } from '../helpers/makeModel.ts';

export const title = 'Pre-labeling';

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const rounds = 3;

interface Measured {
  readonly what: string;
  readonly images: number;
  readonly perSecond: number;
  readonly bare: number;
  readonly cpuMs: number;
}

/** Real photographs scaled to 1280 × 720, or noise where there are none. */
async function makeImages(folder: string, count: number): Promise<string[]> {
  const photos = existsSync(`${data}coco_cc_by/images`)
    ? readdirSync(`${data}coco_cc_by/images`).map((name) => `${data}coco_cc_by/images/${name}`)
    : [];
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const photo = photos[i % Math.max(1, photos.length)];
    const image =
      photo === undefined
        ? sharp({
            create: { width: 1280, height: 720, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
          })
        : sharp(readFileSync(photo)).resize(1280, 720, { fit: 'fill' });
    const path = join(folder, `${i}.jpg`);
    await writeFile(path, await image.jpeg({ quality: 90 }).toBuffer());
    paths.push(path);
  }
  return paths;
}

async function measure(what: string, model: ModelFile, images: readonly string[], cores: number): Promise<Measured> {
  const client = testClient({}, cores);
  const detector: Detector = await client.open({ model, provider: 'cpu' });
  let best: Measured | undefined;
  for (let round = 0; round < rounds; round++) {
    const before = await detector.cpuSeconds();
    const start = performance.now();
    await detector.run({
      frames: images.length,
      pathOf: (i) => Promise.resolve(images[i] as string),
      options: { scoreThreshold: 0.25, nmsIou: model.card.nmsIou, maxDetections: 300 },
      onResult(_, result) {
        if ('error' in result) throw new Error(result.error.message);
      },
      signal: new AbortController().signal,
    });
    const seconds = (performance.now() - start) / 1000;
    const cpuMs = (1000 * ((await detector.cpuSeconds()) - before)) / images.length;
    const perSecond = images.length / seconds;
    if (best === undefined || perSecond > best.perSecond)
      best = { what, images: images.length, perSecond, bare: await detector.bareRate(), cpuMs };
  }
  detector.close();
  client.close();
  if (best === undefined) throw new Error('nothing measured');
  return best;
}

/** Markdown: rates, what is possible (PERF.md 2: the smaller of bare runs and cores over CPU seconds an image), and the share of it. */
export async function run(): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hardcase-bench-')));
  const cores = availableParallelism();
  try {
    const images = await makeImages(folder, 170);
    const looker = testClient();
    const real = `${data}models/yolox_nano_416.onnx`;
    const path = existsSync(real) ? real : join(folder, 'tiny.onnx');
    if (path !== real) await writeFile(path, makeTinyDetector({ layout: 'yolox', size: 416, ballast: 8 }));
    const model = await modelOf(looker, path);
    looker.close();
    const start = performance.now();
    for (const image of images) await imageToTensor(image, model.card.input);
    const tensorMs = (performance.now() - start) / images.length;
    const rows = [
      await measure(`${cores} processes, a session with one thread and a decoder each`, model, images, cores),
      await measure('one process, one thread, a decoder', model, images, 1),
    ];
    const lines = rows.map(({ what, perSecond, bare, cpuMs }, i) => {
      const bound = ((i === 0 ? cores : Math.min(2, cores)) * 1000) / cpuMs;
      const possible = Math.min(bare, bound);
      return `| ${what} | ${perSecond.toFixed(1)} | ${bare.toFixed(1)} | ${cpuMs.toFixed(1)} | ${bound.toFixed(1)} | ${((100 * perSecond) / possible).toFixed(0)} % |`;
    });
    return [
      `${images.length} JPEG images of 1280 × 720, ${path === real ? 'YOLOX-nano at 416' : 'a made-up detector at 416'}, CPU, best of ${rounds} rounds; decode and letterbox alone: ${tensorMs.toFixed(1)} ms an image.`,
      '',
      '| arrangement | images/s | bare `session.run`/s | CPU ms an image | cores ÷ CPU | pipelineEfficiency |',
      '| --- | --- | --- | --- | --- | --- |',
      ...lines,
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(await run());
