import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { type App, startApp } from '../harness.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const at = (view: string): string => `/d/${app.dataset.id}/${view}`;

async function freeze(page: Page, note: string, name: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Freeze version/ })
    .first()
    .click();
  // What it will be called stands where a name could be typed.
  await page.getByPlaceholder(name, { exact: true }).waitFor();
  await page.getByLabel('Note').fill(note);
  await page.getByRole('button', { name: /^Freeze( Enter)?$/ }).click();
  await page.getByRole('button', { name: new RegExp(note) }).waitFor();
}

describe('Versions', () => {
  test('freezes, exports, reads back equal, and shows box by box what changed since', async () => {
    const { page, errors, goto, close } = await app.open(at('versions'));
    await page.getByText('No versions yet').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await freeze(page, 'the first one', 'data-1');
    await page.getByRole('heading', { name: 'data-1', exact: true }).waitFor();
    await page.getByText('This format carries everything in this version.').waitFor();
    // Twelve frames do not come out at the shares that were asked for: it says so where the splits stand.
    await page
      .getByRole('region', { name: 'Found when it was frozen' })
      .getByText(/^A split is/)
      .first()
      .waitFor();

    // Export as COCO into a folder of its own, below the one the host may use.
    const out = join(app.folder, 'out coco');
    await page.getByLabel('Folder', { exact: true }).fill(out);
    await page.keyboard.press('Control+Enter');
    await page.getByText('Re-imported and equal').waitFor();
    expect(existsSync(join(out, 'annotations'))).toBe(true);
    await page.getByRole('button', { name: 'Copy path' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    // One box goes, one is moved: the next version's diff says so.
    await goto(at('label?frame=000001.jpg'));
    const boxes = page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');
    await boxes.filter({ hasText: 'person' }).click();
    await page.getByRole('application', { name: 'Canvas' }).focus();
    await page.keyboard.press('Delete');
    await boxes.filter({ hasText: 'car' }).click();
    await page.getByRole('application', { name: 'Canvas' }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('moved the box 10 px').waitFor();

    await goto(at('versions'));
    await freeze(page, 'the second one', 'data-2');
    await page.getByRole('heading', { name: 'data-2', exact: true }).waitFor();
    // One page, not one for every version that was looked at.
    expect(await page.getByRole('heading', { level: 2, name: /^data-\d$/ }).allTextContents()).toEqual(['data-2']);
    await page.getByText(/frames \+0 −0 · boxes \+0 −1/).waitFor();
    await page.getByRole('button', { name: /^Removed, person, 000001.jpg/ }).waitFor();
    await page.getByRole('button', { name: /^Moved, IoU 0.9\d, 000001.jpg/ }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    // And back: the restored state can itself be taken back.
    await goto(at('versions?version=data-1'));
    await page.getByRole('button', { name: /^Restore data-1/ }).click();
    await page.getByText(`data-1 is restored: ${sampleFrames} frames`).waitFor();
    await goto(at('label?frame=000001.jpg'));
    await boxes.nth(2).waitFor();
    expect(await boxes.count()).toBe(3);
    expect(errors).toEqual([]);
    await close();
  });
});
