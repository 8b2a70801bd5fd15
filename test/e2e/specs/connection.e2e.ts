import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { CliOptions } from '../../helpers/runCli.ts';
import { makeSampleDataset } from '../../helpers/sampleDataset.ts';
import { serve } from '../serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'hardcase-lost-'));
const options: CliOptions = { env: { HARDCASE_USER_DATA: join(folder, 'user'), HARDCASE_DOCUMENTS: join(folder, 'documents') } };
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.connect(inject('browserEndpoint'));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page on one frame of the dataset, its person selected. */
async function openPerson(address: string, id: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US', reducedMotion: 'reduce' });
  await page.goto(address.replace(/&to=.*$/, ''));
  await page.getByRole('navigation', { name: 'Views' }).waitFor();
  await page.goto(`${new URL(address).origin}/#/d/${id}/label?frame=000001.jpg`);
  await page.getByRole('listbox', { name: 'Boxes' }).getByRole('option', { name: 'person' }).click();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  return page;
}

const x = (page: Page): Promise<number> => page.getByRole('textbox', { name: 'X, px' }).inputValue().then(Number);
/** The panel follows the canvas a moment later. */
const becomes = (page: Page, wanted: number): Promise<unknown> =>
  page.waitForFunction((value) => Number(document.querySelector<HTMLInputElement>('input[aria-label="X, px"]')?.value) === value, wanted);
const saveState = (page: Page, words: RegExp): Promise<void> =>
  page.getByRole('status', { name: 'Save state' }).filter({ hasText: words }).waitFor();

test('the host dies while somebody labels: the screen keeps the edit and says "Not saved"; what was saved is there again', async () => {
  const dataset = await makeSampleDataset(folder, options);
  const first = await serve([dataset.path, '--port', '0'], options);
  const page = await openPerson(first.address, dataset.id);
  const before = await x(page);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByText('moved the box 10 px').waitFor();
  await saveState(page, /^Saved/);
  await becomes(page, before - 10);

  await first.stop('SIGKILL');
  await page.keyboard.press('Shift+ArrowLeft');
  await saveState(page, /^Not saved/);
  await page.getByRole('alert').getByText('The connection to Hardcase is lost.').waitFor();
  await becomes(page, before - 20);
  expect(await page.getByRole('listbox', { name: 'Boxes' }).getByRole('option').count()).toBe(3);
  await page.context().close();

  const again = await serve([dataset.path, '--port', '0'], options);
  try {
    const reopened = await openPerson(again.address, dataset.id);
    await becomes(reopened, before - 10);
    await saveState(reopened, /^Saved/);
    await reopened.context().close();
  } finally {
    await again.stop();
  }
});
