import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cliJson } from '../../helpers/runCli.ts';
import { makeSampleDataset, sampleFrames, writeSampleCoco } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { described, drag, onFrame, toScreen } from '../canvasPage.ts';
import { settled, startApp, type App } from '../harness.ts';

let app: App;
let gone = '';
beforeAll(async () => {
  app = await startApp({
    async prepare(folder, options) {
      const sample = await makeSampleDataset(folder, options);
      await writeSampleCoco(join(folder, 'to import'));
      // One that was known and is not there any more.
      const { path } = await cliJson<{ readonly path: string }>(['create', join(folder, 'moved away'), '--name', 'Moved away'], options);
      gone = path;
      renameSync(path, `${path} to here`);
      return sample;
    },
  });
});
afterAll(() => app.close());

describe('Home', () => {
  test('shows a card for each dataset; one that cannot be reached stays, with Locate', async () => {
    const { page, errors, close } = await app.open('/');
    const card = page.getByRole('listitem').filter({ hasText: 'Sample' });
    await card.waitFor();
    expect(await card.textContent()).toContain(`${sampleFrames} frames`);
    const lost = page.getByRole('listitem').filter({ hasText: 'Moved away' });
    await lost.getByRole('button', { name: 'Locate' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  test('a card opens its frames, and the other views wake up', async () => {
    const { page, errors, close } = await app.open('/');
    const views = page.getByRole('navigation', { name: 'Views' });
    expect(await views.getByRole('link', { name: 'Frames' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('link', { name: /^Sample/ }).click();
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    await views.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    expect(await views.getByRole('link', { name: 'Frames' }).getAttribute('aria-disabled')).toBeNull();
    expect(errors).toEqual([]);
    await close();
  });

  test('a backup is restored from the menu of a card, by keyboard, and says what came since', async () => {
    const { page, errors, close } = await app.open('/');
    await app.edit('{"op":"state","frame":"000000.jpg","state":"approved"}\n', 'Mara');
    const more = page.getByRole('button', { name: 'More about Sample' });
    await more.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Restore a backup' }).waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Restore a backup of Sample' });
    await dialog.getByRole('button', { name: 'Back up now' }).click();
    await page.getByText('Backup made.').waitFor();
    await dialog.getByText('No edits since.').first().waitFor();
    await app.edit('{"op":"state","frame":"000000.jpg","state":"labeled"}\n', 'Mara');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await more.evaluate((button) => document.activeElement === button)).toBe(true);

    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await dialog.getByText('1 edit since; it comes back from the journal.').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    const restore = dialog.getByRole('button', { name: 'Restore', exact: true }).first();
    await restore.focus();
    await page.keyboard.press('Enter');
    await dialog.getByText('What is there now is kept aside.').waitFor();
    // The question has the focus: one more press answers it.
    await page.keyboard.press('Enter');
    await page.getByText('Restored, with every later edit from the journal.').waitFor();
    await dialog.waitFor({ state: 'detached' });
    const { frames } = await app.cli<{ frames: { name: string; state: string }[] }>(['frames', app.dataset.path]);
    expect(frames.find(({ name }) => name === '000000.jpg')?.state).toBe('labeled');
    expect(readdirSync(join(app.dataset.path, 'backups')).some((name) => name.startsWith('replaced-'))).toBe(true);
    expect(errors).toEqual([]);
    await close();
  });

  test('a dataset taken off the list comes back with one click', async () => {
    const { page, errors, close } = await app.open('/');
    const lost = page.getByRole('listitem').filter({ hasText: 'Moved away' });
    await lost.getByRole('button', { name: /Moved away/ }).click();
    await lost.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^Undo/ }).click();
    await lost.waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('a lost dataset is found again with the picker', async () => {
    const { page, errors, close } = await app.open('/');
    await page.getByRole('listitem').filter({ hasText: 'Moved away' }).getByRole('button', { name: 'Locate' }).click();
    const picker = page.getByRole('dialog', { name: /Moved away/ });
    await picker.getByRole('textbox', { name: 'Path' }).fill(app.folder);
    await page.keyboard.press('Enter');
    await picker.getByRole('option', { name: /moved away to here/ }).click();
    expect(await seriousProblems(page)).toEqual([]);
    await picker.getByRole('button', { name: /^Choose moved away/ }).click();
    await page.getByRole('link', { name: /^Moved away/ }).waitFor();
    expect(existsSync(gone)).toBe(false);
    expect(errors).toEqual([]);
    await close();
  });

  test('labels are recognised, reported before anything is written, and imported', async () => {
    const { page, errors, close } = await app.open('/');
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    await page.keyboard.press('i');
    const panel = page.getByRole('complementary', { name: 'Import' });
    const from = panel.getByRole('textbox', { name: 'What to import' });
    const cut = join(app.folder, 'cut.json');
    writeFileSync(cut, '{"images": [{"id": 1, "file_name": "a.jpg"');
    await from.fill(cut);
    await panel.getByText('COCO', { exact: true }).waitFor();
    await panel.getByRole('textbox', { name: 'In the folder' }).fill(app.folder);
    await panel.getByRole('button', { name: 'Check' }).click();
    // In sight, however many fields there are.
    const alert = await panel.getByRole('alert').boundingBox();
    const check = await panel.getByRole('button', { name: 'Check' }).boundingBox();
    expect((alert?.y ?? Infinity) + (alert?.height ?? 0)).toBeLessThan(check?.y ?? 0);
    await from.fill(join(app.folder, 'to import', 'instances.json'));
    await panel.getByRole('textbox', { name: 'Where the images are' }).fill(join(app.folder, 'to import', 'images'));
    await panel.getByRole('textbox', { name: 'Name' }).fill('Imported');
    await panel.getByRole('textbox', { name: 'In the folder' }).fill(app.folder);
    expect(await seriousProblems(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Check' }).click();
    await panel.getByText('Nothing is written yet.').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    expect(existsSync(join(app.folder, 'Imported'))).toBe(false);
    expect(await page.getByRole('link', { name: /^Imported/ }).count()).toBe(0);
    await panel.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('status', { name: 'Result' }).getByText(`${sampleFrames} of ${sampleFrames} frames`).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('a new dataset is made and says what to do next', async () => {
    const { page, errors, close } = await app.open('/');
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    await page.keyboard.press('n');
    const panel = page.getByRole('complementary', { name: 'New dataset' });
    await panel.getByRole('textbox', { name: 'Name' }).fill('Brand new');
    await panel.getByRole('textbox', { name: 'In the folder' }).fill(app.folder);
    await panel.getByRole('button', { name: 'Make dataset' }).click();
    await page.getByRole('heading', { name: 'This dataset holds no frames yet' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    // The first box of all asks what it is, and is there once that is said.
    const made = readdirSync(app.folder).find((name) => /^brand.new$/i.test(name)) ?? '';
    await app.cli(['import', join(app.folder, made), '--format', 'images', '--from', join(app.folder, 'to import', 'images')]);
    await page.getByRole('link', { name: 'Label' }).click();
    await onFrame(page, 0);
    const at = await toScreen(page);
    await page.keyboard.press('r');
    await drag(page, at(100, 100), at(300, 250));
    await page.getByRole('combobox', { name: 'Find a category' }).waitFor();
    await page.keyboard.type('자동차');
    await page.keyboard.press('Enter');
    await described(page, '1 box, 1 selected');
    await page.getByRole('option', { name: '자동차' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('the palette finds commands, frames and datasets', async () => {
    const { page, errors, close } = await app.open(`/d/${app.dataset.id}/frames`);
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Commands' });
    await palette.getByRole('combobox', { name: 'Command' }).fill('00000');
    await palette.getByRole('option', { name: /000003\.jpg/ }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await palette.getByRole('combobox', { name: 'Command' }).fill('go to settings');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'General' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('a dataset that is not known says so and leads back', async () => {
    const { page, close } = await app.open('/d/0198f2b2-0000-7000-8000-00000000dead/frames');
    await page.getByRole('alert').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Back to Home' }).click();
    await page.getByRole('heading', { name: 'Datasets' }).waitFor();
    await close();
  });

  test('with nothing known any more, it says in one sentence what this is and offers the demo', async () => {
    const own = await startApp();
    try {
      const { page, errors, close } = await own.open('/');
      await page.getByRole('link', { name: /^Sample/ }).waitFor();
      await page.keyboard.press('Control+k');
      expect(await page.getByRole('option', { name: /Close this dataset/ }).count()).toBe(0);
      await page.keyboard.press('Escape');
      // Closed and carried away, the card stays, grey; taken off the list, this is a first start again.
      await page.getByRole('link', { name: /^Sample/ }).click();
      await page.getByRole('option', { name: '000000.jpg' }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill('close this dataset');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Datasets' }).waitFor();
      await settled(page);
      renameSync(own.dataset.path, `${own.dataset.path} elsewhere`);
      await page.reload();
      await page.getByRole('button', { name: 'Take Sample off the list' }).click();
      await page.getByRole('heading', { name: /^Find the frames your detector gets wrong/ }).waitFor();
      expect(await page.getByRole('img', { name: 'The detector sees two road users' }).count()).toBe(1);
      // The tour comes by itself once, can be left, and is found again.
      const tour = page.getByRole('complementary', { name: 'Tour' });
      await tour.getByText('1 of 5').waitFor();
      await tour.getByRole('button', { name: 'Next' }).click();
      await tour.getByText('2 of 5').waitFor();
      expect(await seriousProblems(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await tour.waitFor({ state: 'detached' });
      await page.reload();
      await page.getByRole('heading', { name: /^Find the frames your detector gets wrong/ }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Command' }).fill('show the tour');
      expect(await tour.count()).toBe(0);
      await page.keyboard.press('Enter');
      for (const step of ['1 of 5', '2 of 5', '3 of 5', '4 of 5']) {
        await tour.getByText(step).waitFor();
        await tour.getByRole('button', { name: 'Next' }).click();
      }
      await tour.getByText('5 of 5').waitFor();
      await tour.getByRole('button', { name: 'Begin' }).click();
      await tour.waitFor({ state: 'detached' });
      expect(await page.getByRole('button', { name: 'Try the demo' }).isEnabled()).toBe(true);
      expect(await seriousProblems(page)).toEqual([]);
      expect(errors).toEqual([]);
      await close();
    } finally {
      await own.close();
    }
  });
});
