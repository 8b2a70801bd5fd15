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
    // One host and one browser page at a time: two cores.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
