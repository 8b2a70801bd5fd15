import type { Progress } from '../../../../shared/contract/common.ts';
import type { VersionDiff } from '../../../../shared/contract/versions.ts';
import { diffManifests } from '../../../../shared/versions/diffManifests.ts';
import { createProgress } from '../imports/throttledProgress.ts';
import type { OpenDataset } from '../openDataset.ts';
import { openVersion, versionNamed } from './versionFiles.ts';

const defaultLimit = 10_000;

/** What changed from one version to another, read side by side from their manifests. Errors: not_found, corrupt. */
export async function diffVersions(
  request: { readonly a: string; readonly b: string; readonly list?: boolean | undefined; readonly limit?: number | undefined },
  context: { readonly dataset: OpenDataset; readonly signal: AbortSignal; readonly progress: (value: Progress) => void },
): Promise<VersionDiff> {
  const { dataset, signal } = context;
  const [first, second] = [await versionNamed(dataset, request.a), await versionNamed(dataset, request.b)];
  const progress = createProgress(context.progress);
  const [a, b] = [await openVersion(dataset, first, signal), await openVersion(dataset, second, signal)];
  let done = 0;
  const diff = await diffManifests(a, b, {
    limit: request.list === true ? (request.limit ?? defaultLimit) : 0,
    onFrame: () => {
      signal.throwIfAborted();
      progress.soon({ phase: 'Comparing', done: ++done, total: first.frames + second.frames, unit: 'frames' });
    },
  });
  const { list, ...numbers } = diff;
  return request.list === true ? { ...numbers, list } : numbers;
}
