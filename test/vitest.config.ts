import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { CountingReporter } from './countingReporter.ts';

export default defineConfig({
  test: {
    root: join(import.meta.dirname, '..'),
    include: ['test/{unit,property,contract,integration,arch}/**/*.test.{ts,tsx}'],
    environment: 'node',
    reporters: process.env['HARDCASE_TEST_COUNTS'] === undefined ? ['default'] : ['dot', new CountingReporter()],
    // On two processors Vitest would take one file at a time, and many of them wait for processes of their own.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
