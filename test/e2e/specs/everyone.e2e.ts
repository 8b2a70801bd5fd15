import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousProblems } from '../accessibility.ts';
import { settled, startApp, type App } from '../harness.ts';
import { screens } from '../shots.ts';

// The specs of the views ask axe in English and in the dark theme, `lightTheme` in the light one; here are the rest.
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** What sticks out of the window, and what must never be dropped and is out of sight. */
function outside(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.querySelector('.app') as HTMLElement;
    if (scrollWidth > clientWidth || scrollHeight > clientHeight) found.push('the window scrolls');
    for (const part of ['[aria-label="Save state"]', '.status .provider', '.rail a[aria-label="Settings"]']) {
      const area = document.querySelector(part)?.getBoundingClientRect();
      if (area === undefined || area.right > window.innerWidth + 1 || area.bottom > window.innerHeight + 1 || area.width === 0)
        found.push(part);
    }
    return found;
  });
}

describe('Everyone', () => {
  test('in Korean every screen holds at 1024 × 700, and axe finds nothing serious', { timeout: 180_000 }, async () => {
    const { page, goto, errors, close } = await app.open('/', { locale: 'ko-KR', viewport: { width: 1024, height: 700 } });
    const problems: { [screen: string]: readonly string[] } = {};
    for (const [name, address] of Object.entries(screens(app))) {
      await goto(address);
      await settled(page);
      problems[name] = [...(await outside(page)), ...(await seriousProblems(page))];
    }
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    expect(Object.entries(problems).filter(([, list]) => list.length > 0)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  test('with high contrast at 200 % every screen holds at 1440 × 900 in both themes', { timeout: 180_000 }, async () => {
    const { page, goto, errors, close } = await app.open('/settings', { colorScheme: 'light' });
    await page.getByRole('radio', { name: 'High' }).click();
    await page.waitForFunction(() => document.documentElement.dataset['contrast'] === 'more');
    await page.getByRole('radio', { name: '200 %' }).click();
    await page.waitForFunction(() => document.documentElement.style.getPropertyValue('--ui-scale') === '2');
    const problems: { [screen: string]: readonly string[] } = {};
    for (const [name, address] of Object.entries(screens(app))) {
      await goto(address);
      await settled(page);
      problems[name] = [...(await outside(page)), ...(await seriousProblems(page))];
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
      problems[name] = [...problems[name], ...(await seriousProblems(page))];
      await page.emulateMedia({ colorScheme: 'light' });
    }
    // What is drawn larger is still hit where it is drawn.
    await goto(`/d/${app.dataset.id}/frames`);
    await page.getByRole('option', { name: '000000.jpg' }).click();
    await page.getByText('1 selected').waitFor();
    await goto('/settings');
    await page.getByRole('radio', { name: '100 %' }).click();
    await page.getByRole('radio', { name: 'As the system' }).nth(1).click();
    await page.waitForFunction(() => document.documentElement.style.getPropertyValue('--ui-scale') === '1');
    expect(Object.entries(problems).filter(([, list]) => list.length > 0)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  test('the contrast follows the system, and an error speaks the language of the moment', async () => {
    const { page, errors, goto, close } = await app.open('/settings');
    await page.getByRole('radio', { name: 'High' }).waitFor();
    await page.emulateMedia({ contrast: 'more' });
    await page.waitForFunction(() => document.documentElement.dataset['contrast'] === 'more');
    await page.emulateMedia({ contrast: 'no-preference', forcedColors: 'active' });
    await page.waitForFunction(() => document.documentElement.dataset['contrast'] === 'normal');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle)).not.toBe('none');
    await page.emulateMedia({ forcedColors: 'none' });

    await goto('/d/00000000-0000-7000-8000-000000000000/frames');
    await page.getByRole('alert').getByText('This dataset is not known on this computer.').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('in korean');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('이 컴퓨터에 등록되지 않은 데이터셋입니다.').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command' }).fill('영어');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('This dataset is not known on this computer.').waitFor();
    expect(errors).toEqual([]);
    await close();
  });
});
