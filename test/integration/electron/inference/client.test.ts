import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameResult, InferenceClient, ModelFile } from '../../../../electron/inference/client.ts';
import { providerNames } from '../../../../shared/contract/host.ts';
import { modelOf, testClient } from '../../../helpers/inference.ts';
import { blocksOf, writeColourImages } from '../../../helpers/colourImages.ts';
import { makeTinyDetector, type TinyLayout } from '../../../helpers/makeModel.ts';

const options = { scoreThreshold: 0.5, nmsIou: 0.65, maxDetections: 100 };
const count = 40;
let folder = '';
let images: string[] = [];
let client: InferenceClient;
let model: ModelFile;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hardcase 추론-')));
  images = await writeColourImages(folder, count);
  writeFileSync(join(folder, 'tiny.onnx'), makeTinyDetector({ layout: 'yolov8' }));
  client = testClient();
  model = await modelOf(client, join(folder, 'tiny.onnx'));
});
afterAll(() => {
  client.close();
  rmSync(folder, { recursive: true, force: true });
});

async function detectAll(
  used: InferenceClient,
  paths: readonly string[],
  more: { signal?: AbortSignal; onResult?: (index: number) => void } = {},
): Promise<{ results: FrameResult[]; restarts: string[] }> {
  const detector = await used.open({ model, provider: 'cpu' });
  const results: FrameResult[] = [];
  const restarts: string[] = [];
  try {
    await detector.run({
      frames: paths.length,
      pathOf: (i) => Promise.resolve(paths[i] as string),
      options,
      onResult(i, result) {
        expect(results[i]).toBeUndefined();
        results[i] = result;
        more.onResult?.(i);
      },
      onRestart: (reason) => restarts.push(reason),
      signal: more.signal ?? new AbortController().signal,
    });
  } finally {
    detector.close();
  }
  return { results, restarts };
}

function expectBlocks(result: FrameResult | undefined, i: number): void {
  if (result === undefined || !('image' in result)) throw new Error(`frame ${i}: ${JSON.stringify(result)}`);
  const { image } = result;
  const found = Array.from(image.scores, (_, k) => ({ category: image.categories[k], bbox: [...image.boxes.subarray(4 * k, 4 * k + 4)] }));
  expect(found.sort((a, b) => (a.category ?? 0) - (b.category ?? 0))).toEqual(blocksOf(i));
}

describe('inference processes', () => {
  it.each<TinyLayout>(['yolox', 'yolov5', 'yolov8', 'e2e6'])('recognise the layout %s and find what is there', async (layout) => {
    const path = join(folder, `${layout}.onnx`);
    writeFileSync(path, makeTinyDetector({ layout }));
    const tiny = await modelOf(client, path);
    expect(tiny.card).toMatchObject({ family: layout, categories: ['red', 'green'] });
    expectBlocks({ image: await client.detectOnce(tiny, images[3] as string, options) }, 3);
  });

  it('run many images in several processes', async () => {
    const { results, restarts } = await detectAll(client, images);
    for (let i = 0; i < count; i++) expectBlocks(results[i], i);
    expect(restarts).toEqual([]);
  });

  it('report a broken image, a missing one and go on', async () => {
    const broken = join(folder, 'broken.jpg');
    writeFileSync(broken, Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(500, 7)]));
    const paths = [images[0] as string, broken, join(folder, 'missing.png'), images[1] as string];
    const { results } = await detectAll(client, paths);
    expectBlocks(results[0], 0);
    expectBlocks(results[3], 1);
    expect(results[1]).toMatchObject({ error: { code: 'unreadable' } });
    expect(results[2]).toMatchObject({ error: { code: 'not_found' } });
  });

  it('are started again when they die; the image that ends one twice is named and skipped, no other', async () => {
    const faulty = testClient({ HARDCASE_FAULT_INFERENCE: 'frame00017' });
    try {
      const { results, restarts } = await detectAll(faulty, images);
      expect(results).toHaveLength(count);
      for (let i = 0; i < count; i++) if (i !== 17) expectBlocks(results[i], i);
      expect(results[17]).toMatchObject({ error: { code: 'model_failed', message: expect.stringMatching(/twice/) } });
      expect(restarts).toHaveLength(2);
    } finally {
      faulty.close();
    }
  });

  it('stop at once when cancelled, and start none anew', async () => {
    const stop = new AbortController();
    let seen = 0;
    const run = detectAll(client, images, {
      signal: stop.signal,
      onResult: () => {
        if (++seen === 5) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBeLessThan(count);
  });

  it('fail a run whose every image ends them, instead of trying for ever', async () => {
    const faulty = testClient({ HARDCASE_FAULT_INFERENCE: 'frame' });
    try {
      await expect(detectAll(faulty, images)).rejects.toMatchObject({
        code: 'model_failed',
        message: expect.stringMatching(/again and again/),
      });
    } finally {
      faulty.close();
    }
  });

  it('refuse a model file that is not the one that was added', async () => {
    const path = join(folder, 'changed.onnx');
    writeFileSync(path, makeTinyDetector({ layout: 'yolov8' }));
    const looked = await modelOf(client, path);
    writeFileSync(path, makeTinyDetector({ layout: 'yolov5' }));
    await expect(client.open({ model: looked, provider: 'cpu' })).rejects.toMatchObject({ code: 'refused_model' });
  });

  it('refuse what is no model and describe what is not recognised', async () => {
    const text = join(folder, 'text.onnx');
    writeFileSync(text, 'I am a text file.\n'.repeat(20));
    await expect(client.inspect(text)).rejects.toMatchObject({ code: 'unreadable' });
    await expect(client.inspect(join(folder, 'none.onnx'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(client.inspect(join(folder, 'tiny.onnx'), { family: 'detr' })).rejects.toMatchObject({
      code: 'unknown_model',
      details: expect.objectContaining({ inputs: ['images: float32 [1, 3, 64, 64]'], trialOutputs: ['output0: [1, 6, 84]'] }),
    });
    await expect(client.inspect(join(folder, 'tiny.onnx'), { family: 'nonsense' })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('read names from a file beside the model, and what a card says before everything', async () => {
    const path = join(folder, 'named.onnx');
    writeFileSync(path, makeTinyDetector({ layout: 'yolov8', names: null }));
    expect((await client.inspect(path)).inspection.categories).toEqual(['class 0', 'class 1']);
    writeFileSync(join(folder, 'named.names'), 'cherry\nlime\n');
    expect((await client.inspect(path)).inspection.categories).toEqual(['cherry', 'lime']);
    const told = await client.inspect(path, { categories: ['x', 'y'], input: { colour: 'bgr' }, scoreThreshold: 0.4, nmsIou: 0.3 });
    expect(told.card).toMatchObject({
      categories: ['x', 'y'],
      scoreThreshold: 0.4,
      nmsIou: 0.3,
      input: { colour: 'bgr', resize: 'letterbox' },
    });
  });
});

describe('providers', () => {
  it('are each probed; the CPU works, the others work or say why not', async () => {
    const reports = await client.providers();
    expect(reports.map((report) => report.name).sort()).toEqual([...providerNames].sort());
    for (const report of reports) {
      if (!report.available) expect(report.reason).toMatch(/\w{3,}/);
    }
    expect(reports.find((report) => report.name === 'cpu')).toMatchObject({ available: true, device: expect.stringMatching(/cores/) });
    expect(await client.providers()).toBe(reports);
  });
  it('that do not start are passed over with their reason', async () => {
    const detector = await client.open({ model, provider: 'auto' });
    const reports = await client.providers();
    const unavailable = reports.filter((report) => !report.available).map((report) => report.name);
    for (const name of unavailable) expect(detector.reasons.map((entry) => entry.provider)).toContain(name);
    detector.close();
    const asked = await client.open({ model, provider: process.platform === 'darwin' ? 'dml' : 'coreml' });
    expect([asked.provider, asked.reasons.length]).toEqual(['cpu', 1]);
    asked.close();
  });
});
