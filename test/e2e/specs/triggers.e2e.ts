import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { seriousProblems } from '../accessibility.ts';
import { startApp, type App, type AppPage } from '../harness.ts';

// The sample dataset: 12 frames, and on every third a bicycle lies in a car.
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const address = (rest = ''): string => `/d/${app.dataset.id}/triggers${rest}`;
const queue = (page: Page): Locator => page.getByRole('listbox', { name: 'Queue' });
const crops = (page: Page): Locator => queue(page).getByRole('option');
const answer = (page: Page): Locator => page.getByRole('status', { name: 'Answer' });
const list = (page: Page): Locator => page.getByRole('listbox', { name: 'Triggers' });
const text = (page: Page): Locator => page.getByRole('textbox', { name: 'Trigger text' });

/** The frames of the crops, in their order: the first thing that each option says. */
async function names(page: Page): Promise<readonly string[]> {
  return (await crops(page).allTextContents()).map((text) => text.split(',')[0] ?? '');
}

async function says(locator: Locator, words: string | RegExp): Promise<void> {
  await locator.filter({ hasText: words }).waitFor();
}

/** A trigger over the pairs of the sample, saved and open. */
async function openRack(rest = ''): Promise<AppPage> {
  const opened = await app.open(address(`?trigger=on_a_car${rest}`));
  await list(opened.page).waitFor();
  return opened;
}

test('a new trigger answers at once, can be armed, and is what the address names', async () => {
  const { page, errors } = await app.open(address());
  await list(page).waitFor();
  // Something of the library that is about nothing here says so.
  await page.getByRole('option', { name: /^riderless_motorcycle.*no motorcycle/ }).waitFor();
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('heading', { name: 'new_trigger' }).waitFor();
  await page.getByText('together').first().waitFor();
  await says(answer(page), /4 hits in 4 of 12 frames/);
  expect(await page.getByRole('list', { name: 'Fixtures' }).getByRole('listitem').allInnerTexts()).toEqual([
    'together\nfires',
    'apart\nsilent',
  ]);

  // The name in the text is selected: typing renames it, leaving the text saves it.
  await page.keyboard.type('on_a_car');
  await page.keyboard.press('Escape');
  await list(page)
    .getByRole('option', { name: /^on_a_car.*Not armed.*4 hits/ })
    .waitFor();
  await page.waitForURL(/trigger=on_a_car/);
  expect(
    await list(page)
      .getByRole('option', { name: /^new_trigger/ })
      .count(),
  ).toBe(0);

  await page.getByRole('button', { name: 'Arm', exact: true }).click();
  await list(page)
    .getByRole('option', { name: /^on_a_car.*, Armed/ })
    .waitFor();
  expect(errors).toEqual([]);
});

test('verdict keys act on the focused crop, and never while somebody types', async () => {
  const { page, errors } = await openRack('&order=random');
  await crops(page).first().waitFor();
  expect(await crops(page).count()).toBe(4);
  await queue(page).focus();
  await page.keyboard.press('y');
  await page.keyboard.press('n');
  await crops(page)
    .nth(0)
    .and(page.getByRole('option', { name: /accepted/ }))
    .waitFor();
  await crops(page)
    .nth(1)
    .and(page.getByRole('option', { name: /not a hit/ }))
    .waitFor();
  await page.getByRole('button', { name: /^Review 2 hits/ }).waitFor();
  expect(await crops(page).nth(2).getAttribute('aria-selected')).toBe('true');

  // Arrows walk; a key typed into the text says nothing about a hit.
  await page.keyboard.press('ArrowRight');
  expect(await crops(page).nth(3).getAttribute('aria-selected')).toBe('true');
  await text(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('# y n');
  await page.keyboard.press('Escape');
  expect(await page.getByRole('option', { name: /accepted|not a hit/ }).count()).toBe(2);
  expect(errors).toEqual([]);
});

test('a verdict does to annotations what it says, and is taken back with them', async () => {
  const { page, errors } = await openRack();
  await says(answer(page), /4 hits/);
  await queue(page).focus();
  const gone = (await names(page))[0] ?? '';
  await page.keyboard.press('Shift+Digit1');
  await says(answer(page), /3 hits in 3 of 12 frames/);
  expect(await names(page)).not.toContain(gone);
  await page.keyboard.press('Control+z');
  await says(answer(page), /4 hits in 4 of 12 frames/);
  expect(errors).toEqual([]);
});

test('a hit opened on the canvas is still one after a reload: its pair, its verdicts and its place, from the list and from a queue', async () => {
  const { page, errors, goto } = await openRack();
  await says(answer(page), /4 hits/);
  await queue(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('button', { name: /^Review/ }).waitFor();
  await page.keyboard.press('Enter');
  const verdicts = page.getByRole('toolbar', { name: 'Verdict on this hit' });
  await verdicts.waitFor();
  const shown = async (): Promise<readonly string[]> => {
    // There once the boxes of the frame are.
    await verdicts.getByRole('button', { name: /^Relabel/ }).waitFor();
    return [await verdicts.innerText(), await page.getByRole('status', { name: 'Frame' }).innerText()];
  };
  const before = await shown();
  expect(before[1]).toContain('2 of 4');
  // The note of where one is follows within a moment.
  await page.waitForTimeout(500);
  await page.reload();
  await verdicts.waitFor();
  expect(await shown()).toEqual(before);
  // The list goes on as before.
  await page.getByRole('application', { name: 'Canvas' }).focus();
  await page.keyboard.press('d');
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(/^3 of 4/)
    .waitFor({ state: 'attached' });
  await verdicts.waitFor();

  // Away first: the verdicts of the list would be taken for those of the queue.
  await goto(`/d/${app.dataset.id}/frames`);
  await verdicts.waitFor({ state: 'detached' });
  await goto(`/d/${app.dataset.id}/label?queue=${encodeURIComponent('hits?trigger=on_a_car')}`);
  await verdicts.waitFor();
  const queued = await shown();
  await page.reload();
  await verdicts.waitFor();
  expect(await shown()).toEqual(queued);
  expect(errors).toEqual([]);
});

test('while the text does not check, its last hits stay, verdicts rest, and the nearest word mends it', async () => {
  const { page, errors } = await openRack();
  await says(answer(page), /4 hits/);
  await text(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('trig');
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText('trigger on_a_car {\n when exists a: bicyle, b: car where ioa(a, b) >= 0.6 }');
  const problems = page.getByRole('alert', { name: 'Errors in the text' });
  await problems.getByRole('button', { name: /^2:17/ }).waitFor();
  await says(answer(page), /4 hits of the last version that checks/);
  expect(await page.getByRole('button', { name: 'Accept' }).isDisabled()).toBe(true);
  await queue(page).focus();
  await page.keyboard.press('x');
  expect(await page.getByRole('option', { name: /ignored/ }).count()).toBe(0);
  await page.getByText('Paused: 1 error').waitFor();
  await page.getByText('fires, not run').waitFor();

  // Nothing typed is lost with the page.
  await page.reload();
  await problems.waitFor();
  await problems.getByRole('button', { name: 'bicycle', exact: true }).click();
  await problems.waitFor({ state: 'detached' });
  await says(answer(page), /4 hits in 4 of 12 frames/);
  // Enter behind a finished number ends the line; it takes none of the units that could follow.
  await text(page).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('severity 1');
  await page.getByText('px2', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() =>
    [...document.querySelectorAll('.code')].some((one) =>
      /severity 1\s*\}\s*$/.test(one.shadowRoot?.querySelector('.cm-content')?.textContent ?? ''),
    ),
  );
  await says(answer(page), /4 hits in 4 of 12 frames/);
  await page.getByRole('button', { name: /^Save/ }).click();
  await page.getByText('Saved as version').waitFor();
  // Its fixtures are gone with the new text, so it cannot stay armed.
  await list(page)
    .getByRole('option', { name: /^on_a_car.*Not armed/ })
    .waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await page.getByText('Needs a fixture that fires').waitFor();
  expect(errors).toEqual([]);
});

test('on a machine too busy to draw what is typed, no keystroke is lost', async () => {
  const { page, errors } = await openRack();
  await says(answer(page), /4 hits/);
  const slow = await page.context().newCDPSession(page);
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 12 });
  const problems = page.getByRole('alert', { name: 'Errors in the text' });
  for (const indent of [1, 2, 3, 4, 5, 6]) {
    await text(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(`trigger on_a_car {\n${' '.repeat(indent)}when exists a: bicyle, b: car where ioa(a, b) >= 0.6 }`);
    await problems.getByRole('button', { name: new RegExp(`^2:${String(16 + indent)}`) }).waitFor();
  }
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  expect(errors).toEqual([]);
});

test('a question is asked once, and can become a trigger', async () => {
  const { page, errors } = await openRack();
  await list(page).waitFor();
  await queue(page).focus();
  await page.keyboard.press('/');
  await page.keyboard.type('person & car where gap < 300px');
  await says(answer(page), /\d+ hits/);
  await page.getByText('Make a trigger of it to give verdicts').waitFor();
  await page.getByRole('button', { name: 'Make a trigger' }).click();
  await list(page)
    .getByRole('option', { name: /^new_trigger .*Not armed.*\d+ hits/ })
    .waitFor();
  // Removing it can be taken back.
  const removal = page.getByRole('button', { name: /^Remove new_trigger from/ });
  await removal.waitFor();
  expect(await page.getByRole('textbox', { name: 'Query' }).innerText()).not.toMatch(/gap/);
  await removal.click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await list(page)
    .getByRole('option', { name: /^new_trigger/ })
    .waitFor();
  expect(errors).toEqual([]);
});

test('a hit opens on the canvas, the next key goes to the next one, and back leads here', async () => {
  const { page, errors } = await openRack('&order=frame');
  await crops(page).first().waitFor();
  const frames = await names(page);
  await queue(page).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`label\\?frame=${frames[1]}`));
  await page.getByRole('toolbar', { name: 'Verdict on this hit' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL(new RegExp(`label\\?frame=${frames[2]}`));
  await page.getByRole('link', { name: 'Triggers' }).click();
  await page.waitForURL(/trigger=on_a_car/);
  expect(errors).toEqual([]);
});

test('axe finds nothing serious: hits, errors and a question, dark and light', async () => {
  for (const colorScheme of ['dark', 'light'] as const) {
    const { page, close } = await app.open(address('?trigger=on_a_car'), { colorScheme });
    await crops(page).first().waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await text(page).click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('oops ');
    await page.getByRole('alert', { name: 'Errors in the text' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await close();
  }
});
