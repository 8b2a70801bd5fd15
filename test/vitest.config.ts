import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from './countingReporter.ts';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['test/{unit,property,contract,integration,arch}/**/*.test.{ts,tsx}'],
    environment: 'node',
    reporters: process.env['HARDCASE_TEST_COUNTS'] === undefined ? ['default'] : ['dot', new CountingReporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
