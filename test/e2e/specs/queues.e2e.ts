import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { seriousProblems } from '../accessibility.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

/** Working through queues by keyboard: their place, what is left, a reload, their end. */
let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.close());
afterAll(() => app.close());

const name = (n: number): string => `${String(n).padStart(6, '0')}.jpg`;
const canvas = (page: Page): Locator => page.getByRole('application', { name: 'Canvas' });
const strip = (page: Page): Locator => page.locator('.strip');

async function at(page: Page, place: number, total: number, n: number): Promise<void> {
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(`${place} of ${total}, ${name(n)}`)
    .waitFor({ state: 'attached' });
  await page.getByRole('listbox', { name: 'Boxes' }).getByRole('option').nth(2).waitFor();
}

test('a review queue keeps its frames and place over a reload, Space approves and goes on, and its end says what is next', async () => {
  open = await app.open(`/d/${app.dataset.id}/frames`);
  const { page } = open;
  // The sample came labeled. Three frames are assigned to whom they are reviewed by, the rest are approved already.
  const frames = page.getByRole('listbox', { name: 'Frames' });
  await frames.getByRole('option').nth(11).waitFor();
  await page.keyboard.press('Alt+q');
  const queues = page.getByRole('dialog', { name: 'Queues' });
  await queues.getByRole('button', { name: /^To review 12 frames/ }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await queues.getByRole('button', { name: /^To review 12 frames/ }).click();
  await at(page, 1, 12, 0);
  expect(new URL(page.url()).hash).toContain('queue=unreviewed');
  await canvas(page).focus();
  await page.keyboard.press('Space');
  await at(page, 2, 12, 1);
  await strip(page).getByText('11 left').waitFor();
  await page.keyboard.press('Space');
  await at(page, 3, 12, 2);
  await strip(page).getByText('10 left').waitFor();
  // The frames that were approved keep their places.
  await page.reload();
  await at(page, 3, 12, 2);
  await strip(page).getByText('10 left').waitFor();
  await canvas(page).focus();
  await page.keyboard.press('a');
  await at(page, 2, 12, 1);
  // On from a finished frame the next unfinished one follows.
  await page.keyboard.press('PageDown');
  await at(page, 3, 12, 2);
  // From anywhere else the queue goes on where it was.
  await open.goto('/');
  await page.getByRole('link', { name: 'Review 10' }).click();
  await at(page, 3, 12, 2);
  await canvas(page).focus();
  for (let place = 3; place < 12; place++) {
    await page.keyboard.press('Space');
    await at(page, place + 1, 12, place);
  }
  await page.keyboard.press('Space');
  const end = page.getByRole('status', { name: 'Queue finished' });
  await end.getByText('All 12 frames of “To review” are done.', { exact: false }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await end.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('Nothing waits here').waitFor();
  expect(open.errors).toEqual([]);
});

test('frames are assigned from the grid, found by whom they are assigned to, and worked through as a queue of their own', async () => {
  open = await app.open(`/d/${app.dataset.id}/frames`);
  const { page } = open;
  const frames = page.getByRole('listbox', { name: 'Frames' });
  await frames.getByRole('option').nth(11).waitFor();
  await frames.getByRole('option').nth(2).click();
  await frames
    .getByRole('option')
    .nth(3)
    .click({ modifiers: ['Shift'] });
  const bulk = page.getByRole('toolbar', { name: 'Selection' });
  await bulk.waitFor();
  await frames.focus();
  await page.keyboard.press('a');
  await page.getByRole('combobox', { name: 'Assign' }).fill('Mara');
  await page.keyboard.press('Enter');
  await page.getByText('2 frames assigned to Mara').waitFor();
  await page.getByRole('region', { name: 'Assigned to' }).getByRole('button', { name: /Mara/ }).click();
  await page.waitForFunction(() => document.querySelectorAll('[role=listbox][aria-label=Frames] [role=option]').length === 2);
  await frames.focus();
  await page.keyboard.press('l');
  await at(page, 1, 2, 2);
  await strip(page).getByText('2 left').waitFor();
  await canvas(page).focus();
  await page.keyboard.press('Space');
  await at(page, 2, 2, 3);
  await strip(page).getByText('1 left').waitFor();
  expect(open.errors).toEqual([]);
});
