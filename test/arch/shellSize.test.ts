import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// Nothing in the shell can be tried where there is no Electron: so there must be little of it.
test('the Electron shell stays under 600 lines', () => {
  const lines = ['main', 'preload'].flatMap((folder) => {
    const path = join(import.meta.dirname, '../../electron', folder);
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => readFileSync(join(path, file), 'utf8').trimEnd().split('\n'));
  });
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.length).toBeLessThan(600);
});
