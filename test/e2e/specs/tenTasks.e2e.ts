import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { boxList, canvas, described, saved, toScreen } from '../canvasPage.ts';
import { type App, type AppPage, startApp } from '../harness.ts';
import { cliJson } from '../../helpers/runCli.ts';

const frames = 50;
const rare = 49;

/**
 * Ten tasks of a labeler's day in key presses and clicks: a chord is one press, a drag is one click. Beside ours what CVAT and
 * X-AnyLabeling need at least by their own key maps, from the same state and with their best settings (null: cannot be done).
 */
const peers = {
  // CVAT: Ctrl+digit for each category after the first, then N and two clicks a box. X-AnyLabeling: a digit that draws with its label, two clicks a box.
  draw: { cvat: 17, anylabeling: 13 },
  // Both take hold of the corner under the pointer.
  corner: { cvat: 1, anylabeling: 1 },
  // CVAT: Ctrl+digit over each box. X-AnyLabeling: select all, edit, choose, confirm.
  relabel: { cvat: 8, anylabeling: 4 },
  // Neither filters the boxes of a frame by score: Delete over each of the twelve; X-AnyLabeling selects each first.
  deleteUnsure: { cvat: 12, anylabeling: 24 },
  // CVAT goes on without a verdict; X-AnyLabeling checks, then goes on.
  accept: { cvat: 1, anylabeling: 2 },
  // CVAT: Ctrl+B, a number of two digits, confirm, for each of three boxes. X-AnyLabeling: select all, copy, then next and paste ten times.
  copy: { cvat: 12, anylabeling: 22 },
  // CVAT: N and two clicks, twice ten frames on and a drag, ten frames on and out of sight. X-AnyLabeling has no key frames.
  track: { cvat: 9, anylabeling: null },
  // CVAT keeps no score. X-AnyLabeling shows it, frame by frame, and this one is 43 on; so far ours can be walked to as well.
  find: { cvat: null, anylabeling: rare - 6 },
  // Into the mode, on by one key a box, and one for each correction.
  review: { cvat: 24, anylabeling: 24 },
  undo: { cvat: 5, anylabeling: 5 },
} as const;

const size = { width: 640, height: 480 };
const categories = ['bicycle', 'car', 'person'];
type Bbox = readonly [number, number, number, number];

const grid = (count: number): readonly Bbox[] =>
  Array.from({ length: count }, (_, i): Bbox => [20 + (i % 5) * 120, 20 + Math.floor(i / 5) * 110, 80, 70]);

/** The boxes that people made, by frame, and those of a model with their scores. */
const made: { readonly [frame: number]: readonly Bbox[] } = { 1: [[200, 150, 200, 160]], 2: grid(8), 5: grid(3), 16: grid(20) };
const guessed = {
  3: grid(16).map((bbox, i) => ({ bbox, score: i < 12 ? 0.26 + i / 50 : 0.9 })),
  [rare]: [{ bbox: [60, 60, 90, 80], score: 0.3 }],
};

let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp({
    async prepare(folder, options) {
      const images = join(folder, 'images/drive');
      mkdirSync(images, { recursive: true });
      for (let n = 0; n < frames; n++)
        await sharp({ create: { ...size, channels: 3, background: { r: (n * 37) % 256, g: (n * 91) % 256, b: 150 } } })
          .jpeg()
          .toFile(join(images, file(n)));
      const annotations = Object.entries(made).flatMap(([frame, boxes]) => boxes.map((bbox) => ({ image_id: Number(frame) + 1, bbox })));
      const labels = join(folder, 'instances.json');
      writeFileSync(
        labels,
        JSON.stringify({
          categories: categories.map((name, i) => ({ id: i + 1, name })),
          images: Array.from({ length: frames }, (_, n) => ({ id: n + 1, file_name: `drive/${file(n)}`, ...size })),
          annotations: annotations.map((one, i) => ({ ...one, id: i + 1, category_id: 2, area: one.bbox[2] * one.bbox[3], iscrowd: 0 })),
        }),
      );
      const results = join(folder, 'results.json');
      writeFileSync(
        results,
        JSON.stringify(
          Object.entries(guessed).flatMap(([frame, boxes]) =>
            boxes.map((box) => ({ ...box, image_id: Number(frame) + 1, category_id: Number(frame) === rare ? 1 : 2 })),
          ),
        ),
      );
      const dataset = await cliJson<{ id: string; path: string }>(['create', join(folder, 'tasks'), '--name', 'Tasks'], options);
      await cliJson(['import', dataset.path, '--format', 'coco', '--from', labels, '--images', join(folder, 'images')], options);
      await cliJson(['import', dataset.path, '--format', 'coco', '--from', results, '--ground-truth', labels, '--source', 'det'], options);
      await cliJson(['apply', dataset.path, '--run', 'det', '--where', `frame.name = "drive/${file(3)}"`], options);
      return dataset;
    },
  });
});
afterEach(() => open.close());
afterAll(() => app.close());

const file = (n: number): string => `${String(n).padStart(6, '0')}.jpg`;

/** Plays keys and mouse and counts them. */
function handOn(page: Page, at: (x: number, y: number) => readonly [number, number]) {
  let count = 0;
  return {
    count: () => count,
    async press(key: string): Promise<void> {
      count += 1;
      await page.keyboard.press(key);
    },
    async type(text: string): Promise<void> {
      count += text.length;
      await page.keyboard.type(text);
    },
    async click(target: { click(): Promise<void> }): Promise<void> {
      count += 1;
      await target.click();
    },
    /** Image px. */
    async drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
      count += 1;
      await page.mouse.move(...at(...from));
      await page.mouse.down();
      await page.mouse.move(...at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2));
      await page.mouse.move(...at(...to));
      await page.mouse.up();
    },
  };
}

async function start(n: number, description?: string) {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${encodeURIComponent(`drive/${file(n)}`)}`);
  const { page } = open;
  await onFrame(page, n);
  if (description !== undefined) await described(page, description);
  await canvas(page).focus();
  return { page, hand: handOn(page, await toScreen(page)) };
}

async function onFrame(page: Page, n: number): Promise<void> {
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(`drive/${file(n)}`)
    .waitFor({ state: 'attached' });
}

/** Ours never needs more than the better of the two. */
function compare(task: keyof typeof peers, ours: number): void {
  const { cvat, anylabeling } = peers[task];
  expect(ours, task).toBeLessThanOrEqual(Math.min(cvat ?? Infinity, anylabeling ?? Infinity));
}

const named = (page: Page): Promise<readonly (string | null)[]> =>
  boxList(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));

test('draw five boxes of three categories', async () => {
  const { page, hand } = await start(0, '0 boxes, 0 selected');
  await hand.press('r');
  await hand.drag([20, 20], [120, 120]);
  await described(page, '1 box, 1 selected');
  await hand.drag([140, 20], [240, 120]);
  await described(page, '2 boxes, 1 selected');
  await hand.press('Control+2');
  await hand.drag([260, 20], [360, 120]);
  await described(page, '3 boxes, 1 selected');
  await hand.drag([380, 20], [480, 120]);
  await described(page, '4 boxes, 1 selected');
  await hand.press('Control+3');
  await hand.drag([500, 20], [600, 120]);
  await described(page, '5 boxes, 1 selected');
  await saved(page);
  expect([...(await named(page))].sort()).toEqual(['bicycle', 'bicycle', 'car', 'car', 'person']);
  compare('draw', hand.count());
});

test('fix one corner of a box', async () => {
  const { page, hand } = await start(1, '1 box, 0 selected');
  await hand.drag([400, 310], [420, 330]);
  await saved(page);
  const { boxes } = await app.cli<{ boxes: { bbox: number[] }[] }>([
    'boxes',
    app.dataset.path,
    '--source',
    'gt',
    '--frame',
    `drive/${file(1)}`,
  ]);
  expect(boxes[0]?.bbox.map(Math.round)).toEqual([200, 150, 220, 180]);
  compare('corner', hand.count());
});

test('relabel eight boxes', async () => {
  const { page, hand } = await start(2, '8 boxes, 0 selected');
  await hand.press('Control+a');
  await described(page, '8 boxes, 8 selected');
  await hand.press('3');
  await boxList(page)
    .and(page.getByRole('option', { name: 'person' }))
    .nth(7)
    .waitFor();
  compare('relabel', hand.count());
});

test('delete all model boxes under 0.5', async () => {
  const { page, hand } = await start(3, '16 boxes, 0 selected');
  await hand.press('Shift+B');
  const panel = page.getByRole('region', { name: 'Boxes' });
  const upper = panel.getByRole('slider', { name: 'Highest score' });
  await upper.waitFor();
  const track = await upper.boundingBox();
  if (track === null) throw new Error('no slider');
  await hand.click({ click: () => page.mouse.click(track.x + track.width / 2, track.y + track.height / 2) });
  await described(page, '12 boxes, 0 selected');
  await hand.press('Control+a');
  await described(page, '12 boxes, 12 selected');
  await hand.press('Delete');
  await hand.press('Shift+A');
  await described(page, '4 boxes, 0 selected');
  compare('deleteUnsure', hand.count());
});

test('accept a frame and go on', async () => {
  const { page, hand } = await start(4, '0 boxes, 0 selected');
  await hand.press('Space');
  await onFrame(page, 5);
  compare('accept', hand.count());
});

test("copy a frame's boxes to the next ten", async () => {
  const { page, hand } = await start(5, '3 boxes, 0 selected');
  await hand.press('Control+b');
  await page.getByRole('form', { name: 'Propagate boxes' }).getByRole('textbox').waitFor();
  await hand.press('Enter');
  await page
    .getByText(/^30 boxes/)
    .first()
    .waitFor();
  compare('copy', hand.count());
  const { boxes } = await app.cli<{ boxes: { frame: string }[] }>(['boxes', app.dataset.path, '--source', 'gt']);
  expect(new Set(boxes.map(({ frame }) => Number(/(\d+)\.jpg$/.exec(frame)?.[1])).filter((n) => n > 5 && n < 16)).size).toBe(10);
});

test('track an object over 30 frames with three key frames', async () => {
  const { page, hand } = await start(18, '0 boxes, 0 selected');
  await hand.press('r');
  await hand.drag([40, 200], [120, 260]);
  await described(page, '1 box, 1 selected');
  await hand.press(':');
  await page.getByRole('listbox', { name: 'Tracks' }).getByRole('option').first().waitFor();
  // The panel of tracks leaves the image less room: the same pixels lie elsewhere.
  const then = handOn(page, await toScreen(page));
  for (const [frame, x] of [
    [28, 140],
    [38, 200],
  ] as const) {
    await then.press('v');
    await onFrame(page, frame);
    await described(page, '1 box, 0 selected');
    await then.drag([x - 60, 230], [x, 230]);
    await saved(page);
  }
  await then.press('v');
  await onFrame(page, 48);
  await then.press("'");
  await page
    .getByRole('listbox', { name: 'Tracks' })
    .getByRole('option', { name: /frames 19 to 48, 3 key frames/ })
    .waitFor();
  compare('track', hand.count() + then.count());
});

test('find the next frame with a bicycle under 0.4', async () => {
  const { page, hand } = await start(6);
  await hand.press('/');

  // The field lives in a shadow root.
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-label') === 'Query');
  await hand.type('exists a:bicycle where a.score<.4');
  await page
    .getByRole('listbox', { name: 'Frames' })
    .getByRole('option', { name: file(rare) })
    .waitFor();
  await hand.press('Enter');
  await hand.press('Enter');
  await onFrame(page, rare);
  compare('find', hand.count());
});

test('box-by-box review of 20 boxes with three corrections', async () => {
  const { page, hand } = await start(16, '20 boxes, 0 selected');
  const bar = page.getByRole('toolbar', { name: 'Box by box' });
  await hand.press('b');
  for (let n = 1; n <= 20; n++) {
    await bar.getByText(`${String(n)} of 20`, { exact: true }).waitFor();
    await hand.press(n % 6 === 0 ? '1' : 'y');
  }
  await bar.getByText('All 20 boxes seen').waitFor();
  await saved(page);
  expect((await named(page)).filter((name) => name === 'bicycle').length).toBe(3);
  compare('review', hand.count());
});

test('undo the last five changes', async () => {
  const { page, hand } = await start(1, '1 box, 0 selected');
  await page.keyboard.press('Control+a');
  await described(page, '1 box, 1 selected');
  const x = page.getByLabel('X, px');
  const before = Number(await x.inputValue());
  const becomes = (wanted: number): Promise<unknown> =>
    page.waitForFunction((value) => Number(document.querySelector<HTMLInputElement>('input[aria-label="X, px"]')?.value) === value, wanted);
  for (let n = 1; n <= 5; n++) {
    await page.keyboard.press('ArrowRight');
    await becomes(before + n);
    await saved(page);
  }
  for (let n = 4; n >= 0; n--) {
    await hand.press('Control+z');
    await becomes(before + n);
  }
  compare('undo', hand.count());
});
