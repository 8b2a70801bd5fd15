import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { hasNumbers } from '../canvasPage.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

// Every test works on a frame of its own: what one labels, the next one finds.
let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.close());
afterAll(() => app.close());

const name = (n: number): string => `${String(n).padStart(6, '0')}.jpg`;
const canvas = (page: Page): Locator => page.getByRole('application', { name: 'Canvas' });
const boxes = (page: Page): Locator => page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');

async function openFrame(n: number): Promise<Page> {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${name(n)}`);
  await onFrame(open.page, n);
  await described(open.page, '3 boxes, 0 selected');
  return open.page;
}

/** The line that says where one stands: "3 of 12, 000002.jpg". */
async function onFrame(page: Page, n: number): Promise<void> {
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(`${n + 1} of ${sampleFrames}, ${name(n)}`)
    .waitFor({ state: 'attached' });
}

async function described(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const id = document.querySelector('[role=application]')?.getAttribute('aria-describedby');
      return id !== null && id !== undefined && document.getElementById(id)?.textContent === wanted;
    },
    text,
    { timeout: 10_000 },
  );
}

async function saved(page: Page): Promise<void> {
  await page.getByRole('status', { name: 'Save state' }).getByText('Saved', { exact: true }).waitFor();
}

/** Where image pixels lie on the screen: the sample is 640 × 480, fitted between the insets. */
async function toScreen(page: Page): Promise<(x: number, y: number) => readonly [number, number]> {
  const area = await canvas(page).boundingBox();
  if (area === null) throw new Error('no canvas');
  const [left, right, top, bottom] = [60, 24, 24, 24];
  const scale = Math.min((area.width - left - right) / 640, (area.height - top - bottom) / 480);
  const x0 = area.x + left + (area.width - left - right - 640 * scale) / 2;
  const y0 = area.y + top + (area.height - top - bottom - 480 * scale) / 2;
  return (x, y) => [x0 + x * scale, y0 + y * scale];
}

async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}

const numbers = async (page: Page): Promise<readonly number[]> =>
  Promise.all(['X', 'Y', 'W', 'H'].map(async (side) => Number(await page.getByRole('textbox', { name: `${side}, px` }).inputValue())));

describe('Label', () => {
  test('shows the photograph with its boxes, named in the list', async () => {
    const page = await openFrame(0);
    expect(await boxes(page).allTextContents()).toHaveLength(3);
    expect(await boxes(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')).sort())).toEqual([
      'bicycle',
      'car',
      'person',
    ]);
    // The image layer holds the photograph: its sky and its road.
    await page.waitForFunction(() => {
      const [image] = document.querySelectorAll('canvas');
      return image?.getContext('2d')?.getImageData(Math.floor(image.width / 2), Math.floor(image.height / 2), 1, 1).data[3] === 255;
    });
    expect(await seriousProblems(page)).toEqual([]);
    expect(open.errors).toEqual([]);
  });

  test('a box drawn by drag is saved, selected, and there after a reload', async () => {
    const page = await openFrame(1);
    const at = await toScreen(page);
    await canvas(page).focus();
    await page.keyboard.press('3');
    await page.keyboard.press('r');
    await drag(page, at(20, 40), at(120, 140));
    await described(page, '4 boxes, 1 selected');
    await saved(page);
    await hasNumbers(page, [20, 40, 100, 100], 1.5);
    await page.reload();
    await onFrame(page, 1);
    await described(page, '4 boxes, 0 selected');
    await boxes(page)
      .and(page.getByRole('option', { name: 'person', exact: true }))
      .nth(1)
      .waitFor();
    expect(open.errors).toEqual([]);
  });

  test('two clicks draw a box, over another one without grabbing it', async () => {
    const page = await openFrame(2);
    const at = await toScreen(page);
    await canvas(page).focus();
    await page.keyboard.press('w');
    await page.mouse.click(...at(150, 220));
    await page.mouse.move(...at(200, 260));
    await page.mouse.click(...at(240, 300));
    await described(page, '4 boxes, 1 selected');
    await saved(page);
    // The car below it stayed where it was.
    await boxes(page).filter({ hasText: 'car' }).click();
    await hasNumbers(page, [80, 200, 240, 120]);
  });

  test('move, resize, nudge, relabel, delete; undo takes all of it back and redo gives it again', async () => {
    const page = await openFrame(3);
    const at = await toScreen(page);
    // The person of frame 3: [560, 183, 40, 110].
    await page.mouse.click(...at(580, 240));
    await described(page, '3 boxes, 1 selected');
    await hasNumbers(page, [560, 183, 40, 110]);
    await drag(page, at(580, 240), at(540, 220));
    await page.waitForFunction(
      () => Math.abs(Number(document.querySelector<HTMLInputElement>('input[aria-label="X, px"]')?.value) - 520) < 1.5,
    );
    const moved = await numbers(page);
    await drag(page, at((moved[0] ?? 0) + 40, (moved[1] ?? 0) + 110), at((moved[0] ?? 0) + 60, (moved[1] ?? 0) + 120));
    await page.waitForFunction(
      () => Math.abs(Number(document.querySelector<HTMLInputElement>('input[aria-label="W, px"]')?.value) - 60) < 1.5,
    );
    await canvas(page).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('1');
    await page.keyboard.press('q');
    await page.keyboard.press('Delete');
    await described(page, '2 boxes, 0 selected');
    await saved(page);
    for (let i = 0; i < 7; i++) await page.keyboard.press('Control+z');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[aria-label="X, px"]')?.value === '560');
    await described(page, '3 boxes, 1 selected');
    await hasNumbers(page, [560, 183, 40, 110]);
    for (let i = 0; i < 7; i++) await page.keyboard.press('Control+Shift+z');
    await described(page, '2 boxes, 0 selected');
    expect(open.errors).toEqual([]);
  });

  test('Space tapped marks the frame labeled and goes on; the address follows', async () => {
    const page = await openFrame(4);
    await canvas(page).focus();
    await page.keyboard.press('f');
    await page.getByText('Needs fix', { exact: true }).waitFor();
    await page.keyboard.press('Space');
    await onFrame(page, 5);
    expect(page.url()).toContain(`frame=${name(5)}`);
    await page.keyboard.press('a');
    await onFrame(page, 4);
    await page.getByText('Labeled', { exact: true }).first().waitFor();
    expect(open.errors).toEqual([]);
  });

  test('Space held moves the view and accepts nothing', async () => {
    const page = await openFrame(5);
    const at = await toScreen(page);
    await canvas(page).focus();
    await page.mouse.move(...at(320, 240));
    await page.keyboard.down('Space');
    await drag(page, at(320, 240), at(380, 260));
    await page.keyboard.up('Space');
    await onFrame(page, 5);
    await described(page, '3 boxes, 0 selected');
  });

  test('copied boxes are pasted on the next frame at the same place', async () => {
    const page = await openFrame(6);
    await canvas(page).focus();
    await page.keyboard.press('Control+a');
    await described(page, '3 boxes, 3 selected');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('d');
    await onFrame(page, 7);
    await described(page, '3 boxes, 0 selected');
    await page.keyboard.press('Control+v');
    await described(page, '6 boxes, 3 selected');
    await saved(page);
  });

  test('the history of a box says who did what', async () => {
    const page = await openFrame(8);
    await boxes(page).filter({ hasText: 'car' }).click();
    await canvas(page).focus();
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('moved the box 10 px').waitFor();
    await page.getByText('imported it from coco').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
  });

  test('the next frame is there within a tenth of a second', async () => {
    const page = await openFrame(0);
    await canvas(page).focus();
    // From the key to the photograph on the canvas, as the page itself sees it; the middle of nine.
    const times = await page.evaluate(async () => {
      const shown = (): string => new URLSearchParams(location.hash.split('?')[1]).get('frame') ?? '';
      const spent: number[] = [];
      for (let i = 0; i < 9; i++) {
        await new Promise((resolve) => setTimeout(resolve, 400));
        const before = shown();
        const began = performance.now();
        window.dispatchEvent(new KeyboardEvent('keydown', { key: 'd', code: 'KeyD', bubbles: true }));
        while (shown() === before || document.querySelectorAll('[role=listbox][aria-label=Boxes] [role=option]').length === 0) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
        spent.push(performance.now() - began);
      }
      return spent.sort((a, b) => a - b);
    });
    expect(times[4]).toBeLessThan(100);
  });
});
