import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

const folder = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** A path below `../shared/data`, or the test is skipped with its reason. */
export function sharedData(context: TestContext, ...parts: readonly string[]): string {
  const at = path.join(folder, ...parts);
  context.skip(!existsSync(at), `real data is not here: ../shared/data/${parts.join('/')}`);
  return at;
}
