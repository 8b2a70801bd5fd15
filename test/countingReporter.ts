import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** What a run of Vitest came to; test/run.ts adds these up. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Writes the counts to the file that HARDCASE_TEST_COUNTS names, each skip with the reason given to `context.skip(reason)`. */
export class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const path = process.env['HARDCASE_TEST_COUNTS'];
    if (path === undefined) return;
    let passed = 0;
    let failed = unhandled.length;
    const skipped: { name: string; reason: string }[] = [];
    for (const module of modules) {
      // A file that could not even be loaded holds no tests.
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed++;
        else if (result.state === 'failed') failed++;
        else
          skipped.push({
            name: `${module.relativeModuleId} > ${test.fullName}`,
            reason: (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given',
          });
      }
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ passed, failed, skipped } satisfies Counts));
  }
}
