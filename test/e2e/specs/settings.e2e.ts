import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousProblems } from '../accessibility.ts';
import { startApp, type App } from '../harness.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

describe('Settings', () => {
  test('no section has anything that axe calls serious', async () => {
    const { page, errors, goto, close } = await app.open(`/d/${app.dataset.id}/frames`);
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    for (const [section, sign] of [
      ['general', 'Your name'],
      ['keys', 'Show shortcuts'],
      ['categories', 'bicycle'],
      ['doctor', 'Providers'],
    ] as const) {
      await goto(`/settings?section=${section}`);
      if (section === 'categories') await page.getByRole('textbox', { name: `Name of ${sign}` }).waitFor();
      else await page.getByText(sign, { exact: true }).waitFor();
      expect(await seriousProblems(page)).toEqual([]);
    }
    expect(errors).toEqual([]);
    await close();
  });

  test('the theme follows the system until somebody chooses, and the choice stays', async () => {
    const { page, close } = await app.open('/settings', { colorScheme: 'light' });
    const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['theme']);
    await page.getByRole('radio', { name: 'Dark' }).waitFor();
    expect(await theme()).toBe('light');
    await page.getByRole('radio', { name: 'Dark' }).click();
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
    await page.reload();
    await page.getByRole('radio', { name: 'Dark' }).waitFor();
    expect(await theme()).toBe('dark');
    await page.getByRole('group', { name: 'Theme' }).first().getByRole('radio', { name: 'As the system' }).click();
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
    await close();
  });

  test('the language changes at once, and Korean stays after a reload', async () => {
    const { page, errors, close } = await app.open('/settings');
    await page.getByRole('radio', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '일반' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '일반' }).waitFor();
    await page.getByRole('radio', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'General' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('a key is bound by pressing it, and then does it', async () => {
    const { page, errors, close } = await app.open('/settings?section=keys');
    await page.getByRole('button', { name: 'Add a key for “Show shortcuts”' }).click();
    await page.keyboard.press('F9');
    await page.getByRole('button', { name: 'Remove F9 from “Show shortcuts”' }).waitFor();
    await page.getByRole('heading', { name: 'Keys' }).click();
    await page.keyboard.press('F9');
    await page.getByRole('complementary', { name: 'Shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Reset the keys of “Show shortcuts”' }).click();
    await page.getByRole('button', { name: 'Remove F9 from “Show shortcuts”' }).waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await close();
  });

  test('keys like in another tool act at once; a key of two commands is told and given to one', async () => {
    const { page, errors, goto, close } = await app.open('/settings?section=keys');
    await page.getByRole('radio', { name: 'CVAT' }).click();
    await page.getByRole('button', { name: 'Remove F from “Next frame”' }).waitFor();
    await goto(`/d/${app.dataset.id}/label?frame=000000.jpg`);
    await page
      .getByRole('status', { name: 'Frame' })
      .getByText(/000000/)
      .waitFor({ state: 'attached' });
    await page.keyboard.press('f');
    await page
      .getByRole('status', { name: 'Frame' })
      .getByText(/000001/)
      .waitFor({ state: 'attached' });
    await goto('/settings?section=keys');
    await page.getByRole('radio', { name: 'Hardcase' }).click();
    await page.getByRole('button', { name: 'Remove D from “Next frame”' }).waitFor();

    await page.getByRole('button', { name: 'Add a key for “Type a query”' }).click();
    await page.keyboard.press('s');
    await page.getByText('S also means “Set the state of the selected frames”').waitFor();
    const own = page.getByRole('region', { name: 'Frames' });
    await own.getByRole('button', { name: 'Only here' }).first().click();
    await page.getByRole('button', { name: 'Remove S from “Set the state of the selected frames”' }).waitFor({ state: 'detached' });

    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save to a file' }).click();
    const file = join(app.folder, 'keys.json');
    await (await downloaded).saveAs(file);
    await page.getByRole('button', { name: 'Reset all keys' }).click();
    await page.getByRole('button', { name: 'Remove S from “Type a query”' }).waitFor({ state: 'detached' });
    await page.getByLabel('Load a file').last().setInputFiles(file);
    await page.getByRole('button', { name: 'Remove S from “Type a query”' }).waitFor();
    await page.getByRole('button', { name: 'Reset all keys' }).click();
    await page.getByRole('button', { name: 'Remove S from “Type a query”' }).waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await close();
  });

  test('the help shows what the keys do here and now', async () => {
    const { page, errors, close } = await app.open(`/d/${app.dataset.id}/frames`);
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    await page.keyboard.press('F1');
    const help = page.getByRole('complementary', { name: 'Shortcuts' });
    const row = help.getByText('Set the state of the selected frames');
    await help.getByRole('heading', { name: 'Waits for a selection or a mode' }).waitFor();
    const waiting = help.locator('section', { has: page.getByRole('heading', { name: 'Waits for a selection or a mode' }) });
    await waiting.getByText('Set the state of the selected frames').waitFor();
    await page.getByRole('option', { name: '000000.jpg' }).click();
    await waiting.getByText('Set the state of the selected frames').waitFor({ state: 'detached' });
    await row.waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('a category is added and renamed', async () => {
    const { page, errors, goto, close } = await app.open(`/d/${app.dataset.id}/frames`);
    await page.getByRole('option', { name: '000000.jpg' }).waitFor();
    await goto('/settings?section=categories');
    await page.getByRole('searchbox', { name: 'Find a category' }).fill('scooter');
    await page.keyboard.press('Enter');
    const name = page.getByRole('textbox', { name: 'Name of scooter' });
    await name.fill('kick scooter');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Name of kick scooter' }).waitFor();
    expect(await page.getByRole('status', { name: 'Save state' }).textContent()).toBe('Saved');
    expect(errors).toEqual([]);
    await close();
  });
});
