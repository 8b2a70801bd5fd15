import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTinyDetector } from '../../helpers/makeModel.ts';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { type App, startApp } from '../harness.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
  writeFileSync(join(app.folder, 'colours.onnx'), makeTinyDetector({ layout: 'yolov8', names: ['bicycle', 'lamp'] }));
  writeFileSync(join(app.folder, 'text.onnx'), 'this is no model');
});
afterAll(() => app.close());

describe('Models', () => {
  test('a file is looked into, tried on a frame, added, run, measured and turned into drafts', async () => {
    const { page, errors, close } = await app.open(`/d/${app.dataset.id}/models`);
    await page.getByText('No model yet').first().waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    await page.keyboard.press('n');
    await page.getByRole('dialog', { name: 'Choose an ONNX file' }).getByText('colours.onnx').dblclick();
    const wizard = page.getByRole('complementary', { name: 'What we found in colours.onnx' });
    await wizard
      .getByText(/yolov8/i)
      .first()
      .waitFor();
    await wizard.getByText(/^\d+ box(es)?$/).waitFor();
    await wizard.getByText('Categories, 1 of 2 mapped').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await wizard.getByRole('button', { name: 'Add model' }).click();

    const run = page.getByRole('complementary', { name: 'Run model' });
    await run.getByText(`${sampleFrames} frames`).waitFor();
    await run.getByLabel('On frames where').fill('exists b: bicycl');
    await run.getByText(/Nearest: bicycle/).waitFor();
    await run.getByLabel('On frames where').fill('');
    await run.getByText(`${sampleFrames} frames`).waitFor();
    await run.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('r');
    await page.waitForFunction(() => document.activeElement?.getAttribute('placeholder') === 'frame.state = "unlabeled"');
    await run.getByText(`${sampleFrames} frames`).waitFor();
    await run.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText(/: 12 frames, \d+ boxes/).waitFor();
    await page.getByText('active', { exact: true }).waitFor();

    await page.getByRole('button', { name: /^More for / }).click();
    await page.getByRole('menuitem', { name: 'Evaluate' }).click();
    await page.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await page.getByRole('cell', { name: 'bicycle' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    await page.getByRole('button', { name: /^More for / }).click();
    await page.getByRole('menuitem', { name: 'Turn into draft annotations' }).click();
    await page.getByText(/boxes added/).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  test('a file that is no model is refused in words, and nothing is added', async () => {
    const { page, close } = await app.open(`/d/${app.dataset.id}/models`);
    await page
      .getByRole('main')
      .or(page.getByRole('banner'))
      .getByRole('button', { name: /^Add model/ })
      .first()
      .click();
    await page.getByRole('dialog', { name: 'Choose an ONNX file' }).getByText('text.onnx').dblclick();
    const alert = page.getByRole('alert');
    await alert.getByText(/not an ONNX|no ONNX|is not a model/i).waitFor();
    await alert.getByText('Nothing was added.').waitFor();
    await close();
  });
});
