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

  test('a category is added, renamed and keeps its boxes', async () => {
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
