import { rmSync } from 'node:fs';
import { readdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type App } from '../harness.ts';
import { screens, sizes, takeShots, themes } from '../shots.ts';

let app: App;
let folder = '';

beforeAll(async () => {
  app = await startApp();
  folder = process.env['HARDCASE_SHOTS'] ?? mkdtempSync(join(tmpdir(), 'hardcase-shots-'));
});

afterAll(async () => {
  await app.close();
  // Kept only where somebody asked for them: HARDCASE_SHOTS=<folder> npm test browser.
  if (process.env['HARDCASE_SHOTS'] === undefined) rmSync(folder, { recursive: true, force: true });
});

test('every screen draws in both themes and both sizes, without an error', { timeout: 180_000 }, async () => {
  const errors = await takeShots(app, folder);
  expect(errors).toEqual([]);
  const expected = Object.keys(screens(app)).length * sizes.length * themes.length;
  expect(readdirSync(folder).filter((file) => file.endsWith('.png')).length).toBeGreaterThanOrEqual(expected);
});
