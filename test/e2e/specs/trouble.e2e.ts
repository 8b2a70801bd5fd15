import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { seriousProblems } from '../accessibility.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.close());
afterAll(() => app.close());

const side = (page: Page, name: string) => page.getByRole('textbox', { name: `${name}, px` });
const saveState = (page: Page, words: RegExp): Promise<void> =>
  page.getByRole('status', { name: 'Save state' }).filter({ hasText: words }).waitFor();

const shows = (page: Page, name: string, value: number): Promise<unknown> =>
  page.waitForFunction(
    ([label, wanted]) => document.querySelector<HTMLInputElement>(`input[aria-label="${label}, px"]`)?.value === wanted,
    [name, String(value)],
  );

async function openPerson(frame: number): Promise<Page> {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${String(frame).padStart(6, '0')}.jpg`);
  await select(open.page);
  return open.page;
}

async function select(page: Page): Promise<void> {
  await page.getByRole('listbox', { name: 'Boxes' }).getByRole('option').filter({ hasText: 'person' }).click();
  await side(page, 'X').waitFor();
  await page.getByRole('application', { name: 'Canvas' }).focus();
}

test('the folder is moved away while somebody labels: edits wait, survive a reload, undo among themselves, and are saved when it is back', async () => {
  const page = await openPerson(1);
  const x = Number(await side(page, 'X').inputValue());
  const away = `${app.dataset.path} away`;
  renameSync(app.dataset.path, away);
  await page.keyboard.press('Shift+ArrowLeft');
  await saveState(page, /^Not saved/);
  const banner = page.getByRole('alert').filter({ hasText: 'The dataset’s folder was moved or removed.' });
  await banner.getByText('1 edit waits here').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  await banner.getByText('3 edits wait here').waitFor();
  // The last one was a slip: it is taken back where it waits.
  await page.keyboard.press('Control+z');
  await banner.getByText('2 edits wait here').waitFor();
  await shows(page, 'X', x - 20);

  // Closing warns; going on all the same loses nothing.
  const warned = new Promise<string>((resolve) => page.once('dialog', (dialog) => void dialog.accept().then(() => resolve(dialog.type()))));
  await page.reload();
  expect(await warned).toBe('beforeunload');
  renameSync(away, app.dataset.path);
  await saveState(page, /^Saved/);
  await select(page);
  await shows(page, 'X', x - 20);
  expect((await app.cli<{ ok: boolean }>(['verify', app.dataset.path])).ok).toBe(true);
});

test('another program holds the database: the edit waits with the reason and goes through by Ctrl+S once it lets go', async () => {
  const page = await openPerson(3);
  const x = Number(await side(page, 'X').inputValue());
  const other = new Database(join(app.dataset.path, 'dataset.sqlite'));
  other.exec('begin immediate');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.getByRole('alert').filter({ hasText: 'Another program has the dataset locked.' }).waitFor();
  other.exec('rollback');
  other.close();
  await page.keyboard.press('Control+s');
  await saveState(page, /^Saved/);
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await shows(page, 'X', x - 10);
});

test('an image that is missing: said on the canvas, boxes stay editable, and it is shown when it is back', async () => {
  const media = join(app.dataset.path, 'media');
  renameSync(media, `${media} away`);
  const page = await openPerson(5);
  const problem = page.getByRole('alert').filter({ hasText: 'This image cannot be shown' });
  await problem.waitFor();
  await page.keyboard.press('Shift+ArrowLeft');
  await saveState(page, /^Saved/);
  renameSync(`${media} away`, media);
  await problem.getByRole('button', { name: 'Try again' }).click();
  await problem.waitFor({ state: 'detached' });
});

test('a dataset for a newer version: open for reading, said above, and what cannot be changed is shown so', async () => {
  const file = join(app.dataset.path, 'hardcase.json');
  const written = readFileSync(file, 'utf8');
  await app.restart(() => writeFileSync(file, JSON.stringify({ ...(JSON.parse(written) as object), min_writer: 99 })));
  const page = await openPerson(9);
  await page.getByText('This dataset is open for reading').waitFor();
  expect(await side(page, 'X').isDisabled()).toBe(true);
  const flags = page.getByRole('group', { name: 'Flags' }).getByRole('button');
  expect(await flags.evaluateAll((buttons) => buttons.map((button) => (button as HTMLButtonElement).disabled))).toEqual(
    Array(5).fill(true),
  );
  expect(await seriousProblems(page)).toEqual([]);
  await open.close();
  open = await app.open('/');
  await app.restart(() => writeFileSync(file, written));
});

test('a damaged dataset: noticed at the opening, restored from a backup in the app with every edit since', async () => {
  let page = await openPerson(7);
  await page.goto(`${new URL(page.url()).origin}/#/settings?section=backups`);
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByText('Backup made.').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await open.close();
  page = await openPerson(7);
  const x = Number(await side(page, 'X').inputValue());
  await page.keyboard.press('Shift+ArrowLeft');
  await saveState(page, /^Saved/);
  await open.close();

  // Closed by the host, then damaged as a bad disk does it.
  open = await app.open('/');
  await open.page.evaluate(() => undefined);
  await app.restart(() => {
    const file = join(app.dataset.path, 'dataset.sqlite');
    const db = new Database(file);
    db.prepare("update meta set value = 0 where key = 'clean'").run();
    db.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4_096 * 2, 4_096 * 6);
    writeFileSync(file, bytes);
    for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  });
  await open.close();
  open = await app.open(`/d/${app.dataset.id}/label?frame=000007.jpg`);
  page = open.page;
  await page.getByRole('alert').filter({ hasText: 'The dataset file is damaged.' }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  const backups = page.getByRole('region', { name: 'Backups' });
  await backups.getByRole('button', { name: 'Restore' }).first().click();
  await backups.getByRole('button', { name: 'Restore this backup' }).click();
  await select(page);
  await shows(page, 'X', x - 10);
  expect(readdirSync(join(app.dataset.path, 'backups')).some((name) => name.startsWith('replaced-'))).toBe(true);
  expect((await app.cli<{ ok: boolean }>(['verify', app.dataset.path])).ok).toBe(true);
});
