import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { boxList, canvas, described, drag, frameName, hasNumbers, onFrame, saved, toScreen } from '../canvasPage.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

// Every test works on frames of its own: what one labels, the next one finds.
let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.close());
afterAll(() => app.close());

async function openFrame(n: number, boxes = 3): Promise<Page> {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${frameName(n)}`);
  await onFrame(open.page, n);
  await described(open.page, `${boxes} boxes, 0 selected`);
  await canvas(open.page).focus();
  return open.page;
}

/** The names in the list, in its order. */
const names = (page: Page): Promise<readonly (string | null)[]> =>
  boxList(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));

describe('Editing boxes', () => {
  test('the four outermost points draw a box; a held category goes on through corrections and is shown until it is released', async () => {
    const page = await openFrame(0);
    const at = await toScreen(page);
    await page.keyboard.press('Control+1');
    await page.getByRole('button', { name: 'Release bicycle' }).waitFor();
    await page.keyboard.press('Shift+r');
    for (const [x, y] of [
      [400, 60],
      [450, 20],
      [500, 70],
      [460, 120],
    ] as const)
      await page.mouse.click(...at(x, y));
    await described(page, '4 boxes, 1 selected');
    await hasNumbers(page, [400, 20, 100, 100], 1.5);
    // The new box is corrected to a car; the next one is a bicycle again.
    await page.keyboard.press('2');
    await boxList(page).filter({ hasText: 'car' }).nth(1).waitFor();
    await page.keyboard.press('r');
    await drag(page, at(20, 20), at(80, 90));
    await described(page, '5 boxes, 1 selected');
    expect((await names(page)).filter((name) => name === 'bicycle')).toHaveLength(2);
    await page.keyboard.press('Control+1');
    await page.getByRole('button', { name: 'Draw bicycle until released' }).waitFor();
    await saved(page);
    expect(await seriousProblems(page)).toEqual([]);
    expect(open.errors).toEqual([]);
  });

  test('edges go out and in by key, boxes turn by key and handle, and one Undo each takes it back', async () => {
    const page = await openFrame(1);
    const at = await toScreen(page);
    await boxList(page).filter({ hasText: 'person' }).click();
    await hasNumbers(page, [560, 181, 40, 110]);
    await canvas(page).focus();
    await page.keyboard.press('Control+Shift+ArrowLeft');
    await hasNumbers(page, [559, 181, 41, 110]);
    await page.keyboard.press('Control+Alt+ArrowDown');
    await hasNumbers(page, [559, 181, 41, 109]);
    await page.keyboard.press('}');
    const angle = page.getByRole('textbox', { name: 'Angle, degrees' });
    const turned = (degrees: string) =>
      page.waitForFunction(
        (wanted) => document.querySelector<HTMLInputElement>('input[aria-label="Angle, degrees"]')?.value === wanted,
        degrees,
      );
    await turned('15');
    await page.keyboard.press('Control+z');
    await angle.waitFor({ state: 'detached' });
    // The handle stands 22 px above the upper edge: a quarter around the centre lies it on its side.
    const [cx, cy] = at(579.5, 235.5);
    const top = at(579.5, 181);
    await page.keyboard.down('Shift');
    await drag(page, [top[0], top[1] - 22], [cx + 120, cy]);
    await page.keyboard.up('Shift');
    await turned('90');
    await saved(page);
    await page.reload();
    await onFrame(page, 1);
    await described(page, '3 boxes, 0 selected');
    // On its side it is hit where it is drawn.
    await page.mouse.click(...(await toScreen(page))(535, 235));
    await described(page, '3 boxes, 1 selected');
    await turned('90');
    expect(open.errors).toEqual([]);
  });

  test('a locked box stays as it is, also after a reload, and a layer is hidden and shown from the list', async () => {
    const page = await openFrame(2);
    await boxList(page).filter({ hasText: 'car' }).click();
    await hasNumbers(page, [80, 200, 240, 120]);
    await canvas(page).focus();
    await page.keyboard.press('l');
    await page.keyboard.press('Control+a');
    await described(page, '3 boxes, 3 selected');
    await page.keyboard.press('Delete');
    await described(page, '1 box, 1 selected');
    await hasNumbers(page, [80, 200, 240, 120]);
    await saved(page);
    await page.keyboard.press('Control+z');
    await described(page, '3 boxes, 2 selected');
    await page.reload();
    await onFrame(page, 2);
    await described(page, '3 boxes, 0 selected');
    await boxList(page).filter({ hasText: 'car' }).click();
    await canvas(page).focus();
    await page.keyboard.press('Delete');
    await page.keyboard.press('Shift+ArrowRight');
    await hasNumbers(page, [80, 200, 240, 120]);
    await page.getByRole('button', { name: 'Hide and lock' }).click();
    await page.getByRole('button', { name: 'Hide person' }).click();
    await described(page, '2 boxes, 1 selected');
    await page.getByRole('button', { name: 'Show all' }).click();
    await described(page, '3 boxes, 1 selected');
    await page.getByRole('button', { name: 'Unlock all' }).click();
    await page.keyboard.press('Escape');
    await canvas(page).focus();
    await page.keyboard.press('ArrowRight');
    await hasNumbers(page, [81, 200, 240, 120]);
    expect(open.errors).toEqual([]);
  });

  test('boxes lie where somebody laid them, for the next one who opens the frame', async () => {
    const page = await openFrame(4);
    await boxList(page).filter({ hasText: 'car' }).click();
    await canvas(page).focus();
    await page.keyboard.press('=');
    await saved(page);
    await page.getByText('changed the drawing order').first().waitFor();
    // With nothing selected the same key zooms.
    await page.keyboard.press('Escape');
    const zoom = page.locator('.zoom-value');
    const before = await zoom.textContent();
    await page.keyboard.press('=');
    await page.waitForFunction((was) => document.querySelector('.zoom-value')?.textContent !== was, before);
    expect(open.errors).toEqual([]);
  });

  test('one panel copies boxes to the frames that follow, where they are not there, and one Undo takes back all of them', async () => {
    const page = await openFrame(5);
    const at = await toScreen(page);
    await page.keyboard.press('3');
    await page.keyboard.press('r');
    await drag(page, at(20, 20), at(80, 120));
    await described(page, '4 boxes, 1 selected');
    await page.keyboard.press('Control+b');
    const panel = page.getByRole('form', { name: 'Propagate boxes' });
    await panel.getByRole('textbox', { name: 'Frames' }).fill('3');
    await panel.getByText('1 box to 3 frames').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('3 boxes added on 3 frames.').waitFor();
    await panel.waitFor({ state: 'detached' });
    await canvas(page).focus();
    // Asked again, the boxes are there already.
    await page.keyboard.press('Control+b');
    await panel.getByText('1 box to 3 frames').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('0 boxes added on 0 frames. 3 left out.').waitFor();
    await canvas(page).focus();
    for (const n of [6, 7]) {
      await page.keyboard.press('d');
      await onFrame(page, n);
      await described(page, '4 boxes, 0 selected');
    }
    await page.keyboard.press('Control+z');
    await described(page, '3 boxes, 0 selected');
    await page.keyboard.press('d');
    await onFrame(page, 8);
    await described(page, '3 boxes, 0 selected');
    expect(open.errors).toEqual([]);
  });

  test('the boxes of the frame before are repeated where they are missing', async () => {
    const page = await openFrame(9);
    const at = await toScreen(page);
    await page.keyboard.press('r');
    await drag(page, at(20, 20), at(80, 120));
    await described(page, '4 boxes, 1 selected');
    await saved(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('d');
    await onFrame(page, 10);
    await described(page, '3 boxes, 0 selected');
    await page.keyboard.press('Control+p');
    // The car has moved on by 20 px, which is the same car; the person is; the bicycle is where it was on no rack.
    await page.getByText(/of the previous frame added/).waitFor();
    await boxList(page).filter({ hasText: 'bicycle' }).nth(1).waitFor();
    await saved(page);
    expect((await names(page)).filter((name) => name === 'person')).toHaveLength(1);
    await page.keyboard.press('Control+z');
    await described(page, '3 boxes, 0 selected');
    expect(open.errors).toEqual([]);
  });

  test('boxes are gone while the key below Escape is held', async () => {
    const page = await openFrame(sampleFrames - 1);
    const drawn = () =>
      page.evaluate(() => {
        const layers = [...document.querySelectorAll('canvas')];
        // The layer of boxes at rest is empty where nothing is drawn.
        return layers.slice(1).some((layer) => {
          const data = layer.getContext('2d')?.getImageData(0, 0, layer.width, layer.height).data ?? new Uint8ClampedArray();
          return data.some((value, at) => at % 4 === 3 && value > 0);
        });
      });
    await expect.poll(drawn).toBe(true);
    await page.keyboard.down('`');
    await expect.poll(drawn).toBe(false);
    await page.keyboard.up('`');
    await expect.poll(drawn).toBe(true);
    expect(open.errors).toEqual([]);
  });
});
