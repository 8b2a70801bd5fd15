import type { Locator, Page } from 'playwright-core';
import { sampleFrames } from '../helpers/sampleDataset.ts';

export const frameName = (n: number): string => `${String(n).padStart(6, '0')}.jpg`;
export const canvas = (page: Page): Locator => page.getByRole('application', { name: 'Canvas' });
export const boxList = (page: Page): Locator => page.getByRole('listbox', { name: 'Boxes' }).getByRole('option');

/** The line that says where one stands: "3 of 12, 000002.jpg". */
export async function onFrame(page: Page, n: number): Promise<void> {
  await page
    .getByRole('status', { name: 'Frame' })
    .getByText(`${n + 1} of ${sampleFrames}, ${frameName(n)}`)
    .waitFor({ state: 'attached' });
}

/** What the canvas says of itself: "3 boxes, 1 selected". */
export async function described(page: Page, text: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const id = document.querySelector('[role=application]')?.getAttribute('aria-describedby');
    return id !== null && id !== undefined && document.getElementById(id)?.textContent === wanted;
  }, text);
}

export async function saved(page: Page): Promise<void> {
  await page.getByRole('status', { name: 'Save state' }).getByText('Saved', { exact: true }).waitFor();
}

/** Waits until the fields of the selected box say so, each within `within` px. */
export async function hasNumbers(page: Page, wanted: readonly [number, number, number, number], within = 0): Promise<void> {
  await page.waitForFunction(
    ({ numbers, tolerance }) =>
      ['X', 'Y', 'W', 'H'].every((side, at) => {
        const field = document.querySelector<HTMLInputElement>(`input[aria-label="${side}, px"]`);
        return field !== null && Math.abs(Number(field.value) - (numbers[at] ?? 0)) <= tolerance;
      }),
    { numbers: wanted, tolerance: within },
  );
}

/** Where image pixels lie on the screen while the whole image is shown: the sample is 640 × 480, fitted between the insets. */
export async function toScreen(page: Page): Promise<(x: number, y: number) => readonly [number, number]> {
  const area = await canvas(page).boundingBox();
  if (area === null) throw new Error('no canvas');
  const [left, right, top, bottom] = [60, 24, 24, 24];
  const scale = Math.min((area.width - left - right) / 640, (area.height - top - bottom) / 480);
  const x0 = area.x + left + (area.width - left - right - 640 * scale) / 2;
  const y0 = area.y + top + (area.height - top - bottom - 480 * scale) / 2;
  return (x, y) => [x0 + x * scale, y0 + y * scale];
}

export async function drag(page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2);
  await page.mouse.move(...to);
  await page.mouse.up();
}
