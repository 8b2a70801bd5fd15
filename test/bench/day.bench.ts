import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type CDPSession, type Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium } from '../e2e/chromium.ts';
import { cliJson, spawnCli, type CliOptions } from '../helpers/runCli.ts';

export const title = 'The speed of a day: 100,000 frames with 1,000,000 boxes in a browser';

/** `FRAMES=5000` for a quick look. */
const frameCount = Number(process.env['FRAMES'] ?? 100_000);
const boxesPerFrame = 10;
const visited = Number(process.env['VISITED'] ?? 2_000);
const size = { width: 1280, height: 720 };
const categories = ['car', 'bicycle', 'person', 'truck', 'bus', 'traffic light', 'sign', 'dog'];

/**
 * Everything is driven by key presses, clicks and the wheel of a real Chromium and timed inside the page: from the event to the
 * change of frame in which its answer is drawn.
 */
export async function run(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hardcase-day-'));
  const options: CliOptions = {
    env: { HARDCASE_USER_DATA: path.join(folder, 'user'), HARDCASE_DOCUMENTS: path.join(folder, 'documents') },
  };
  const rows: string[] = [];
  const row = (what: string, figure: string, aim: string): void => void rows.push(`| ${what} | ${figure} | ${aim} |`);
  try {
    const began = performance.now();
    const { images, labels } = await writeSource(folder);
    const written = performance.now();
    const { id, path: at } = await cliJson<{ id: string; path: string }>(['create', path.join(folder, 'day'), '--name', 'Day'], options);
    await cliJson(['import', at, '--format', 'coco', '--from', labels, '--images', images, '--media', 'link'], options);
    const imported = performance.now();
    const host = await serve(folder, options);
    row('host started, address printed', ms(performance.now() - imported), '');
    const { executablePath, env } = await findChromium();
    const browser = await chromium.launch({
      executablePath,
      chromiumSandbox: false,
      env: { ...(process.env as { [name: string]: string }), ...env },
      args: ['--disable-dev-shm-usage'],
    });
    try {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      await context.addInitScript(pageTools);
      const page = await context.newPage();
      await page.goto(host.address.replace(/&to=.*$/, ''));
      await page.waitForURL(/\/#\//);
      await opening(page, id, row);
      await filters(page, row);
      await grid(page, row);
      const memory = await walk(page, await context.newCDPSession(page), row);
      return `${frameCount.toLocaleString('en')} frames of ${String(size.width)} × ${String(size.height)} (JPEG, linked) with ${(frameCount * boxesPerFrame).toLocaleString('en')} boxes; written in ${seconds(written - began)}, imported in ${seconds(imported - written)}; load of the machine ${loadavg()[0]?.toFixed(1) ?? '?'}. Chromium draws in software here.

| what | figure | aim |
| --- | --- | --- |
${rows.join('\n')}

${memory}`;
    } finally {
      await browser.close();
      await host.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Row = (what: string, figure: string, aim: string) => void;

const ms = (value: number): string => `${value.toFixed(0)} ms`;
const seconds = (value: number): string => `${(value / 1000).toFixed(0)} s`;
function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return `median ${ms(at(0.5))}, p95 ${ms(at(0.95))}, worst ${ms(at(1))} of ${String(sorted.length)}`;
}

/** From the click on the dataset's card to its grid, and to the last photograph in it. */
async function opening(page: Page, id: string, row: Row): Promise<void> {
  const card = page.getByRole('link', { name: /^Day/ });
  await card.waitFor();
  const [grid, drawn] = await timed(page, 'click', () => card.click(), [
    () => document.querySelectorAll('[role=listbox][aria-label=Frames] [role=option]').length > 0,
    () => day.whiteTiles() === 0,
  ]);
  await page.waitForURL(new RegExp(`/d/${id}/`));
  row('dataset opened: from the click to the grid', ms(grid ?? Number.NaN), '< 2 s');
  row('… to its last photograph (thumbnails made for the first time)', ms(drawn ?? Number.NaN), '');
}

/** From the last key press of a query, and from a click on a facet, to the new count. */
async function filters(page: Page, row: Row): Promise<void> {
  const query = page.getByRole('textbox', { name: 'Query' });
  const times: number[] = [];
  // Each answers before its last key, too, with another count.
  for (const text of [
    'bicycle & car where ioa > 0.65',
    'exists a: person where a.height > 90px',
    'exists a: dog where a.width > 50px',
    'dog & sign where iou > 0.05',
    'exists a: bus, b: truck where gap(a, b) < 90px',
    'count(b: car) >= 10',
  ]) {
    const last = /\d(?=\D*$)/.exec(text)?.index ?? 0;
    await query.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(text.slice(0, last) + text.slice(last + 1));
    await page.evaluate(() => day.still());
    const before = await page.evaluate(() => day.frames());
    for (let i = text.length - 1; i > last; i--) await page.keyboard.press('ArrowLeft');
    const [answered] = await timed(
      page,
      'keydown',
      () => page.keyboard.press(text[last] ?? ''),
      [(was: string) => day.frames() !== was],
      before,
    );
    times.push(answered ?? Number.NaN);
    await page.keyboard.press('Escape');
  }
  row(
    'query: from the last key to the answer',
    `${spread(times)} (in turn ${times.map((time) => time.toFixed(0)).join(', ')})`,
    '< 200 ms',
  );
}

/** A screenful on every turn of the wheel: how long a tile in sight stays without its photograph. */
async function grid(page: Page, row: Row): Promise<void> {
  const query = page.getByRole('textbox', { name: 'Query' });
  await query.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Escape');
  await page.evaluate(() => day.still());
  for (const [what, steps, by] of [
    ['grid, wheel by a third of a screen', 40, 280],
    ['the same way back (thumbnails there)', -40, 280],
    ['grid, wheel by a whole screen', 40, 840],
  ] as const) {
    await page.mouse.move(800, 500);
    await page.evaluate(() => day.watchTiles());
    for (let i = 0; i < Math.abs(steps); i++) {
      await page.mouse.wheel(0, Math.sign(steps) * by);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 120)));
    }
    const stopped = performance.now();
    await page.waitForFunction(() => day.whiteTiles() === 0);
    const rest = performance.now() - stopped;
    const white = await page.evaluate(() => day.tileTimes());
    row(`${what}: a tile without its photograph`, `${spread(white)}; none left ${ms(rest)} after the last turn`, '< 150 ms');
  }
}

/** `D` held by a patient hand: from the key to the next photograph on the canvas, and what the page holds after each 500. */
async function walk(page: Page, cdp: CDPSession, row: Row): Promise<string> {
  await page.getByRole('listbox', { name: 'Frames' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.getByRole('application', { name: 'Canvas' }).waitFor();
  await page.evaluate(() => day.still());
  const times: number[] = [];
  const memory: string[] = [];
  await cdp.send('HeapProfiler.enable');
  for (let i = 0; i <= visited; i++) {
    if (i % Math.max(1, Math.floor(visited / 4)) === 0) {
      await cdp.send('HeapProfiler.collectGarbage');
      const { usedSize } = await cdp.send('Runtime.getHeapUsage');
      const process = await rendererMegabytes();
      memory.push(`| ${String(i)} | ${(usedSize / 1e6).toFixed(0)} | ${process.toFixed(0)} |`);
    }
    if (i === visited) break;
    const shown = await page.evaluate(() => day.picture());
    const [drawn] = await timed(
      page,
      'keydown',
      () => page.keyboard.press('d'),
      [(was: string) => day.picture() !== was && day.picture() !== ''],
      shown,
    );
    times.push(drawn ?? Number.NaN);
  }
  row('next frame: from the key to its photograph', spread(times), '< 100 ms');
  return `Memory of the page after so many frames visited, garbage collected:

| frames | script's heap, MB | renderer process, MB |
| --- | --- | --- |
${memory.join('\n')}`;
}

/** Resident memory of the largest renderer process below this one. */
async function rendererMegabytes(): Promise<number> {
  const { execFileSync } = await import('node:child_process');
  const lines = execFileSync('ps', ['-eo', 'rss,args'], { encoding: 'utf8' }).split('\n');
  return (
    Math.max(...lines.filter((line) => line.includes('--type=renderer')).map((line) => Number(/^\s*(\d+)/.exec(line)?.[1] ?? 0))) / 1024
  );
}

/** Milliseconds from the next event of that kind to the first frame in which each condition holds. */
async function timed<A>(
  page: Page,
  event: 'click' | 'keydown',
  act: () => Promise<unknown>,
  until: readonly ((argument: A) => boolean)[],
  argument?: A,
): Promise<readonly number[]> {
  await page.evaluate(
    `void (day.times = day.timed(${JSON.stringify(event)}, [${until.map(String).join(', ')}], ${JSON.stringify(argument ?? null)}))`,
  );
  await act();
  return page.evaluate(() => day.times);
}

interface DayTools {
  whiteTiles(): number;
  watchTiles(): void;
  tileTimes(): readonly number[];
  readonly times: Promise<readonly number[]>;
  /** The count that the query field shows. */
  frames(): string;
  picture(): string;
  still(): Promise<void>;
}
declare const day: DayTools;
declare const document: { querySelectorAll(selector: string): { readonly length: number } };

/** What runs in the page. Plain script, for the page has no build of this file. */
const pageTools = `
window.day = {
  timed(event, until, argument) {
    return new Promise((resolve) => {
      const times = until.map(() => null);
      addEventListener(event, ({ timeStamp }) => {
        const look = () => {
          until.forEach((holds, i) => {
            if (times[i] === null && times.slice(0, i).every((time) => time !== null) && holds(argument)) times[i] = performance.now() - timeStamp;
          });
          if (times.every((time) => time !== null)) resolve(times);
          else if (performance.now() - timeStamp > 20_000) resolve(times.map((time) => time ?? NaN));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { once: true, capture: true });
    });
  },
  tiles() {
    const list = document.querySelector('[role=listbox][aria-label=Frames]');
    if (list === null) return [];
    const area = list.getBoundingClientRect();
    return [...list.querySelectorAll('[role=option]')].filter((tile) => {
      const box = tile.getBoundingClientRect();
      return box.bottom > area.top + 8 && box.top < area.bottom - 8;
    });
  },
  isWhite(tile) {
    const image = tile.querySelector('img');
    return image === null || !image.complete || image.naturalWidth === 0;
  },
  whiteTiles() {
    const tiles = day.tiles();
    return tiles.length === 0 ? -1 : tiles.filter(day.isWhite).length;
  },
  watchTiles() {
    const since = new Map();
    day.done = [];
    day.watching = true;
    const look = () => {
      const now = performance.now();
      const seen = new Set();
      for (const tile of day.tiles()) {
        seen.add(tile.id);
        const state = since.get(tile.id);
        if (state === undefined) since.set(tile.id, { from: now, over: false });
        if (!day.isWhite(tile)) {
          const entry = since.get(tile.id);
          if (!entry.over) { entry.over = true; day.done.push(now - entry.from); }
        }
      }
      for (const [id, entry] of since) if (!seen.has(id)) { if (!entry.over) day.done.push(now - entry.from); since.delete(id); }
      if (day.watching) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  },
  tileTimes() { day.watching = false; return day.done; },
  frames() { return document.querySelector('.query .res b')?.textContent ?? ''; },
  picture() {
    const canvas = document.querySelector('[role=application] canvas');
    if (canvas === null) return '';
    const context = canvas.getContext('2d');
    const points = [2, 3, 4, 5, 6].map((n) => [...context.getImageData(Math.floor((canvas.width * n) / 8), Math.floor(canvas.height / 2), 1, 1).data.slice(0, 3)].map((v) => v >> 4).join());
    return points.every((point) => point === points[0]) ? '' : points.join(';');
  },
  async still() {
    let last = '';
    for (let same = 0; same < 12; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const now = (document.querySelector('#root')?.textContent ?? '') + document.querySelectorAll('.skeleton').length;
      same = now === last ? same + 1 : 0;
      last = now;
    }
  },
};`;

async function serve(root: string, options: CliOptions): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const child = spawnCli(['serve', '--port', '0', '--root', root], options);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const found = /http:\/\/\S+/.exec(output);
      if (found !== null) resolve(found[0]);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('exit', () => reject(new Error(`serve ended:\n${output}`)));
  });
  return {
    address,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** 48 pictures as rich as photographs; every frame is one of them with a number behind its end, so that each has a hash of its own. */
async function writeSource(folder: string): Promise<{ readonly images: string; readonly labels: string }> {
  const images = path.join(folder, 'images');
  const pictures = await Promise.all(Array.from({ length: 48 }, (_, i) => drawPicture(i)));
  let waiting: Promise<void>[] = [];
  for (let n = 0; n < frameCount; n++) {
    const file = path.join(images, nameOf(n));
    if (n % 1_000 === 0) await mkdir(path.dirname(file), { recursive: true });
    waiting.push(writeFile(file, Buffer.concat([pictures[n % pictures.length] ?? Buffer.alloc(0), Buffer.from(String(n))])));
    if (waiting.length === 64) {
      await Promise.all(waiting);
      waiting = [];
    }
  }
  await Promise.all(waiting);
  const labels = path.join(folder, 'instances.json');
  const out = createWriteStream(labels);
  const write = async (text: string): Promise<void> => {
    if (!out.write(text)) await new Promise<void>((resolve) => out.once('drain', () => resolve()));
  };
  await write(`{"categories":${JSON.stringify(categories.map((name, i) => ({ id: i + 1, name })))},"images":[`);
  for (let n = 0; n < frameCount; n++)
    await write(
      `${n === 0 ? '' : ','}{"id":${String(n + 1)},"file_name":"${nameOf(n)}","width":${String(size.width)},"height":${String(size.height)}}`,
    );
  await write('],"annotations":[');
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let k = 0; k < frameCount * boxesPerFrame; k++) {
    const bbox = [random(1_100), random(600), 10 + random(150), 10 + random(100)];
    const category = random(2) === 0 ? 1 : 1 + random(categories.length);
    await write(
      `${k === 0 ? '' : ','}{"id":${String(k + 1)},"image_id":${String(Math.floor(k / boxesPerFrame) + 1)},"category_id":${String(category)},"bbox":${JSON.stringify(bbox)},"area":${String((bbox[2] ?? 0) * (bbox[3] ?? 0))},"iscrowd":0}`,
    );
  }
  await write(']}');
  await new Promise<void>((resolve) => out.end(() => resolve()));
  return { images, labels };
}

const nameOf = (n: number): string => `seq${String(Math.floor(n / 1_000)).padStart(3, '0')}/${String(n).padStart(6, '0')}.jpg`;

/** Noise over stripes of a colour of its own: about as many bytes and as much work to decode as a photograph of the street. */
async function drawPicture(i: number): Promise<Buffer> {
  const { width, height } = size;
  const hue = (k: number): string => `hsl(${String((i * 47 + k * 83) % 360)} 60% ${String(30 + ((i * 13 + k * 29) % 45))}%)`;
  const stripes = Array.from(
    { length: 8 },
    (_, k) => `<rect x="${String((k * width) / 8)}" width="${String(width / 8)}" height="${String(height)}" fill="${hue(k)}"/>`,
  );
  const noise = await sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 24 } },
  })
    .blur(1.2)
    .png()
    .toBuffer();
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}">${stripes.join('')}</svg>`),
  )
    .composite([{ input: noise, blend: 'soft-light' }])
    .jpeg({ quality: 80 })
    .toBuffer();
}
