import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { seriousProblems } from '../accessibility.ts';
import { boxList, canvas, described, drag, frameName, hasNumbers, onFrame, saved, toScreen } from '../canvasPage.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.close());
afterAll(() => app.close());

async function openFrame(n: number): Promise<Page> {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${frameName(n)}`);
  await onFrame(open.page, n);
  await described(open.page, '3 boxes, 0 selected');
  await canvas(open.page).focus();
  return open.page;
}

const bar = (page: Page) => page.getByRole('toolbar', { name: 'Box by box' });
const stands = (page: Page, place: string): Promise<void> => bar(page).getByText(place, { exact: true }).waitFor();
const zoom = async (page: Page): Promise<number> => Number.parseInt((await page.locator('.zoom-value').textContent()) ?? '', 10);

describe('Box by box', () => {
  test('walks the boxes with zoom, one key a verdict, goes on to the next frame, and leaves with Escape', async () => {
    const page = await openFrame(0);
    const whole = await zoom(page);
    await page.keyboard.press('b');
    await stands(page, '1 of 3');
    // The largest come last by size: the bicycle is first.
    await bar(page)
      .getByRole('button', { name: /Order of the boxes/ })
      .click();
    await page.getByRole('menuitemcheckbox', { name: 'By size' }).click();
    await canvas(page).focus();
    await stands(page, '1 of 3');
    await described(page, '3 boxes, 1 selected');
    await boxList(page)
      .and(page.locator('[aria-selected=true]'))
      .and(page.getByRole('option', { name: 'person' }))
      .waitFor();
    expect(await zoom(page)).toBeGreaterThan(whole * 1.5);
    expect(await seriousProblems(page)).toEqual([]);

    // Right.
    await page.keyboard.press('y');
    await stands(page, '2 of 3');
    // Wrong category: the digit says which, and that is the verdict.
    await page.keyboard.press('3');
    await stands(page, '3 of 3');
    // Not needed.
    await page.keyboard.press('Delete');
    await bar(page).getByText('All 3 boxes seen').waitFor();
    await described(page, '2 boxes, 0 selected');
    // Undo goes back to the box it is about.
    await page.keyboard.press('Control+z');
    await stands(page, '3 of 3');
    await described(page, '3 boxes, 1 selected');
    await page.keyboard.press('x');
    await bar(page).getByText('All 3 boxes seen').waitFor();
    await saved(page);
    await page.keyboard.press('y');
    await onFrame(page, 1);
    await stands(page, '1 of 3');
    await described(page, '3 boxes, 1 selected');

    // Wrong box: it is placed anew, and that is the verdict.
    await page.keyboard.press('n');
    await bar(page).getByText('Move or resize the box').waitFor();
    await page.keyboard.press('ArrowRight');
    await hasNumbers(page, [561, 181, 40, 110]);
    await page.keyboard.press('y');
    await stands(page, '2 of 3');
    await page.keyboard.press('Shift+Tab');
    await stands(page, '1 of 3');
    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'detached' });
    await page.waitForFunction((before) => Number.parseInt(document.querySelector('.zoom-value')?.textContent ?? '', 10) === before, whole);
    await page.keyboard.press('a');
    await onFrame(page, 0);
    await described(page, '3 boxes, 0 selected');
    expect((await boxList(page).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')))).sort()).toEqual([
      'car',
      'person',
      'person',
    ]);
    expect(open.errors).toEqual([]);
  });

  test('the list of categories opens for a verdict, and choosing goes on', async () => {
    const page = await openFrame(3);
    await page.keyboard.press('b');
    await stands(page, '1 of 3');
    const before = await boxList(page).and(page.locator('[aria-selected=true]')).getAttribute('aria-label');
    await page.keyboard.press('e');
    const list = page.getByRole('combobox', { name: 'Find a category' });
    await list.fill(before === 'bicycle' ? 'per' : 'bic');
    await list.press('Enter');
    await stands(page, '2 of 3');
    await saved(page);
    await page.keyboard.press('Escape');
    expect(open.errors).toEqual([]);
  });
});

describe('With fingers', () => {
  /** Fingers by the browser's own protocol: what the page gets is what a tablet sends. */
  async function touchPage(n: number) {
    const page = await openFrame(n);
    const session = await page.context().newCDPSession(page);
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel', ...points: readonly (readonly [number, number])[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
    return { page, send, at: await toScreen(page) };
  }

  test('a tap selects, a drag on the selected box moves it, a drag elsewhere moves the view', async () => {
    const { page, send, at } = await touchPage(5);
    await send('touchStart', at(580, 240));
    await send('touchEnd');
    await described(page, '3 boxes, 1 selected');
    await hasNumbers(page, [560, 185, 40, 110]);
    await send('touchStart', at(580, 240));
    await send('touchMove', at(560, 230));
    await send('touchMove', at(540, 220));
    await send('touchEnd');
    await hasNumbers(page, [520, 165, 40, 110], 1.5);
    await saved(page);
    // Broken off, it is where it was.
    await send('touchStart', at(540, 220));
    await send('touchMove', at(500, 200));
    await send('touchMove', at(400, 100));
    await send('touchCancel');
    await hasNumbers(page, [520, 165, 40, 110], 1.5);
    const before = await zoom(page);
    const from = at(100, 60);
    await send('touchStart', from);
    await send('touchMove', [from[0] + 30, from[1] + 40]);
    await send('touchMove', [from[0] + 60, from[1] + 80]);
    await send('touchEnd');
    // The view went along: a tap 60 px to the right and 80 px lower finds the box again.
    const [x, y] = at(540, 220);
    await page.keyboard.press('Escape');
    await described(page, '3 boxes, 0 selected');
    await send('touchStart', [x + 60, y + 80]);
    await send('touchEnd');
    await described(page, '3 boxes, 1 selected');
    expect(await zoom(page)).toBe(before);
    expect(open.errors).toEqual([]);
  });

  test('two fingers zoom whatever the tool, one draws with the box tool, and a long press opens the list', async () => {
    const { page, send, at } = await touchPage(6);
    await page.keyboard.press('r');
    await send('touchStart', at(30, 30));
    await send('touchMove', at(60, 60));
    await send('touchMove', at(110, 130));
    await send('touchEnd');
    await described(page, '4 boxes, 1 selected');
    await hasNumbers(page, [30, 30, 80, 100], 1.5);
    const before = await zoom(page);
    const [x, y] = at(320, 240);
    await send('touchStart', [x - 40, y], [x + 40, y]);
    await send('touchMove', [x - 60, y], [x + 60, y]);
    await send('touchMove', [x - 80, y], [x + 80, y]);
    await send('touchEnd');
    await page.waitForFunction((was) => Number.parseInt(document.querySelector('.zoom-value')?.textContent ?? '', 10) > was * 1.7, before);
    // No box was drawn by that.
    await described(page, '4 boxes, 1 selected');
    await page.keyboard.press('Control+f');
    await page.waitForFunction((was) => Number.parseInt(document.querySelector('.zoom-value')?.textContent ?? '', 10) === was, before);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await described(page, '4 boxes, 0 selected');
    await send('touchStart', at(580, 240));
    const list = page.getByRole('combobox', { name: 'Find a category' });
    await list.waitFor();
    await send('touchEnd');
    await described(page, '4 boxes, 1 selected');
    await list.fill('car');
    await list.press('Enter');
    await boxList(page).filter({ hasText: 'car' }).nth(1).waitFor();
    await saved(page);
    expect(open.errors).toEqual([]);
  });

  test('a mouse that loses its button outside leaves no gesture behind', async () => {
    const page = await openFrame(7);
    const at = await toScreen(page);
    await drag(page, at(580, 240), at(580, 240));
    await described(page, '3 boxes, 1 selected');
    await page.mouse.move(...at(580, 240));
    await page.mouse.down();
    await page.mouse.move(...at(520, 200));
    await page.evaluate(() =>
      document.querySelector('[role=application]')?.dispatchEvent(new PointerEvent('lostpointercapture', { pointerId: 1 })),
    );
    await page.mouse.move(...at(400, 100));
    await page.mouse.up();
    await hasNumbers(page, [560, 187, 40, 110]);
    expect(open.errors).toEqual([]);
  });
});
