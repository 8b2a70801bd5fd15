import Axe from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** What axe calls serious or critical on the page as it is now, one line each with the first element; empty when nothing is. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  const { violations } = await new Axe({ page }).analyze();
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.help} (${violation.nodes.length}): ${violation.nodes[0]?.html.slice(0, 200) ?? ''}`);
}
