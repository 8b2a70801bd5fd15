import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { svgToPixels } from '../../../../electron/image/renderSvg.ts';
import { demoCategories, drawFrame } from '../../../../resources/demo/generator/drawFrame.ts';
import { planDemoSequence } from '../../../../resources/demo/generator/demoSets.ts';
import { type SequencePlan, planSequence } from '../../../../resources/demo/generator/sequencePlan.ts';

const [width, height, pad] = [384, 224, 4];
const file = new URL('../../../../resources/demo/streetDetector.onnx', import.meta.url);

let bytes: Buffer;
let session: InferenceSession;
beforeAll(async () => {
  bytes = await readFile(file);
  session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
});

interface Found {
  readonly category: string;
  readonly score: number;
  /** left, top, right, bottom in input pixels */
  readonly box: readonly [number, number, number, number];
}

/** Everything above `least` that the network sees in a frame drawn at its own size; without NMS. */
async function look(plan: SequencePlan, index: number, least: number): Promise<readonly Found[]> {
  const pixels = await svgToPixels(drawFrame(plan, index, width, height - 2 * pad).svg);
  const input = new Float32Array(3 * width * height).fill(114 / 255);
  const plane = width * height;
  for (let i = 0; i < pixels.length; i++) input[(i % 3) * plane + pad * width + Math.floor(i / 3)] = (pixels[i] ?? 0) / 255;
  const { output0 } = await session.run({ images: new Tensor('float32', input, [1, 3, height, width]) });
  if (output0 === undefined) throw new Error('no output');
  const [, rows, anchors] = output0.dims as readonly [number, number, number];
  const data = output0.data as Float32Array;
  const at = (row: number, i: number): number => data[row * anchors + i] ?? 0;
  const found: Found[] = [];
  for (let i = 0; i < anchors; i++) {
    for (let c = 0; c < rows - 4; c++) {
      const score = at(4 + c, i);
      if (score <= least) continue;
      const [x, y, w, h] = [at(0, i), at(1, i), at(2, i) / 2, at(3, i) / 2];
      found.push({ category: demoCategories[c] ?? '', score, box: [x - w, y - h, x + w, y + h] });
    }
  }
  return found;
}

/** The trigger `bike_on_rack` on what was found: a bicycle of which 60 % lies in a vehicle. */
function fires(found: readonly Found[]): boolean {
  return found.some(
    (b) =>
      b.category === 'bicycle' &&
      found.some((c) => {
        if (!['car', 'truck', 'bus'].includes(c.category)) return false;
        const w = Math.min(b.box[2], c.box[2]) - Math.max(b.box[0], c.box[0]);
        const h = Math.min(b.box[3], c.box[3]) - Math.max(b.box[1], c.box[1]);
        return w > 0 && h > 0 && (w * h) / ((b.box[2] - b.box[0]) * (b.box[3] - b.box[1])) >= 0.6;
      }),
  );
}

test('is small and says in its metadata what it is, as Ultralytics writes it', () => {
  expect(bytes.byteLength).toBeLessThan(4 * 1024 * 1024);
  const text = bytes.toString('latin1');
  expect(text).toContain("{0: 'person', 1: 'bicycle', 2: 'car', 3: 'truck', 4: 'bus'}");
  expect(text).toContain('[224, 384]');
  for (const key of ['names', 'stride', 'imgsz', 'task', 'detect']) expect(text).toContain(key);
  expect([session.inputNames, session.outputNames]).toEqual([['images'], ['output0']]);
});

test('takes several frames at once', async () => {
  const { output0 } = await session.run({ images: new Tensor('float32', new Float32Array(2 * 3 * width * height), [2, 3, height, width]) });
  expect(output0?.dims).toEqual([2, 9, 1764]);
});

test('sees a bicycle and a car on a rack, and no such pair on ordinary streets', async () => {
  const rack = planSequence({ seed: 'demo/seq_14', frames: 7, light: 'lowSun', rack: 'rear' });
  expect(fires(await look(rack, 3, 0.4))).toBe(true);
  let seen = 0;
  for (const name of ['seq_01', 'seq_03', 'seq_05']) {
    const plan = planDemoSequence('demo', { name, frames: 10, light: 'day' });
    const found = await look(plan, 4, 0.4);
    expect(fires(found)).toBe(false);
    seen += found.length;
  }
  expect(seen).toBeGreaterThan(3);
});
