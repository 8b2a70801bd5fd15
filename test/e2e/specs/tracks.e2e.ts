import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { carAt, drawSequence, sequenceFrames } from '../../helpers/drawnSequence.ts';
import { cliJson } from '../../helpers/runCli.ts';
import { seriousProblems } from '../accessibility.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp({
    async prepare(folder, options) {
      const dataset = await cliJson<{ id: string; path: string }>(['create', `${folder}/drives`], options);
      const from = await drawSequence(folder);
      await cliJson(['import', dataset.path, '--format', 'video', '--from', from], options);
      return dataset;
    },
  });
  const add = { op: 'add', frame: name(0), category: 'car', bbox: carAt(0) };
  await app.edit(`${JSON.stringify(add)}\n`, 'mara');
});
afterEach(() => open.close());
afterAll(() => app.close());

const name = (n: number): string => `drive/${String(n).padStart(6, '0')}.png`;
const rows = (page: Page): Locator => page.getByRole('listbox', { name: 'Tracks' }).getByRole('option');
const boxes = (page: Page): Locator => page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');

async function onFrame(page: Page, n: number): Promise<void> {
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(`${n + 1} of ${sequenceFrames}, ${name(n)}`)
    .waitFor({ state: 'attached' });
}

async function row(page: Page, text: string): Promise<void> {
  await rows(page)
    .and(page.getByRole('option', { name: text, exact: true }))
    .waitFor();
}

test('a box becomes a track that is corrected on a second frame, leaves, comes back, and plays', async () => {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${encodeURIComponent(name(0))}`);
  const { page } = open;
  await onFrame(page, 0);
  await boxes(page).first().click();
  await page.keyboard.press(':');
  await row(page, 'car 1, frames 1 to 12, 1 key frames, 0 gaps');

  // Ten frames on the car has driven away from its box: one move of the box makes a key frame, and all between follow.
  await page.keyboard.press('v');
  await onFrame(page, 10);
  await boxes(page).first().click();
  await page.keyboard.press('Shift+ArrowRight');
  await row(page, 'car 1, frames 1 to 12, 2 key frames, 0 gaps');
  const list = await app.cli<{ boxes: { frame: string; bbox: number[] }[] }>(['boxes', app.dataset.path, '--source', 'gt']);
  expect(list.boxes.map(({ bbox }) => bbox[0])).toEqual([...Array.from({ length: 11 }, (_, i) => 20 + i), 30]);

  await page.keyboard.press("'");
  await row(page, 'car 1, frames 1 to 10, 2 key frames, 0 gaps');
  await page.keyboard.press('Control+z');
  await row(page, 'car 1, frames 1 to 12, 2 key frames, 0 gaps');

  await page.keyboard.press('Control+;');
  await onFrame(page, 0);
  await page.keyboard.press('Shift+P');
  await onFrame(page, sequenceFrames - 1);

  // A page that was just opened has no active track: the menu makes its own one active, and offers what can be done with it.
  await page.reload();
  await rows(page).first().click({ button: 'right' });
  const menu = page.getByRole('menu', { name: 'Track 1' });
  await menu.getByRole('menuitem', { name: 'Delete the whole track', disabled: false }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  expect(open.errors).toEqual([]);
});
