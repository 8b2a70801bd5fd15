import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cliJson } from '../../helpers/runCli.ts';
import { makeSampleDataset } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

let app: App;
let open: AppPage;
let deepId = '';
beforeAll(async () => {
  app = await startApp({
    async prepare(folder, options) {
      // A 12 bit ramp in a 16 bit file, beside the sample.
      const images = join(folder, 'deep');
      mkdirSync(images);
      const [width, height] = [320, 200];
      const ramp = Uint16Array.from({ length: width * height }, (_, i) => 64 + Math.round(((i % width) / (width - 1)) * 4_000));
      await sharp(ramp, { raw: { width, height, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toFile(join(images, 'ramp.png'));
      const deep = join(folder, 'deepset');
      deepId = (await cliJson<{ readonly id: string }>(['create', deep, '--name', 'Deep'], options)).id;
      await cliJson(['import', deep, '--format', 'images', '--from', images, '--media', 'copy'], options);
      return makeSampleDataset(folder, options);
    },
  });
});
afterEach(() => open.close());
afterAll(() => app.close());

const name = (n: number): string => `${String(n).padStart(6, '0')}.jpg`;
const canvas = (page: Page): Locator => page.getByRole('application', { name: 'Canvas' });

async function openFrame(n: number): Promise<Page> {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${name(n)}`);
  await described(open.page, '3 boxes, 0 selected');
  await canvas(open.page).focus();
  return open.page;
}

async function described(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const id = document.querySelector('[role=application]')?.getAttribute('aria-describedby');
      return id !== null && id !== undefined && document.getElementById(id)?.textContent === wanted;
    },
    text,
    { timeout: 20_000 },
  );
}

/** Red of the pixel that a layer shows at a share of the canvas, once it satisfies `holds`. */
async function red(page: Page, x: number, y: number, holds: string): Promise<number> {
  const found = await page.waitForFunction(
    ([atX, atY, test]) => {
      const layer = document.querySelector('canvas');
      const value = layer?.getContext('2d')?.getImageData(Math.floor(layer.width * atX), Math.floor(layer.height * atY), 1, 1).data;
      const [above, limit] = [test.startsWith('>'), Number(test.slice(1))];
      if (!value || value[3] !== 255) return false;
      return (above ? value[0]! > limit : value[0]! < limit) ? { red: value[0]! } : false;
    },
    [x, y, holds] as const,
    { timeout: 20_000 },
  );
  return ((await found.jsonValue()) as { readonly red: number }).red;
}

describe('What helps to see', () => {
  test('keys and sliders adjust the image, for this dataset, until it is reset', async () => {
    const page = await openFrame(0);
    // The sky of the sample: #9fb8cc.
    const before = await red(page, 0.5, 0.2, '>0');
    expect(Math.abs(before - 0x9f)).toBeLessThan(6);
    await page.keyboard.press('Shift+I');
    const brightness = page.getByRole('slider', { name: 'Brightness' });
    await brightness.waitFor();
    await canvas(page).focus();
    await page.keyboard.press('Alt+ArrowUp');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[aria-label=Brightness]')?.value === '10');
    await page.keyboard.press('Alt+ArrowUp');
    await red(page, 0.5, 0.2, `>${before + 15}`);
    await page.getByRole('switch', { name: 'Invert' }).click();
    await red(page, 0.5, 0.2, `<${before - 30}`);
    expect(await seriousProblems(page)).toEqual([]);
    // Another window of the same person sees it so, too: it is kept, not only shown.
    const other = await app.open(`/d/${app.dataset.id}/label?frame=${name(0)}`);
    await red(other.page, 0.5, 0.2, `<${before - 30}`);
    await other.close();
    await canvas(page).focus();
    await page.keyboard.press('d');
    await page.getByRole('status', { name: 'Frame' }).getByText(name(1)).waitFor({ state: 'attached' });
    await red(page, 0.5, 0.2, `<${before - 30}`);
    await page.keyboard.press('Alt+0');
    await red(page, 0.5, 0.2, `>${before - 6}`);
    expect(await brightness.inputValue()).toBe('0');
    expect(open.errors).toEqual([]);
  });

  test('the filter hides boxes, says how many, leaves the frames alone, and one key takes it away', async () => {
    const page = await openFrame(1);
    await page.keyboard.press('Shift+B');
    await page.getByRole('button', { name: 'Category', exact: false }).filter({ hasText: 'Any' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'car' }).click();
    await described(page, '1 box, 0 selected');
    const chip = page.getByRole('status', { name: 'Filter of boxes' });
    await chip.getByText('2 hidden by the filter').waitFor();
    await page
      .getByRole('status', { name: 'Frame' })
      .getByText(`2 of 12, ${name(1)}`)
      .waitFor({ state: 'attached' });
    expect(await seriousProblems(page)).toEqual([]);
    await canvas(page).focus();
    await page.keyboard.press('Shift+A');
    await described(page, '3 boxes, 0 selected');
    await chip.waitFor({ state: 'detached' });
    expect(open.errors).toEqual([]);
  });

  test('the frame before stands beside this one and moves with it; over it, its boxes do', async () => {
    const page = await openFrame(2);
    await page.keyboard.press('Shift+K');
    const picture = page.getByRole('img', { name: 'Picture to compare with' });
    await page.getByRole('group', { name: 'Comparison' }).getByText('3 boxes').waitFor();
    const [left, right] = await Promise.all([canvas(page).boundingBox(), picture.boundingBox()]);
    expect(left && right && Math.abs(left.x + left.width - right.x) <= 2 && Math.abs(left.width - right.width) <= 2).toBe(true);
    // A turn of the wheel over the other picture zooms the canvas.
    const zoom = page.locator('.zoom-value');
    const before = await zoom.textContent();
    await page.mouse.move((right?.x ?? 0) + 200, (right?.y ?? 0) + 200);
    await page.mouse.wheel(0, -300);
    await page.waitForFunction((old) => document.querySelector('.zoom-value')?.textContent !== old, before);
    await page.keyboard.press('Alt+K');
    await page.waitForFunction(() => document.querySelector('.compare')?.getAttribute('data-mode') === 'overlay');
    const [over, under] = await Promise.all([picture.boundingBox(), canvas(page).boundingBox()]);
    expect(over?.width).toBe(under?.width);
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Shift+K');
    await picture.waitFor({ state: 'detached' });
    expect(open.errors).toEqual([]);
  });

  test('minimap and magnifier: a drag moves the view, the lens lasts as long as its key', async () => {
    const page = await openFrame(3);
    await page.keyboard.press('Shift+M');
    const map = page.getByRole('img', { name: 'Minimap: drag to move the view' });
    await map.waitFor();
    for (let i = 0; i < 8; i++) await page.keyboard.press('Control+=');
    const place = (): Promise<string> => map.locator('.minimap-frame').evaluate((frame) => (frame as HTMLElement).style.translate);
    await page.waitForFunction(() => parseFloat((document.querySelector('.minimap-frame') as HTMLElement).style.width) < 120);
    const before = await place();
    const box = await map.boundingBox();
    await page.mouse.click((box?.x ?? 0) + 4, (box?.y ?? 0) + 4);
    await page.waitForFunction((old) => (document.querySelector('.minimap-frame') as HTMLElement).style.translate !== old, before);
    const area = await canvas(page).boundingBox();
    await page.mouse.move((area?.x ?? 0) + 300, (area?.y ?? 0) + 300);
    await canvas(page).focus();
    await page.keyboard.down('p');
    await page.locator('.lens:not([hidden])').waitFor();
    await page.keyboard.up('p');
    await page.locator('.lens').waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+M');
    await map.waitFor({ state: 'detached' });
    expect(open.errors).toEqual([]);
  });

  test('a view that was panned shows the same pixels as one drawn anew', async () => {
    const page = await openFrame(4);
    for (let i = 0; i < 6; i++) await page.keyboard.press('Control+=');
    const pixels = (): Promise<string> =>
      page.evaluate(async () => {
        // After the frame that is being drawn.
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        const layer = document.querySelector('canvas');
        const data = layer?.getContext('2d')?.getImageData(0, 0, layer.width, layer.height).data ?? new Uint8ClampedArray();
        const hash = await crypto.subtle.digest('SHA-256', data);
        return Array.from(new Uint8Array(hash), (byte) => byte.toString(16)).join('');
      });
    const area = await canvas(page).boundingBox();
    const [x, y] = [(area?.x ?? 0) + 500, (area?.y ?? 0) + 300];
    const still = await pixels();
    await page.mouse.move(x, y);
    await page.mouse.down({ button: 'middle' });
    for (const [dx, dy] of [
      [13, 4],
      [40, -25],
      [-60, -31],
      [-61, 90],
    ] as const)
      await page.mouse.move(x + dx, y + dy);
    await page.mouse.up({ button: 'middle' });
    await page.mouse.move(2, 2);
    const panned = await pixels();
    expect(panned).not.toBe(still);
    // All of it is drawn again with every change of the look; three of them lead back to where it began.
    for (const mode of ['Selected', 'None', 'As room allows']) {
      await page.keyboard.press('Shift+T');
      if (mode === 'Selected') await page.keyboard.press('Shift+B');
      await page.getByRole('radio', { name: mode }).and(page.locator('[aria-checked=true]')).waitFor();
    }
    expect(await pixels()).toBe(panned);
    expect(open.errors).toEqual([]);
  });

  test('the crosshair follows the pointer with every tool where it is wished for', async () => {
    const page = await openFrame(5);
    const area = await canvas(page).boundingBox();
    // Whether anything is drawn at the upper edge of the layer that follows the pointer, above it.
    const line = (at: number, drawn: boolean): Promise<unknown> =>
      page.waitForFunction(
        ([x, wanted]) => {
          const layer = [...document.querySelectorAll<HTMLCanvasElement>('[role=application] canvas')].at(-1);
          const ratio = (layer?.width ?? 0) / (layer?.clientWidth ?? 1);
          const pixel = layer?.getContext('2d')?.getImageData(Math.floor(x * ratio), 2, 1, 1).data;
          return pixel !== undefined && pixel[3]! > 0 === wanted;
        },
        [at, drawn] as const,
        { timeout: 20_000 },
      );
    const to = (x: number): Promise<void> => page.mouse.move((area?.x ?? 0) + x, (area?.y ?? 0) + 60);
    await to(300);
    await line(300, false);
    // While drawing, always, never.
    await page.keyboard.press('r');
    await to(310);
    await line(310, true);
    await page.keyboard.press('Escape');
    await line(310, false);
    await page.keyboard.press('Shift+O');
    await to(340);
    await line(340, true);
    await page.keyboard.press('Shift+O');
    await line(340, false);
    expect(open.errors).toEqual([]);
  });

  test('a 16 bit image is seen, and its window can be set', async () => {
    open = await app.open(`/d/${deepId}/label?frame=ramp.png`);
    const { page } = open;
    // Its upper eight bits alone would nowhere be lighter than 15.
    const middle = await red(page, 0.5, 0.5, '>60');
    await canvas(page).focus();
    await page.keyboard.press('Shift+I');
    await page.getByRole('button', { name: 'Set the 16 bit window' }).click();
    await red(page, 0.5, 0.5, `<${middle - 40}`);
    const white = page.getByRole('slider', { name: 'White, 16 bit' });
    expect(await white.inputValue()).toBe('65535');
    await white.fill('2000');
    await red(page, 0.5, 0.5, '>240');
    expect(open.errors).toEqual([]);
  });
});
