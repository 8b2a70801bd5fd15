import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { startApp, type App } from '../harness.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const at = (rest = ''): string => `/d/${app.dataset.id}/frames${rest}`;
const frame = (page: Page, n: number): Locator => page.getByRole('option', { name: `${String(n).padStart(6, '0')}.jpg` });
const result = (page: Page): Locator => page.getByRole('status', { name: 'Result' });
const selected = (page: Page): Locator => page.locator('[role=option][aria-selected=true]');
const address = (page: Page): string => decodeURIComponent(new URL(page.url()).hash).replaceAll('+', ' ');

async function listed(page: Page, count: number): Promise<void> {
  await result(page).getByText(`${count} of ${sampleFrames} frames`).waitFor();
}

describe('Frames', () => {
  test('shows every frame by name, the boxes drawn and the count in the field', async () => {
    const { page, errors, close } = await app.open(at());
    await listed(page, sampleFrames);
    await frame(page, 0).waitFor();
    expect(await page.getByRole('listbox', { name: 'Frames' }).getByRole('option').count()).toBe(sampleFrames);
    // Something is drawn over the first photograph.
    await page.waitForFunction(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('[role=option] canvas');
      return (
        canvas
          ?.getContext('2d')
          ?.getImageData(0, 0, canvas.width, canvas.height)
          .data.some((value) => value > 0) === true
      );
    });
    expect(await seriousProblems(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  test('a part of the name narrows the grid, stands in the address and goes with Escape', async () => {
    const { page, errors, close } = await app.open(`/d/${app.dataset.id}/frames`);
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('00003');
    await page.getByRole('option', { name: '000000.jpg' }).waitFor({ state: 'detached' });
    await page.getByRole('option', { name: '000003.jpg' }).waitFor();
    await page.waitForURL(/name=00003/);
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('frames that left the page leave its memory', async () => {
    const { page, errors, close } = await app.open(`/d/${app.dataset.id}/frames`);
    const first = page.getByRole('option', { name: '000000.jpg' });
    await first.waitFor();
    const devtools = await page.context().newCDPSession(page);
    const nodes = async (): Promise<number> => {
      await devtools.send('HeapProfiler.collectGarbage');
      return (await devtools.send('Memory.getDOMCounters')).nodes;
    };
    const before = await nodes();
    const tiles = await page.getByRole('option').locator('*').count();
    for (let round = 0; round < 8; round++) {
      await page.keyboard.press('Control+f');
      await page.keyboard.type('none');
      await first.waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
      await first.waitFor();
      await page.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('[role=option] img')].every((img) => img.complete));
    }
    expect((await nodes()) - before).toBeLessThan(2 * tiles);
    expect(errors).toEqual([]);
    await close();
  });

  test('a query narrows the grid, stands in the address and comes back from it', async () => {
    const { page, errors, close } = await app.open(at());
    await listed(page, sampleFrames);
    await page.keyboard.press('/');
    await page.keyboard.type('bicycle & car where ioa > 0.6');
    await listed(page, sampleFrames / 3);
    await page.waitForFunction(() => location.hash.includes('query='));
    expect(address(page)).toContain('query=bicycle & car where ioa > 0.6');
    await page.reload();
    await listed(page, sampleFrames / 3);
    expect(await page.getByRole('textbox', { name: 'Query' }).textContent()).toBe('bicycle & car where ioa > 0.6');
    expect(errors).toEqual([]);
    await close();
  });

  test('an incomplete query keeps the last valid result and says what is missing under its word', async () => {
    const { page, errors, close } = await app.open(at('?query=bicycle+%26+car+where+ioa+%3E+0.6'));
    await listed(page, sampleFrames / 3);
    await page.getByRole('textbox', { name: 'Query' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' and');
    await page.locator('.query-error').waitFor();
    expect(await page.locator('.cm-lintRange-error').count()).toBeGreaterThan(0);
    await listed(page, sampleFrames / 3);
    expect(await seriousProblems(page)).toEqual([]);
    // Outside the field keys are commands: Enter does not lead there while the text does not check.
    await page.keyboard.press('Enter');
    await page.keyboard.type(' a.width > 0');
    await page.waitForURL(/a\.width/);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Frames');
    expect(errors).toEqual([]);
    await close();
  });

  test('an address with a query that does not check says what is wrong and leads on', async () => {
    const { page, errors, close } = await app.open(`/d/${app.dataset.id}/frames?query=${encodeURIComponent('frame.width > 9 where car')}`);
    await page.getByRole('heading', { name: 'This query does not work' }).waitFor();
    await page.getByText('Did not expect where here.', { exact: false }).waitFor();
    // The filters count without the query.
    await page.getByRole('button', { name: /^Labeled/ }).waitFor();
    await page.getByRole('button', { name: 'Show all frames' }).click();
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('suggestions complete a word with Tab, and with Enter where the text does not check without it', async () => {
    const { page, errors, close } = await app.open(at());
    await listed(page, sampleFrames);
    await page.keyboard.press('/');
    await page.keyboard.type('bicycle & ca', { delay: 30 });
    await page.getByRole('option', { name: /^car/ }).first().waitFor();
    await page.keyboard.press('Tab');
    await page.waitForFunction(
      () => document.querySelector('.query .code')?.shadowRoot?.querySelector('.cm-content')?.textContent?.trim() === 'bicycle & car',
    );
    await page.keyboard.press('Control+a');
    await page.keyboard.type('car & bicyc', { delay: 30 });
    await page
      .getByRole('option', { name: /^bicycle/ })
      .first()
      .waitFor();
    // The error is drawn, and the suggestions are those of the whole word.
    await page.waitForFunction(() => {
      const root = document.querySelector('.query .code')?.shadowRoot;
      const list = root?.querySelector('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)');
      return (
        root?.querySelector('.cm-lintRange-error') !== null &&
        list?.querySelector('[aria-selected]')?.textContent?.startsWith('bicycle') === true
      );
    });
    await page.keyboard.press('Enter');
    await page.keyboard.type(' where ioa > 0');
    await page.waitForURL(/bicycle\+where\+ioa/);
    expect(errors).toEqual([]);
    await close();
  });

  test('frames are selected as in a file manager, by pointer and by keyboard', async () => {
    const { page, errors, close } = await app.open(at());
    await listed(page, sampleFrames);
    await frame(page, 1).click();
    await frame(page, 4).click({ modifiers: ['Shift'] });
    expect(await selected(page).count()).toBe(4);
    await frame(page, 2).click({ modifiers: ['ControlOrMeta'] });
    expect(await selected(page).count()).toBe(3);
    await page.keyboard.press('Escape');
    expect(await selected(page).count()).toBe(0);
    await page.keyboard.press('Control+a');
    await page.getByText(`${sampleFrames} selected`).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('2 selected').waitFor();
    // A rectangle from the gap above the second to below the third.
    const box = (await frame(page, 1).boundingBox())!;
    const to = (await frame(page, 2).boundingBox())!;
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(to.x + 40, to.y + 60, { steps: 4 });
    await page.mouse.up();
    await page.getByText('2 selected').waitFor();
    expect(await selected(page).first().textContent()).toContain('000001.jpg');
    expect(errors).toEqual([]);
    await close();
  });

  test('a state set on many frames is saved, counted, and undone with one key', async () => {
    const { page, errors, close } = await app.open(at());
    await listed(page, sampleFrames);
    await frame(page, 0).click();
    await frame(page, 2).click({ modifiers: ['Shift'] });
    const approved = page.getByRole('button', { name: /^Approved/ });
    await page.keyboard.press('s');
    await page.getByRole('menuitem', { name: 'Approved' }).click();
    await page.getByText('3 frames are now: Approved').waitFor();
    await page.getByRole('button', { name: 'Approved 3 frames' }).waitFor();
    expect(await page.getByRole('status', { name: 'Save state' }).textContent()).toBe('Saved');
    await approved.click();
    await listed(page, 3);
    await approved.click();
    await listed(page, sampleFrames);
    await page.getByRole('listbox', { name: 'Frames' }).focus();
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Approved 0 frames' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('splits and tags are given and asked for', async () => {
    const { page, errors, close } = await app.open(at());
    await listed(page, sampleFrames);
    await frame(page, 5).click();
    await page.keyboard.press('t');
    await page.getByRole('combobox', { name: 'Tag' }).fill('night');
    await page.keyboard.press('Enter');
    await page.getByText('1 frame tagged night').waitFor();
    await page.keyboard.press('p');
    await page.getByRole('option', { name: 'val' }).click();
    await page.getByText('1 frame moved to val').waitFor();
    await page.getByRole('button', { name: 'night 1 frames' }).click();
    await listed(page, 1);
    expect(address(page)).toContain('tag=night');
    expect(errors).toEqual([]);
    await close();
  });

  test('Enter opens the frame on the canvas, at its address', async () => {
    const { page, close } = await app.open(at('?query=bicycle+%26+car+where+ioa+%3E+0.6'));
    await listed(page, sampleFrames / 3);
    await page.getByRole('listbox', { name: 'Frames' }).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.includes('/label?frame='));
    await page.getByRole('application', { name: 'Canvas' }).waitFor();
    await close();
  });

  test('in Korean the fixed names stay English', async () => {
    const { page, errors, close } = await app.open(at(), { locale: 'ko-KR' });
    await page.getByRole('heading', { name: '프레임' }).waitFor();
    await frame(page, 0).waitFor();
    expect(await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Frames' }).count()).toBe(1);
    expect(await page.getByRole('status', { name: 'Save state' }).textContent()).toMatch(/^Saved/);
    expect(await page.getByRole('textbox', { name: 'Query' }).count()).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });
});
