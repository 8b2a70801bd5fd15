import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Box } from '../../../shared/geometry/box.ts';
import { crowd, frameName, frameSize, photograph } from './crowdedDataset.ts';
import type { Subject } from './gestures.ts';
import { installRecorder } from './measure.ts';
import { nodePerBox } from './nodePerBox.ts';

const windowSize = { width: 1_440, height: 900 };

/** Our own Label view on the frame with so many boxes. `address` is the one that the host printed. */
export async function openHardcase(browser: Browser, address: string, dataset: string, count: number): Promise<Subject> {
  const page = await (await browser.newContext({ viewport: windowSize })).newPage();
  await page.addInitScript(installRecorder);
  await page.goto(address.replace(/&to=.*$/, ''));
  await page.waitForURL('**/#/**');
  await page.waitForFunction(() => (document.getElementById('root')?.childElementCount ?? 0) > 0);
  const described = (text: string): Promise<unknown> =>
    page.waitForFunction(
      (wanted) => {
        const id = document.querySelector('[role=application]')?.getAttribute('aria-describedby');
        return id !== null && id !== undefined && document.getElementById(id)?.textContent === wanted;
      },
      text,
      { timeout: 60_000 },
    );
  await page.goto(`${new URL(address).origin}/#/d/${dataset}/label?frame=${frameName(count)}`);
  await described(`${count} boxes, 0 selected`);
  const canvas = page.getByRole('application', { name: 'Canvas' });
  const box = await canvas.boundingBox();
  if (!box) throw new Error('there is no canvas');
  // As `renderer/state/viewportStore.ts` fits it.
  const insets = { left: 60, right: 24, top: 24, bottom: 24 };
  const room = { width: box.width - insets.left - insets.right, height: box.height - insets.top - insets.bottom };
  const scale = Math.min(room.width / frameSize.width, room.height / frameSize.height);
  return {
    page,
    session: await page.context().newCDPSession(page),
    boxes: crowd(count).map(({ bbox }) => bbox),
    area: {
      x: box.x + insets.left + (room.width - frameSize.width * scale) / 2,
      y: box.y + insets.top + (room.height - frameSize.height * scale) / 2,
      scale,
    },
    async selected() {
      const text = await page.evaluate(() => {
        const id = document.querySelector('[role=application]')?.getAttribute('aria-describedby') ?? '';
        return document.getElementById(id)?.textContent ?? '';
      });
      return Number(/, (\d+) selected/.exec(text)?.[1]);
    },
    async reset() {
      await canvas.focus();
      for (let i = 0; i < 3; i++) await page.keyboard.press('Escape');
      await page.keyboard.press('Control+f');
      await described(`${count} boxes, 0 selected`);
    },
  };
}

/** What the peers do, on a bare page: a Konva node a box. It draws no tags and stores nothing, which favours it. */
export async function openNodePerBox(browser: Browser, count: number): Promise<Subject> {
  const page: Page = await (await browser.newContext({ viewport: windowSize })).newPage();
  await page.addInitScript(installRecorder);
  await page.goto('about:blank');
  await page.setContent(
    '<!doctype html><style>body{margin:0;background:#0f1115}#stage{position:fixed;inset:0}</style><div id="stage"></div>',
  );
  await page.addScriptTag({ path: join(dirname(createRequire(import.meta.url).resolve('konva')), '..', 'konva.min.js') });
  const boxes: readonly Box[] = crowd(count).map(({ bbox }) => bbox);
  const scale = Math.min((windowSize.width - 380) / frameSize.width, (windowSize.height - 200) / frameSize.height);
  const area = { x: 60, y: 100, scale };
  const image = `data:image/jpeg;base64,${(await photograph()).toString('base64')}`;
  await page.evaluate(installRecorder);
  await page.evaluate(nodePerBox, { boxes, image, area, size: frameSize });
  return {
    page,
    session: await page.context().newCDPSession(page),
    boxes,
    area,
    selected: () => page.evaluate(() => window.nodePerBox.selected()),
    reset: () => page.evaluate(() => window.nodePerBox.reset()),
  };
}
