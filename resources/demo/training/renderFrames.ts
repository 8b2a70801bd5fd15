import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { svgToPixels } from '../../../electron/image/renderSvg.ts';
import { demoCategories, drawFrame } from '../generator/drawFrame.ts';
import { createRandom } from '../generator/random.ts';
import { planSequence } from '../generator/sequencePlan.ts';

interface RenderSettings {
  readonly width: number;
  readonly height: number;
  readonly crowdedShare: number;
  readonly closeUpFrom: number;
  readonly seed: string;
}

const { data: settings } = JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8')) as {
  readonly data: RenderSettings;
};
/**
 * Draws the frames a detector is trained on: single frames of many streets, none with a carried bicycle. From `closeUpFrom` on: bicycles close behind vehicles.
 * node renderFrames.ts OUT FROM TO: writes OUT/FROM.rgb (frames × height × width × 3 bytes) and OUT/FROM.json (boxes of every frame, [category, x, y, w, h], pixels).
 */
const [out = '.', from = '0', to = '1'] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const pixels = openSync(join(out, `${from}.rgb`), 'w');
const labels: number[][][] = [];
for (let i = Number(from); i < Number(to); i++) {
  const random = createRandom(`${settings.seed}/${i}`);
  const plan = planSequence({
    seed: `${settings.seed}/${i}`,
    frames: 10,
    crowded: random.chance(settings.crowdedShare) || i >= settings.closeUpFrom,
    closeUp: i >= settings.closeUpFrom,
  });
  const scene = drawFrame(plan, random.whole(0, 9), settings.width, settings.height);
  writeSync(pixels, await svgToPixels(scene.svg));
  labels.push(scene.boxes.map((box) => [demoCategories.indexOf(box.category), ...box.bbox]));
}
closeSync(pixels);
writeFileSync(join(out, `${from}.json`), JSON.stringify(labels));
