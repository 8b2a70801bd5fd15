import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxList, frameName, hasNumbers, onFrame, saved } from '../canvasPage.ts';
import { startApp, type App } from '../harness.ts';

/** A labeler's day with nothing but the keyboard: no call of this file clicks, and the focus is in sight wherever it goes. */
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

interface Box {
  readonly frame: string;
  readonly category: string;
  readonly bbox: readonly number[];
  readonly flags: readonly string[];
}

/** Whether what has the focus shows it. */
const focusInSight = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const at = document.activeElement;
    if (!(at instanceof HTMLElement) || at === document.body) return false;
    const { outlineStyle, boxShadow } = getComputedStyle(at);
    // A field shows it around itself, a card of Home around all that lies in it.
    const around = at.closest('.input, .card-cell:has(> a.card:focus-visible)');
    const frame = around === null ? null : getComputedStyle(around);
    const isFramed = frame !== null && (frame.boxShadow !== 'none' || frame.outlineStyle !== 'none');
    return outlineStyle !== 'none' || boxShadow !== 'none' || isFramed;
  });

/** Presses Tab until the focus is there. */
async function tabTo(page: Page, wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await wanted.waitFor();
  for (let i = 0; i < 60; i++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
    expect(await focusInSight(page), `focus out of sight on the way to ${String(wanted)}`).toBe(true);
  }
  throw new Error(`Tab does not lead to ${String(wanted)}`);
}

async function press(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const times = (count: number, key: string): readonly string[] => Array.from({ length: count }, () => key);

/** The crosshair from wherever it is to a place of the 640 × 480 image: into the corner first, then counted. */
async function steerTo(page: Page, x: number, y: number): Promise<void> {
  await press(page, ...times(7, 'Control+Shift+ArrowLeft'), ...times(5, 'Control+Shift+ArrowUp'));
  for (const [value, arrow] of [
    [x, 'ArrowRight'],
    [y, 'ArrowDown'],
  ] as const) {
    await press(page, ...times(Math.floor(value / 100), `Control+Shift+${arrow}`));
    await press(page, ...times(Math.floor((value % 100) / 10), `Shift+${arrow}`));
    await press(page, ...times(value % 10, arrow));
  }
}

test('the whole day goes by keyboard: find, draw, correct, review, judge hits, freeze and export', { timeout: 240_000 }, async () => {
  const { page, errors } = await app.open('/');

  // From Home into the dataset, to the frames of a question.
  await tabTo(page, page.getByRole('link', { name: /^Sample/ }));
  await press(page, 'Enter');
  const frames = page.getByRole('listbox', { name: 'Frames' }).getByRole('option');
  await frames.nth(11).waitFor();
  await press(page, '/');
  await page.keyboard.insertText('frame.name = "000001.jpg"');
  await page.waitForFunction(() => document.querySelectorAll('[role=listbox][aria-label=Frames] [role=option]').length === 1);
  await press(page, 'Control+a', 'Delete', 'Escape');
  await frames.nth(11).waitFor();
  await tabTo(page, page.getByRole('listbox', { name: 'Frames' }));
  await press(page, 'Home', 'ArrowRight', 'Enter');
  await onFrame(page, 1);
  await boxList(page).nth(2).waitFor();

  // Draw a bicycle and a person with the crosshair, in one go; the corners land where they were counted to.
  await press(page, 'r');
  await steerTo(page, 102, 311);
  await press(page, 'Enter');
  await press(page, ...times(4, 'Shift+ArrowRight'), ...times(6, 'Shift+ArrowDown'));
  await page.getByRole('status', { name: 'Crosshair' }).filter({ hasText: 'x 142, y 371; box 40 by 60' }).waitFor();
  await press(page, 'Enter');
  await boxList(page).nth(3).waitFor();
  await hasNumbers(page, [102, 311, 40, 60]);
  await press(page, '1');
  await steerTo(page, 300, 400);
  await press(page, 'Enter', 'Control+Shift+ArrowRight', ...times(3, 'Shift+ArrowDown'), 'Enter');
  await boxList(page).nth(4).waitFor();
  await press(page, '3', 'Escape', 'Escape');
  await saved(page);

  // Correct: walk the boxes, move, grow an edge, mark, relabel by name, take back and bring back.
  await press(page, 'Tab');
  await boxList(page).and(page.locator('[aria-selected="true"]')).waitFor();
  const before = await hasSelected(page);
  await press(page, 'Shift+ArrowRight', 'Control+Shift+ArrowRight', 'q');
  await hasNumbers(page, [before[0] + 10, before[1], before[2] + 1, before[3]]);
  await press(page, 'e');
  await page.getByRole('combobox', { name: 'Category' }).waitFor();
  await page.keyboard.type('bicy');
  await press(page, 'Enter');
  await boxList(page).and(page.locator('[aria-selected="true"]')).filter({ hasText: 'bicycle' }).waitFor();
  await press(page, ...times(4, 'Control+z'));
  await hasNumbers(page, before);
  await press(page, ...times(2, 'Control+Shift+z'));
  await hasNumbers(page, [before[0] + 10, before[1], before[2] + 1, before[3]]);

  // A comment at a place, then on: the frame is done, and its boxes are repeated on the next.
  await press(page, 'Escape', 'Shift+C');
  await steerTo(page, 200, 200);
  await press(page, 'Enter');
  await page.getByRole('textbox', { name: 'Comment' }).waitFor();
  await page.keyboard.type('Is this one parked?');
  await press(page, 'Enter');
  await page.getByRole('region', { name: 'Comments', exact: true }).getByText('Is this one parked?').waitFor();
  await press(page, 'Escape', 'Space');
  await onFrame(page, 2);
  await boxList(page).nth(2).waitFor();
  await press(page, 'Control+p');
  await boxList(page).nth(4).waitFor();
  await press(page, 'Control+z');
  await boxList(page).nth(3).waitFor({ state: 'detached' });

  // A frame that needs a fix, with its reason.
  await press(page, 'f');
  await page.getByRole('toolbar', { name: 'What is wrong' }).waitFor();
  await press(page, '3');
  await page.getByRole('region', { name: 'Comments', exact: true }).getByText('Missing').waitFor();

  // Box by box.
  await press(page, 'd');
  await onFrame(page, 3);
  await boxList(page).nth(2).waitFor();
  await press(page, 'b', 'y', 'y', 'y', 'Escape');
  await saved(page);

  // As a reviewer: the queue from its menu, approve, go on.
  await press(page, 'Alt+q');
  await tabTo(page, page.getByRole('dialog', { name: 'Queues' }).getByRole('button', { name: /^To review/ }));
  await press(page, 'Enter');
  await page.waitForURL(/queue=unreviewed/);
  const place = page.getByRole('status', { name: 'Frame' });
  await place.getByText(/^1 of/).waitFor({ state: 'attached' });
  await boxList(page).nth(2).waitFor();
  await press(page, 'Space');
  await place.getByText(/^2 of/).waitFor({ state: 'attached' });
  await saved(page);

  // The hard cases: a trigger of one's own, its hits, a verdict on the canvas.
  await press(page, 'Alt+4');
  await page.getByRole('listbox', { name: 'Triggers' }).waitFor();
  await press(page, 'Shift+N');
  await page.getByRole('heading', { name: 'new_trigger' }).waitFor();
  await page.keyboard.type('on_a_car');
  await press(page, 'Escape');
  await page.getByRole('option', { name: /^on_a_car.*Not armed.*4 hits/ }).waitFor();
  await press(page, 'Shift+Enter');
  await page.getByRole('toolbar', { name: 'Verdict on this hit' }).waitFor();
  await press(page, 'y');
  await place.getByText(/^2 of 4/).waitFor({ state: 'attached' });

  // A version, and out.
  await press(page, 'Alt+6');
  await page.getByText('No versions yet').waitFor();
  await press(page, 'f');
  await page.getByLabel('Note').waitFor();
  await tabTo(page, page.getByLabel('Note'));
  await page.keyboard.type('by keyboard');
  await press(page, 'Enter');
  await page.getByRole('heading', { name: 'data-1', exact: true }).waitFor();
  await tabTo(page, page.getByLabel('Folder', { exact: true }));
  await press(page, 'Control+a', 'Delete');
  await page.keyboard.insertText(`${app.folder}/out`);
  await press(page, 'Control+Enter');
  await page.getByText('Re-imported and equal').waitFor();

  // What is stored is what was drawn.
  const { boxes } = await app.cli<{ boxes: readonly Box[] }>(['boxes', app.dataset.path, '--source', 'gt']);
  const drawn = boxes.filter(({ frame }) => frame === frameName(1));
  expect(drawn).toHaveLength(5);
  expect(drawn.map(({ category, bbox }) => [category, bbox])).toContainEqual(['bicycle', [102, 311, 40, 60]]);
  expect(drawn.map(({ category, bbox }) => [category, bbox])).toContainEqual(['person', [300, 400, 100, 30]]);
  expect(errors).toEqual([]);
});

/** The numbers of the selected box. */
async function hasSelected(page: Page): Promise<readonly [number, number, number, number]> {
  const value = async (side: string): Promise<number> => Number(await page.getByRole('textbox', { name: `${side}, px` }).inputValue());
  await page.getByRole('textbox', { name: 'X, px' }).waitFor();
  return [await value('X'), await value('Y'), await value('W'), await value('H')];
}
