import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blocksOf, writeColourImages } from '../../../helpers/colourImages.ts';
import { modelOf, testClient } from '../../../helpers/inference.ts';
import { makeTinyDetector } from '../../../helpers/makeModel.ts';

// The WebGPU provider for real, on the software Vulkan driver that the browser of the tests brings along.
const require = createRequire(import.meta.url);
const archive = path.join(path.dirname(require.resolve('@sparticuz/chromium')), '..', 'bin', 'swiftshader.tar.br');
const present = process.platform === 'linux' && process.arch === 'x64' && existsSync(archive);

describe('WebGPU on SwiftShader', () => {
  beforeEach((context) => context.skip(!present, 'SwiftShader comes with @sparticuz/chromium, for Linux x64 alone'));

  let folder = '';
  let env: { readonly [name: string]: string } = {};
  beforeAll(() => {
    if (!present) return;
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hardcase-webgpu-')));
    execFileSync('tar', ['-xf', '-', '-C', folder], { input: brotliDecompressSync(readFileSync(archive)) });
    env = { VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: folder };
  });
  afterAll(() => {
    if (present) rmSync(folder, { recursive: true, force: true });
  });

  it('is found by the probe, finds the same boxes as the CPU, and is not chosen where it is slower', async () => {
    const client = testClient(env, 1);
    try {
      const file = path.join(folder, 'tiny.onnx');
      writeFileSync(file, makeTinyDetector({ layout: 'yolov8' }));
      const images = await writeColourImages(folder, 3);
      const model = await modelOf(client, file);
      const report = (await client.providers()).find((provider) => provider.name === 'webgpu');
      expect(report).toEqual({ name: 'webgpu', available: true });
      const detector = await client.open({ model, provider: 'webgpu' });
      expect([detector.provider, detector.reasons]).toEqual(['webgpu', []]);
      const seen: number[] = [];
      await detector.run({
        frames: images.length,
        pathOf: (i) => Promise.resolve(images[i] as string),
        options: { scoreThreshold: 0.5, nmsIou: 0.65, maxDetections: 100 },
        onResult(i, result) {
          if ('error' in result) throw new Error(result.error.message);
          seen.push(i);
          expect(result.image.scores).toHaveLength(blocksOf(i).length);
        },
        signal: new AbortController().signal,
      });
      expect(seen.sort()).toEqual([0, 1, 2]);
      detector.close();
      const best = await client.open({ model, provider: 'auto' });
      expect(best.provider).toBe('cpu');
      expect(best.reasons.find((entry) => entry.provider === 'webgpu')?.reason).toMatch(/slower than the CPU/);
      best.close();
    } finally {
      client.close();
    }
  }, 60_000);
});
