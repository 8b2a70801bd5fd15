import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { sampleFrames } from '../../helpers/sampleDataset.ts';
import { seriousProblems } from '../accessibility.ts';
import { type App, type AppPage, startApp } from '../harness.ts';

/** Review between two people on one host: verdicts, reasons, comments, what was changed since, and boxes brought back. */
let app: App;
let open: AppPage;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => open.close());
afterAll(() => app.close());

const name = (n: number): string => `${String(n).padStart(6, '0')}.jpg`;
const boxes = (page: Page): Locator => page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');
const section = (page: Page, label: string): Locator => page.getByRole('region', { name: label, exact: true });

async function openFrame(n: number): Promise<Page> {
  open = await app.open(`/d/${app.dataset.id}/label?frame=${name(n)}`);
  await onFrame(open.page, n);
  await boxes(open.page).nth(2).waitFor();
  await open.page.getByRole('application', { name: 'Canvas' }).focus();
  return open.page;
}

async function onFrame(page: Page, n: number): Promise<void> {
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(`${n + 1} of ${sampleFrames}, ${name(n)}`)
    .waitFor({ state: 'attached' });
}

async function press(page: Page, key: string, effect: Locator): Promise<void> {
  await page.keyboard.press(key);
  await effect.waitFor();
}

async function workAs(page: Page, person: string): Promise<void> {
  await page.getByRole('button', { name: /^Who is at work/ }).click();
  await page.getByRole('menuitem', { name: 'Add a person' }).click();
  await page.getByRole('textbox', { name: 'Add a person' }).fill(person);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: `Who is at work: ${person}` }).waitFor();
}

test('an approval goes stale with a later edit, says which box and by whom, and one key approves again', async () => {
  const page = await openFrame(0);
  const review = section(page, 'Review');
  await press(page, 'Control+Enter', review.getByText('approved it'));
  await workAs(page, 'Mara');
  expect(await seriousProblems(page)).toEqual([]);
  await open.goto(`/d/${app.dataset.id}/label?frame=${name(0)}`);
  await onFrame(page, 0);
  await boxes(page).filter({ hasText: 'car' }).click();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await press(page, 'Shift+ArrowRight', review.getByText('Changed since approval'));
  await review.getByRole('button', { name: /car moved 10 px.*Mara/ }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await press(page, 'Control+Enter', review.getByText('approved it'));
  await review.getByText('Changed since approval').waitFor({ state: 'detached' });
  expect(open.errors).toEqual([]);
});

test('a rejection asks for nothing and offers its reasons; comments point somewhere, are resolved and found again', async () => {
  const page = await openFrame(1);
  const comments = section(page, 'Comments');
  await boxes(page).filter({ hasText: 'bicycle' }).click();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  const reasons = page.getByRole('toolbar', { name: 'What is wrong' });
  await press(page, 'f', reasons);
  await press(page, '2', comments.getByText('Wrong category'));
  await comments.getByText('on bicycle').waitFor();
  await reasons.waitFor({ state: 'detached' });
  // The digit was the reason, no category.
  expect(await boxes(page).filter({ hasText: 'bicycle' }).count()).toBe(1);
  const words = page.getByRole('form', { name: 'Comment' });
  await press(page, 'o', words);
  await page.getByRole('textbox', { name: 'Comment' }).fill('The wheel is cut off.');
  await press(page, 'Enter', comments.getByText('The wheel is cut off.'));
  await page.getByRole('button', { name: /^Comment by .*: The wheel is cut off\.$/ }).waitFor();
  await comments.getByRole('button', { name: 'Resolve' }).first().click();
  await comments.getByRole('button', { name: '1 resolved' }).waitFor();
  // The next open comment of the list is on another frame, and the previous one leads back.
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('d');
  await onFrame(page, 2);
  await boxes(page).nth(2).waitFor();
  await page.keyboard.press(',');
  await onFrame(page, 1);
  await comments.getByText('The wheel is cut off.').waitFor();
  expect(open.errors).toEqual([]);
});

test('a comment is answered by keyboard; a reply opens what was resolved, and stays where the comment is deleted', async () => {
  const page = await openFrame(5);
  const comments = section(page, 'Comments');
  const labeler = 'Jiwoo Han';
  await workAs(page, labeler);
  await open.goto(`/d/${app.dataset.id}/label?frame=${name(5)}`);
  await onFrame(page, 5);
  await boxes(page).filter({ hasText: 'car' }).first().click();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await press(page, 'o', page.getByRole('form', { name: 'Comment' }));
  await page.keyboard.type('Is this a van?');
  await press(page, 'Enter', comments.getByText('Is this a van?'));
  await workAs(page, 'Mina');
  await open.goto(`/d/${app.dataset.id}/label?frame=${name(5)}`);
  await onFrame(page, 5);
  await comments.getByText('Is this a van?').waitFor();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  const words = page.getByRole('form', { name: 'Reply' });
  const replies = comments.getByRole('list', { name: /repl/ });
  await page.keyboard.press('.');
  await press(page, 'Alt+r', words);
  await page.keyboard.type('No, c');
  await page.keyboard.press('Escape');
  await words.waitFor({ state: 'detached' });
  await press(page, 'Alt+r', words);
  await page.keyboard.type('No, a car.');
  await press(page, 'Enter', replies.getByText('No, a car.'));
  await replies.getByText('Mina').waitFor();
  // Keys are the canvas's again.
  expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('application');
  await page.getByRole('button', { name: `Comment by ${labeler}: Is this a van? · 1 reply` }).waitFor();
  await press(page, 'Alt+.', comments.getByText('on car · resolved'));
  await press(page, 'Alt+r', words.getByText('opens it again'));
  await page.keyboard.type('Or is it?');
  await press(page, 'Enter', replies.getByText('Or is it?'));
  await comments.getByText('resolved').waitFor({ state: 'detached' });
  expect(await seriousProblems(page)).toEqual([]);
  // Only who wrote a comment deletes it, and what was answered stays.
  expect(await comments.getByRole('button', { name: 'Delete this comment' }).count()).toBe(0);
  expect(await comments.getByRole('button', { name: 'Delete this reply' }).count()).toBe(2);
  await page.getByRole('button', { name: /^Who is at work/ }).click();
  await page.getByRole('menuitemcheckbox', { name: labeler }).click();
  await comments.getByRole('button', { name: 'Delete this comment' }).click();
  await comments.getByText('Deleted comment').first().waitFor();
  await replies.getByText('Or is it?').waitFor();
  expect(await comments.getByText('Is this a van?').count()).toBe(0);
  // The keyboard comes to a thread by Tab, too: its keys are about that one.
  await comments.getByRole('button', { name: /^Reply/ }).focus();
  await press(page, 'Alt+r', words);
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Reply');
  await press(page, 'Control+z', comments.getByText('Is this a van?'));
  expect(open.errors).toEqual([]);
});

test('what a reviewer changed is shown to the labeler box by box, and a deleted box comes back from the history', async () => {
  const page = await openFrame(3);
  const review = section(page, 'Review');
  const labeler = await page.locator('.author').innerText();
  await boxes(page).filter({ hasText: 'person' }).click();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await page.keyboard.press('ArrowDown');
  await section(page, 'History').getByText('moved the box 1 px').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Space');
  await onFrame(page, 4);
  await workAs(page, 'Joon');
  await open.goto(`/d/${app.dataset.id}/label?frame=${name(3)}`);
  await onFrame(page, 3);
  await boxes(page).filter({ hasText: 'person' }).click();
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await page.keyboard.press('Delete');
  await page.waitForFunction(() => document.querySelectorAll('[role=listbox][aria-label=Boxes] [role=option]').length === 2);
  await page.getByRole('button', { name: /^Who is at work/ }).click();
  await page.getByRole('menuitemcheckbox', { name: labeler }).click();
  // The labeler again: the same host, another name.
  await review.getByText('Corrected by others').waitFor();
  await review.getByRole('button', { name: /person removed.*Joon/ }).waitFor();
  const history = section(page, 'History of the frame');
  await history.getByRole('listitem').filter({ hasText: 'moved the box 1 px' }).hover();
  await history.getByRole('listitem').filter({ hasText: 'moved the box 1 px' }).getByRole('button').click();
  await boxes(page).nth(2).waitFor();
  await review.getByText('Corrected by others').waitFor({ state: 'detached' });
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelectorAll('[role=listbox][aria-label=Boxes] [role=option]').length === 2);
  expect(open.errors).toEqual([]);
});
