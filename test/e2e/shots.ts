import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { settled, type App } from './harness.ts';

/** The screens by name, as addresses of the sample dataset. */
export function screens(app: App): { readonly [name: string]: string } {
  const dataset = `/d/${app.dataset.id}`;
  return {
    home: '/',
    frames: `${dataset}/frames`,
    label: `${dataset}/label?frame=000000.jpg`,
    triggers: `${dataset}/triggers`,
    models: `${dataset}/models`,
    versions: `${dataset}/versions`,
    settings: '/settings',
  };
}

export const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;
export const themes = ['dark', 'light'] as const;

/** Every screen in both themes and both sizes, as `<screen>-<theme>-<width>.png`; returns what the pages complained of. */
export async function takeShots(app: App, folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const errors: string[] = [];
  for (const colorScheme of themes) {
    for (const viewport of sizes) {
      const { page, goto, close, errors: seen } = await app.open('/', { colorScheme, viewport });
      for (const [name, address] of Object.entries(screens(app))) {
        await goto(address);
        await settled(page);
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${viewport.width}.png`) });
      }
      errors.push(...seen);
      await close();
    }
  }
  return errors;
}
