import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateCoco } from '../../shared/metrics/coco/evaluateCoco.ts';
import { toInput } from '../fixtures/metrics/cocoColumns.ts';
import type { CocoRow } from '../fixtures/metrics/cocoColumns.ts';

const images = 5_000;
const categories = 80;

/** mulberry32: the same boxes on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** 5,000 images with about 36,000 labels and 215,000 detections, as many as COCO's val2017 at a threshold of 0.001. */
export function makeSet(): { gt: CocoRow[]; dt: CocoRow[] } {
  const next = random(1);
  const gt: CocoRow[] = [];
  const dt: CocoRow[] = [];
  for (let image = 1; image <= images; image++) {
    const count = Math.floor(next() * 15);
    for (let i = 0; i < count; i++) {
      const category = 1 + Math.floor(next() * next() * categories);
      const [w, h] = [8 + 300 * next() ** 3, 8 + 300 * next() ** 3];
      const [x, y] = [600 * next(), 400 * next()];
      gt.push({ id: gt.length + 1, image, category, bbox: [x, y, w, h], area: 0.7 * w * h, crowd: next() < 0.012 });
      const echoes = Math.floor(next() * 5);
      for (let e = 0; e < echoes; e++) {
        const shake = 0.3 * next();
        const bbox = [x + w * shake * (next() - 0.5), y + h * shake * (next() - 0.5), w * (1 + shake * (next() - 0.5)), h];
        dt.push({ image, category, bbox, score: next() });
      }
    }
    for (let i = 0; i < 29; i++) {
      const category = 1 + Math.floor(next() * next() * categories);
      dt.push({ image, category, bbox: [600 * next(), 400 * next(), 8 + 200 * next(), 8 + 200 * next()], score: 0.3 * next() });
    }
  }
  return { gt, dt };
}

const script = `
import contextlib, io, json, sys, time, resource
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
with contextlib.redirect_stdout(io.StringIO()):
    gt = COCO(sys.argv[1]); dt = gt.loadRes(sys.argv[2])
    start = time.perf_counter()
    e = COCOeval(gt, dt, 'bbox'); e.evaluate(); e.accumulate(); e.summarize()
    took = time.perf_counter() - start
print(json.dumps({'ms': took * 1000, 'stats': [float(s) for s in e.stats], 'mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`;

interface Rival {
  readonly ms: number;
  readonly stats: readonly number[];
  readonly mb: number;
}

/** pycocotools on the same set; null where python3 (or the one named by PYTHON) has no pycocotools. */
function rival(gt: readonly CocoRow[], dt: readonly CocoRow[]): Rival | null {
  const python = process.env['PYTHON'] ?? 'python3';
  try {
    execFileSync(python, ['-c', 'import pycocotools'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-bench-'));
  try {
    const gtFile = join(folder, 'gt.json');
    const dtFile = join(folder, 'dt.json');
    const annotations = gt.map((r) => ({
      id: r.id,
      image_id: r.image,
      category_id: r.category,
      bbox: r.bbox,
      area: r.area,
      iscrowd: r.crowd === true ? 1 : 0,
    }));
    writeFileSync(
      gtFile,
      JSON.stringify({
        images: Array.from({ length: images }, (_, i) => ({ id: i + 1 })),
        categories: Array.from({ length: categories }, (_, i) => ({ id: i + 1, name: `c${i + 1}` })),
        annotations,
      }),
    );
    writeFileSync(dtFile, JSON.stringify(dt.map((r) => ({ image_id: r.image, category_id: r.category, bbox: r.bbox, score: r.score }))));
    return JSON.parse(execFileSync(python, ['-c', script, gtFile, dtFile], { encoding: 'utf8' })) as Rival;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const title = 'COCO evaluation';

/** Returns the table as Markdown. Best of three for us, one run for pycocotools (its time wanders little). */
export function run(): string {
  const { gt, dt } = makeSet();
  const input = toInput(
    Array.from({ length: images }, (_, i) => i + 1),
    Array.from({ length: categories }, (_, i) => i + 1),
    gt,
    dt,
  );
  let best = Infinity;
  let stats: readonly number[] = [];
  for (let i = 0; i < 3; i++) {
    const start = performance.now();
    stats = evaluateCoco(input).stats;
    best = Math.min(best, performance.now() - start);
  }
  const other = rival(gt, dt);
  const lines = [
    `${images} images, ${categories} categories, ${gt.length} labels, ${dt.length} detections; evaluate + accumulate + summarize, data in memory.`,
    '',
    '| what | ms | times faster |',
    '| --- | --- | --- |',
    other === null ? '| pycocotools | not installed here | |' : `| pycocotools | ${other.ms.toFixed(0)} | 1 |`,
    `| Hardcase, one thread | ${best.toFixed(0)} | ${other === null ? '' : (other.ms / best).toFixed(0)} |`,
    '',
  ];
  if (other !== null) {
    const equal = stats.every((value, i) => value === other.stats[i]);
    lines.push(
      `The 12 numbers are ${equal ? 'equal to the last bit' : `NOT equal: ${stats.join(' ')} against ${other.stats.join(' ')}`}.`,
      '',
    );
  }
  return lines.join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(run());
