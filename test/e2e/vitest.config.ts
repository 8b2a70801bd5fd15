import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from '../countingReporter.ts';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '../..'),
    include: ['test/e2e/specs/**/*.e2e.ts'],
    globalSetup: ['test/e2e/globalSetup.ts'],
    environment: 'node',
    reporters: process.env['HARDCASE_TEST_COUNTS'] === undefined ? ['default'] : ['dot', new CountingReporter()],
    // Each file has a host and a browser window of its own, and waits for them half of its time.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
