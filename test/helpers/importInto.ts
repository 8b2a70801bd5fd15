import { runImport, type ImportRequest } from '../../electron/host/services/imports/importService.ts';
import type { ImportReport } from '../../shared/contract/imports.ts';
import type { TestDataset } from './makeDataset.ts';

/** Imports into a test's dataset. */
export async function importInto(made: TestDataset, request: ImportRequest): Promise<ImportReport> {
  return runImport(request, {
    dataset: made.dataset,
    linkRoots: made.linkRoots,
    author: 'tester',
    signal: new AbortController().signal,
    progress: () => undefined,
    dryRun: false,
  });
}
