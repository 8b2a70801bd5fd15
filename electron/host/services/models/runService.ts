import type { PrelabelResult, RunSummary } from '../../../../shared/contract/models.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import type { RunPatch, RunRow, RunStatus } from '../../../db/queries/runs.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';
import { activeRun, liveOf, pause, progressReporter, unpause, type ActiveRun, type PrelabelProgress } from './activeRun.ts';
import { executeRun } from './executeRun.ts';
import { storedModel } from './modelStore.ts';
import { runSummary } from './runSummary.ts';
import { startOrFind, type PrelabelInput } from './startRun.ts';

export interface RunService {
  prelabel(input: PrelabelInput, context: JobContext<PrelabelProgress>): Promise<PrelabelResult>;
  list(dataset: DatasetId): Promise<readonly RunSummary[]>;
  pause(dataset: DatasetId, run: string): Promise<void>;
  resume(dataset: DatasetId, run: string): Promise<void>;
  cancel(dataset: DatasetId, run: string): Promise<void>;
  remove(dataset: DatasetId, run: string): Promise<void>;
}

export function createRunService(services: HostServices): RunService {
  const active = new Map<string, ActiveRun>();
  const keyOf = (dataset: DatasetId, run: string): string => `${dataset}/${run}`;
  /** Datasets whose left-over runs were looked at. By the open object: a dataset that is closed and opened again is looked at again. */
  const lookedAt = new WeakSet<OpenDataset>();

  const openDataset = async (id: DatasetId): Promise<OpenDataset> => {
    const dataset = await services.datasets.get(id);
    if (!lookedAt.has(dataset)) {
      lookedAt.add(dataset);
      // One process owns a dataset, so what the database calls running and we do not know ended with its process.
      const ours = [...active.values()].some((run) => run.dataset === id);
      if (!dataset.readOnly && !ours) await dataset.db.write('runs.interrupt', {});
    }
    return dataset;
  };

  const announce = async (dataset: OpenDataset, name: string): Promise<void> => {
    const row = await dataset.db.read('runs.byName', { name });
    if (row !== null)
      services.publisher.publish('models', 'runChanged', {
        dataset: dataset.id,
        run: runSummary(row, liveOf(active.get(keyOf(dataset.id, name)))),
      });
  };

  const keep = async (dataset: OpenDataset, name: string, patch: RunPatch): Promise<void> => {
    await dataset.db.write('runs.update', patch);
    await announce(dataset, name);
  };

  const mustBeActive = (dataset: DatasetId, run: string): ActiveRun => {
    const found = active.get(keyOf(dataset, run));
    if (found === undefined) throw new AppError('not_found', `The run “${run}” is not running.`, { run });
    return found;
  };

  async function prelabel(input: PrelabelInput, context: JobContext<PrelabelProgress>): Promise<PrelabelResult> {
    const dataset = await openDataset(input.dataset);
    if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
    const model = await storedModel(dataset, input.model);
    const started = await startOrFind(services, dataset, model, input, context);
    if (started.resumed && started.row.status === 'done') return resultOf(started.row, true);
    const key = keyOf(dataset.id, started.row.name);
    if (active.has(key)) throw new AppError('busy', `The run “${started.row.name}” is already at work.`, { run: started.row.name });
    const run = activeRun(dataset.id, started.row);
    active.set(key, run);
    services.datasets.changed(dataset.id);
    const report = progressReporter(run, started.row, context);
    report('waiting', started.row.provider ?? '', true);
    const update = (patch: RunPatch): Promise<void> => keep(dataset, run.name, patch);
    const settled = async (error: unknown): Promise<never> => {
      await settleFailure(dataset, started.row, run, error);
      throw error;
    };
    let begun = false;
    const work = services.inference
      .exclusive(run.cancel.signal, (closing) => {
        begun = true;
        // Inside the turn: a host that closes waits for this word before it closes the database.
        return executeRun(services, { dataset, model, row: started.row, run, report, update, closing }).catch(settled);
      })
      .catch((error: unknown) => (begun ? Promise.reject(error) : settled(error)))
      .then((row) => resultOf(row, started.resumed))
      .finally(async () => {
        active.delete(key);
        // Who waits for the result shall find the run's last state told before.
        await announce(dataset, run.name).catch(() => undefined);
        services.datasets.changed(dataset.id);
      });
    // The run lives on when its caller goes; nobody may be there to see it fail.
    work.catch(() => undefined);
    return await Promise.race([work, callerGone(context.signal)]);
  }

  /** What the database says of a run that did not finish. */
  async function settleFailure(dataset: OpenDataset, row: RunRow, run: ActiveRun, error: unknown): Promise<void> {
    const status: RunStatus = run.cancel.signal.aborted
      ? 'cancelled'
      : isAppError(error, 'cancelled') || isAppError(error, 'unavailable')
        ? 'interrupted'
        : 'failed';
    try {
      await dataset.db.write('runs.update', { run: row.id, status, ...(status === 'interrupted' ? {} : { finishedAt: Date.now() }) });
    } catch (problem) {
      // The first error is the one to tell; at the next open the run is found interrupted.
      services.ports.log.warn('the state of a run could not be kept', { run: run.name, reason: String(problem) });
    }
  }

  return {
    prelabel,
    async list(id) {
      const dataset = await openDataset(id);
      const rows = await dataset.db.read('runs.list', {});
      return rows.map((row) => runSummary(row, liveOf(active.get(keyOf(id, row.name)))));
    },
    async pause(id, name) {
      const run = mustBeActive(id, name);
      if (run.pausedAt !== null) return;
      pause(run);
      await setStatus(id, name, 'paused');
    },
    async resume(id, name) {
      const run = mustBeActive(id, name);
      unpause(run);
      await setStatus(id, name, 'running');
    },
    async cancel(id, name) {
      const run = mustBeActive(id, name);
      run.cancel.abort();
      unpause(run);
      await Promise.resolve();
    },
    async remove(id, name) {
      if (active.has(keyOf(id, name))) throw new AppError('busy', `The run “${name}” is at work; cancel it first.`, { run: name });
      const dataset = await openDataset(id);
      await dataset.db.write('runs.remove', { name });
      services.datasets.changed(id);
    },
  };

  async function setStatus(id: DatasetId, name: string, status: RunStatus): Promise<void> {
    const dataset = await openDataset(id);
    const row = await dataset.db.read('runs.byName', { name });
    if (row !== null) await keep(dataset, name, { run: row.id, status });
  }
}

function callerGone(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const gone = (): void => reject(new AppError('cancelled', 'The run goes on without this caller.'));
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
  });
}

function resultOf(row: RunRow, resumed: boolean): PrelabelResult {
  return {
    run: row.name,
    provider: row.provider ?? '',
    frames: row.frames,
    boxes: row.boxes,
    failed: row.failed,
    imagesPerSecond: row.imagesPerSecond ?? 0,
    possibleImagesPerSecond: row.possibleImagesPerSecond ?? 0,
    pipelineEfficiency: row.pipelineEfficiency ?? 0,
    resumed,
  };
}
