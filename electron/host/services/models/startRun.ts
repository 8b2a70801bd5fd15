import type { HardcaseContract } from '../../../../shared/contract/index.ts';
import type { ProviderName } from '../../../../shared/contract/host.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { GroupHandlers, JobContext } from '../../../../shared/rpc/define.ts';
import type { RunRow } from '../../../db/queries/runs.ts';
import { defaultMaxDetections } from '../../../inference/types.ts';
import type { DetectionOptions } from '../../../inference/types.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PrelabelProgress } from './activeRun.ts';
import type { StoredModel } from './modelStore.ts';

export type PrelabelInput = Parameters<GroupHandlers<HardcaseContract['models']>['prelabel']>[0];

/** What a run was asked to do: kept with it, so that a resumed run does the same. */
export interface RunSettings extends DetectionOptions {
  readonly provider: ProviderName | 'auto';
}

/** The run to go on with, or a new one. Errors: already_exists, conflict (of another model), trigger errors of `where`. */
export async function startOrFind(
  services: HostServices,
  dataset: OpenDataset,
  model: StoredModel,
  input: PrelabelInput,
  { signal, progress }: JobContext<PrelabelProgress>,
): Promise<{ readonly row: RunRow; readonly resumed: boolean }> {
  if (input.resume === true) {
    const found = await resumable(dataset, model, input.name);
    if (found !== null) return { row: found, resumed: true };
  }
  const frames = await services.triggers.frameFilter(dataset, input.where ?? '', {
    signal,
    onProgress: (value) => progress({ ...value, run: input.name ?? '', provider: input.provider ?? 'auto' }),
  });
  if (frames.length === 0) throw new AppError('invalid_request', 'There is no frame to run the model on.', { where: input.where ?? null });
  const name = input.name ?? (await freeRunName(dataset, `${model.name} on ${frames.length} frames`));
  const settings: RunSettings = {
    provider: input.provider ?? 'auto',
    scoreThreshold: input.scoreThreshold ?? model.card.scoreThreshold,
    // A model that suppresses by itself is only suppressed again when asked.
    nmsIou: input.nmsIou ?? model.card.nmsIou,
    maxDetections: input.maxDetections ?? defaultMaxDetections,
  };
  await dataset.db.write('runs.create', {
    name,
    kind: 'model',
    model: model.name,
    modelSha256: model.sha256,
    frames,
    scoreThreshold: settings.scoreThreshold,
    selection: input.where ?? null,
    settings: { ...settings },
    startedAt: Date.now(),
  });
  const row = await dataset.db.read('runs.byName', { name });
  if (row === null) throw new AppError('internal', 'The run was not kept.');
  return { row, resumed: false };
}

async function resumable(dataset: OpenDataset, model: StoredModel, name: string | undefined): Promise<RunRow | null> {
  const row =
    name === undefined
      ? ((await dataset.db.read('runs.list', {})).find((run) => run.modelSha256 === model.sha256 && run.status !== 'done') ?? null)
      : await dataset.db.read('runs.byName', { name });
  if (row === null) return null;
  if (row.kind !== 'model' || row.modelSha256 !== model.sha256) {
    throw new AppError('conflict', `The run “${row.name}” was made with ${row.model ?? 'an import'}, not with this model.`, {
      run: row.name,
    });
  }
  return row;
}

async function freeRunName(dataset: OpenDataset, base: string): Promise<string> {
  const names = new Set((await dataset.db.read('runs.list', {})).map((run) => run.name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base} (${n})`;
    if (!names.has(name)) return name;
  }
}
