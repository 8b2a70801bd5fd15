import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTinyDetector } from '../../helpers/makeModel.ts';
import { sampleFrames, writeSampleCoco } from '../../helpers/sampleDataset.ts';
import { startApp, type App } from '../harness.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
  await writeSampleCoco(join(app.folder, 'street'));
  writeFileSync(join(app.folder, 'colours.onnx'), makeTinyDetector({ layout: 'yolov8', names: ['bicycle', 'lamp'] }));
});
afterAll(() => app.close());

test('the main job, through the screens alone: from labels and a model to an export that reads back equal', async () => {
  const { page, errors, close } = await app.open('/');
  page.setDefaultTimeout(10_000);
  const view = (name: string): Promise<void> => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click();

  // In: labels, reported before anything is written.
  await page.getByRole('heading', { name: 'Datasets' }).waitFor();
  await page.keyboard.press('i');
  const imports = page.getByRole('complementary', { name: 'Import' });
  await imports.getByRole('textbox', { name: 'What to import' }).fill(join(app.folder, 'street', 'instances.json'));
  await imports.getByText('COCO', { exact: true }).waitFor();
  await imports.getByRole('textbox', { name: 'Where the images are' }).fill(join(app.folder, 'street', 'images'));
  await imports.getByRole('textbox', { name: 'Name' }).fill('Main job');
  await imports.getByRole('textbox', { name: 'In the folder' }).fill(app.folder);
  await imports.getByRole('button', { name: 'Check' }).click();
  await imports.getByText('Nothing is written yet.').waitFor();
  await imports.getByRole('button', { name: 'Import' }).click();
  // The frames open by themselves.
  await page.getByRole('option', { name: '000000.jpg' }).waitFor();

  // A model of one's own, run over every frame.
  await view('Models');
  await page.getByText('No model yet').first().waitFor();
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'Choose an ONNX file' }).getByText('colours.onnx').dblclick();
  await page.getByRole('complementary', { name: 'What we found in colours.onnx' }).getByRole('button', { name: 'Add model' }).click();
  const run = page.getByRole('complementary', { name: 'Run model' });
  await run.getByText(`${sampleFrames} frames`).waitFor();
  await run.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(new RegExp(`: ${sampleFrames} frames, \\d+ boxes`)).waitFor();

  // A question about the labels, kept as a trigger.
  await view('Frames');
  await page.getByRole('textbox', { name: 'Query' }).click();
  await page.keyboard.insertText('bicycle@gt & car@gt where ioa > 0.6');
  await page.keyboard.press('Escape');
  await page.getByText(/^4 of 12 frames/).waitFor();
  await page.getByRole('button', { name: 'Save as trigger' }).click();
  await page.waitForURL(/\/triggers/);
  await page.getByRole('button', { name: 'Make a trigger' }).click();
  await page
    .getByRole('listbox', { name: 'Triggers' })
    .getByRole('option', { name: /^new_trigger.*4 hits/ })
    .waitFor();

  // A hit on the canvas, and what a person says about it: one box too many.
  await page.getByRole('button', { name: /^Review 4 hits/ }).click();
  await page.getByRole('toolbar', { name: 'Verdict on this hit' }).waitFor();
  const boxes = page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');
  await boxes.nth(2).waitFor();
  const frame = new URL(page.url()).hash;
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await page.keyboard.press('Shift+Digit1');
  await page.waitForURL((url) => url.hash !== frame);
  await page.getByRole('status', { name: 'Save state' }).getByText('Saved', { exact: true }).waitFor();

  // Out: a version, and an export of it that is read back.
  await view('Versions');
  await page.getByText('No versions yet').waitFor();
  await page.keyboard.press('f');
  await page.getByRole('button', { name: /^Freeze( Enter)?$/ }).click();
  await page.getByRole('heading', { name: 'data-1', exact: true }).waitFor();
  expect(await page.locator('.version-numbers').innerText()).toContain(`${sampleFrames * 3 - 1}`);
  const out = join(app.folder, 'main job out');
  await page.getByLabel('Folder', { exact: true }).fill(out);
  await page.keyboard.press('Control+Enter');
  await page.getByText('Re-imported and equal').waitFor();
  expect(existsSync(join(out, 'annotations'))).toBe(true);
  expect(errors).toEqual([]);
  await close();
}, 40_000);
