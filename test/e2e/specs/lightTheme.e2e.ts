import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousProblems } from '../accessibility.ts';
import { settled, startApp, type App } from '../harness.ts';
import { screens, sizes } from '../shots.ts';

// The specs of the views ask axe in the dark theme; here every screen is asked in the light one.
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

test('axe finds nothing serious on any screen in the light theme, wide and narrow', async () => {
  const { page, goto, errors, close } = await app.open('/', { colorScheme: 'light' });
  const found: { [screen: string]: readonly string[] } = {};
  const everywhere = {
    ...screens(app),
    keys: '/settings?section=keys',
    categories: '/settings?section=categories',
    doctor: '/settings?section=doctor',
  };
  for (const [name, address] of Object.entries(everywhere)) {
    await goto(address);
    await settled(page);
    found[name] = [];
    for (const size of sizes) {
      await page.setViewportSize(size);
      found[name] = [...found[name], ...(await seriousProblems(page))];
    }
  }
  expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
  expect(found).toEqual(Object.fromEntries(Object.keys(everywhere).map((name) => [name, []])));
  expect(errors).toEqual([]);
  await close();
});
