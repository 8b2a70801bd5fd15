import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { launchChromium } from '../e2e/chromium.ts';
import { serve } from '../e2e/serve.ts';
import { makeCrowdedDataset } from './canvas/crowdedDataset.ts';
import { gestures, perform, type Subject } from './canvas/gestures.ts';
import type { Measured } from './canvas/measure.ts';
import { openHardcase, openNodePerBox } from './canvas/subjects.ts';

export const title = 'Canvas: 5,000 and 20,000 boxes on one 4K frame';

const ways = [
  { name: 'Hardcase', boxes: 5_000, does: gestures },
  { name: 'a Konva node a box', boxes: 5_000, does: gestures },
  { name: 'Hardcase', boxes: 20_000, does: gestures },
  // The others take it minutes each and do not end as they should.
  { name: 'a Konva node a box', boxes: 20_000, does: gestures.slice(0, 3) },
] as const;

/** `BOXES=5000 WAYS=Hardcase` for a quick look. */
const chosen = ways.filter(
  ({ name, boxes }) => boxes <= Number(process.env['BOXES'] ?? Infinity) && name.startsWith(process.env['WAYS'] ?? ''),
);

/** Measures gestures made by mouse, wheel and keyboard in a real browser. */
export async function run(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-canvas-'));
  const options = { env: { HARDCASE_USER_DATA: join(folder, 'user'), HARDCASE_DOCUMENTS: join(folder, 'documents') } };
  const dataset = await makeCrowdedDataset(folder, [...new Set(chosen.map(({ boxes }) => boxes))], options);
  const host = await serve([dataset.path, '--port', '0', '--root', folder], options);
  const { server, from } = await launchChromium();
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const tables: string[] = [];
    for (const { name, boxes, does } of chosen) {
      const subject: Subject =
        name === 'Hardcase' ? await openHardcase(browser, host.address, dataset.id, boxes) : await openNodePerBox(browser, boxes);
      for (const gesture of does) {
        const row = `| ${boxes.toLocaleString('en')} | ${gesture} | ${name} | ${columns(await perform(gesture, subject))} |`;
        process.stderr.write(`${row}\n`);
        tables.push(row);
      }
      await subject.page.context().close();
    }
    return `${from}, no GPU (canvases and compositing are drawn by the processor), window of 1440 × 900; load of the machine ${loadavg()[0]?.toFixed(1) ?? '?'}. Mouse at 125, wheel at 60, keys at 30 events a second, each gesture for 2.5 s. "frame" is the time from one frame to the next by the clock, which other work on the machine lengthens; "script" (mean) and "main thread" (with rasterising) are processor time a frame, which it does not; "input to drawing" ends when the script that draws is through.

| boxes | gesture | way | frame p50, ms | frame p95, ms | script, ms | main thread p50, ms | main thread p95, ms | input to drawing p95, ms |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${tables.join('\n')}`;
  } finally {
    await server.close();
    await host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const columns = (measured: Measured): string =>
  [measured.p50, measured.p95, measured.script, measured.main50, measured.main95, measured.latency]
    .map((value) => value.toFixed(1))
    .join(' | ');
