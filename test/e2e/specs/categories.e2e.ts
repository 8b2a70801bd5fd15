import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { startApp, type App, type AppPage } from '../harness.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Categories' });
const boxes = (page: Page): Locator => page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');
const attributesOfAll = (page: Page): Locator => page.getByRole('group', { name: 'Every category' });

/** Waits until the list reads so. */
async function reads(page: Page, names: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const rows = [...document.querySelectorAll('[role=listbox][aria-label=Categories] [role=option]')];
      return rows.map((row) => row.querySelector('.clip')?.textContent).join() === wanted;
    },
    names.join(),
    { timeout: 15_000 },
  );
}

async function openManager(): Promise<AppPage> {
  const open = await app.open(`/d/${app.dataset.id}/frames`);
  await open.page.getByRole('option', { name: '000000.jpg' }).waitFor();
  await open.goto('/settings?section=categories');
  await list(open.page).waitFor();
  return open;
}

async function openFrame(n: number): Promise<AppPage> {
  const name = `${String(n).padStart(6, '0')}.jpg`;
  const open = await app.open(`/d/${app.dataset.id}/label?frame=${name}`);
  await open.page
    .getByRole('status', { name: 'Frame' })
    .getByText(`${n + 1} of ${sampleFrames}, ${name}`)
    .waitFor({ state: 'attached' });
  await boxes(open.page).nth(2).waitFor();
  return open;
}

interface ListedBox {
  readonly category: string;
  readonly flags: readonly string[];
  readonly attributes: { readonly [key: string]: unknown };
}
const boxesOf = async (frame: string): Promise<readonly ListedBox[]> =>
  (await app.cli<{ boxes: ListedBox[] }>(['boxes', app.dataset.path, '--source', 'gt', '--frame', frame])).boxes;

describe('Categories', () => {
  test('are added, moved, renamed, grouped, merged with a preview and taken back, all by keyboard', async () => {
    const { page, errors, close } = await openManager();
    await reads(page, ['bicycle', 'car', 'person']);
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('searchbox', { name: 'Find a category' }).fill('tram');
    await page.keyboard.press('Enter');
    await reads(page, ['bicycle', 'car', 'person', 'tram']);
    // Enter on a part of a name goes to the category that has it, and adds none.
    await page.getByRole('searchbox', { name: 'Find a category' }).fill('bicy');
    await page.keyboard.press('Enter');
    await page.getByRole('searchbox', { name: 'Find a category' }).fill('');
    await page.getByRole('option', { name: 'bicycle', selected: true }).waitFor();
    await reads(page, ['bicycle', 'car', 'person', 'tram']);
    await list(page).focus();
    await page.keyboard.press('End');
    await page.getByRole('option', { name: 'tram', selected: true }).waitFor();
    await page.keyboard.press('Alt+ArrowUp');
    await reads(page, ['bicycle', 'car', 'tram', 'person']);
    await page.keyboard.press('F2');
    await page.keyboard.type('streetcar');
    await page.keyboard.press('Enter');
    await reads(page, ['bicycle', 'car', 'streetcar', 'person']);
    await list(page).focus();
    await page.keyboard.press('Control+z');
    await reads(page, ['bicycle', 'car', 'tram', 'person']);
    await page.keyboard.press('Control+z');
    await reads(page, ['bicycle', 'car', 'person', 'tram']);

    const row = (name: string): Locator => page.getByRole('option', { name, exact: true });
    await row('tram').dragTo(row('bicycle'), { targetPosition: { x: 60, y: 6 } });
    await reads(page, ['tram', 'bicycle', 'car', 'person']);
    await page.keyboard.press('Control+z');
    await reads(page, ['bicycle', 'car', 'person', 'tram']);

    await list(page).focus();
    await page.keyboard.press('Home');
    await page.getByRole('combobox', { name: 'Add bicycle to a group' }).fill('weak');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Rename the group weak' }).press('Enter');
    await page.getByRole('textbox', { name: 'Rename the group weak' }).fill('vru');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Take bicycle out of vru' }).waitFor();
    const { triggers } = await app.cli<{ triggers: { hits: number }[] }>([
      'trigger',
      'run',
      app.dataset.path,
      '--text',
      'exists v: vru where v.width > 0',
      '--source',
      'gt',
    ]);
    expect(triggers[0]?.hits).toBe(sampleFrames);

    await page.getByRole('button', { name: 'Merge…' }).click();
    const merge = page.getByRole('group', { name: 'Merge bicycle into another category' });
    await merge.getByText(`${sampleFrames} boxes change their category on ${sampleFrames} frames.`).waitFor();
    // The first thing to say has the focus.
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Merge into' }).waitFor();
    await page.keyboard.type('tram');
    await page.keyboard.press('Enter');
    await merge.getByRole('button', { name: `Merge ${sampleFrames} boxes` }).click();
    await reads(page, ['car', 'person', 'tram']);
    await page.getByText('merged into tram').waitFor({ state: 'attached' });
    expect((await boxesOf('000000.jpg')).map(({ category }) => category).sort()).toEqual(['car', 'person', 'tram']);
    await list(page).focus();
    await page.keyboard.press('Control+z');
    await reads(page, ['bicycle', 'car', 'person', 'tram']);
    expect((await boxesOf('000000.jpg')).map(({ category }) => category).sort()).toEqual(['bicycle', 'car', 'person']);
    expect(errors).toEqual([]);
    await close();
  });

  test('a required attribute is declared, said to be missing, set by key and by form, and shown on new boxes', async () => {
    const manager = await openManager();
    const { page } = manager;
    await attributesOfAll(page).getByRole('button', { name: 'Add attribute' }).click();
    await attributesOfAll(page).getByRole('textbox', { name: 'Name' }).fill('colour');
    await attributesOfAll(page).getByRole('textbox', { name: 'Options' }).fill('grey\nred = R');
    await attributesOfAll(page).getByRole('switch', { name: 'Required' }).click();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await attributesOfAll(page)
      .getByRole('button', { name: /^colour/ })
      .waitFor();
    await manager.close();

    const { page: label, errors, close } = await openFrame(1);
    await label.keyboard.press('Space');
    await label.getByRole('alert').getByText('3 boxes lack something required.').waitFor();
    await label.keyboard.press('Shift+U');
    await boxes(label).and(label.locator('[aria-selected=true]')).waitFor();
    await label.keyboard.press('j');
    await label.getByRole('status', { name: 'Attribute keys' }).waitFor();
    await label.keyboard.press('r');
    await label.getByRole('alert').getByText('2 boxes lack something required.').waitFor();
    await label.keyboard.press('Control+a');
    await label.getByText('3 boxes selected').waitFor();
    await label.getByText('Mixed').waitFor();
    await label.getByRole('group', { name: 'colour' }).getByRole('button', { name: 'grey' }).click();
    await label.getByRole('alert').waitFor({ state: 'detached' });
    expect(await seriousProblems(label)).toEqual([]);
    await label.getByRole('status', { name: 'Save state' }).getByText('Saved', { exact: true }).waitFor();
    expect((await boxesOf('000001.jpg')).map(({ attributes }) => attributes)).toEqual(Array(3).fill({ colour: 'grey' }));
    expect(errors).toEqual([]);
    await close();
  });

  test('an ignore region is drawn with its own tool, stands apart in the list and lacks nothing', async () => {
    const { page, errors, close } = await openFrame(2);
    await page.getByRole('application', { name: 'Canvas' }).focus();
    await page.keyboard.press('Shift+W');
    await page.getByRole('button', { name: 'Draw an ignore region', pressed: true }).waitFor();
    const area = await page.getByRole('application', { name: 'Canvas' }).boundingBox();
    if (area === null) throw new Error('no canvas');
    const at = (x: number, y: number): readonly [number, number] => [area.x + area.width * x, area.y + area.height * y];
    await page.mouse.move(...at(0.4, 0.2));
    await page.mouse.down();
    await page.mouse.move(...at(0.6, 0.3), { steps: 4 });
    await page.mouse.up();
    await page.getByText('1 ignored').waitFor();
    await page.getByText('Ignore regions').waitFor();
    await page.getByRole('status', { name: 'Save state' }).getByText('Saved', { exact: true }).waitFor();
    const drawn = (await boxesOf('000002.jpg')).filter(({ flags }) => flags.includes('ignore'));
    expect(drawn).toHaveLength(1);
    expect(errors).toEqual([]);
    await close();
  });

  test('a guideline with an example from the canvas stands beside it', async () => {
    const manager = await openManager();
    await manager.page.getByRole('option', { name: 'car', exact: true }).click();
    await manager.page.getByRole('textbox', { name: 'Guideline for car' }).fill('Four wheels and a roof.');
    await manager.page.keyboard.press('Tab');
    await manager.page.getByText('car: changed guideline').waitFor();
    await manager.close();
    const { page, errors, close } = await openFrame(3);
    await boxes(page).filter({ hasText: 'car' }).click();
    const panel = page.getByRole('complementary', { name: 'Guideline' });
    await panel.getByText('Four wheels and a roof.').waitFor();
    await panel.getByRole('button', { name: 'Add the selected box' }).click();
    await panel.getByRole('img', { name: 'Example on 000003.jpg' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Shift+G');
    await panel.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await close();
  });
});
