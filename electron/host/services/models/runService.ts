import { availableParallelism } from 'node:os';
import type { HardcaseContract } from '../../../../shared/contract/index.ts';
import type { PrelabelResult, RunSummary } from '../../../../shared/contract/models.ts';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { ProviderName } from '../../../../shared/contract/host.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import type { GroupHandlers, JobContext } from '../../../../shared/rpc/define.ts';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import type { RunPatch, RunRow, RunStatus } from '../../../db/queries/runs.ts';
import type { Detector, ProviderReason } from '../../../inference/client.ts';
import { defaultMaxDetections } from '../../../inference/types.ts';
import type { DetectionOptions } from '../../../inference/types.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';
import { mapCategories } from './categoryMap.ts';
import { createChunkWriter } from './chunkWriter.ts';
import { type StoredModel, storedModel } from './modelStore.ts';
import { runSummary } from './runSummary.ts';

type PrelabelInput = Parameters<GroupHandlers<HardcaseContract['models']>['prelabel']>[0];
export type PrelabelProgress = Progress & { readonly run: string; readonly provider: string };

/** Progress goes out at most so often, in ms. */
const progressMs = 100;

/** What a run was asked to do: kept with it, so that a resumed run does the same. */
interface RunSettings extends DetectionOptions {
  readonly provider: ProviderName | 'auto';
}

interface ActiveRun {
  readonly dataset: DatasetId;
  readonly name: string;
  readonly cancel: AbortController;
  status: RunStatus;
  /** Resolved while it runs; a pause puts an open promise here. */
  gate: PromiseWithResolvers<void>;
  pausedAt: number | null;
  pausedMs: number;
  frames: number;
  boxes: number;
  perSecond: number | null;
  etaSeconds: number | null;
}

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

  const update = async (dataset: OpenDataset, name: string, patch: RunPatch): Promise<void> => {
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
    const run: ActiveRun = {
      dataset: dataset.id,
      name: started.row.name,
      cancel: new AbortController(),
      status: 'running',
      gate: openGate(),
      pausedAt: null,
      pausedMs: 0,
      frames: started.row.frames,
      boxes: started.row.boxes,
      perSecond: null,
      etaSeconds: null,
    };
    active.set(key, run);
    services.datasets.changed(dataset.id);
    const report = progressReporter(run, started.row, context);
    report('waiting', started.row.provider ?? '', true);
    const settled = async (error: unknown): Promise<never> => {
      await settleFailure(dataset, started.row, run, error);
      throw error;
    };
    let begun = false;
    const work = services.inference
      .exclusive(run.cancel.signal, (closing) => {
        begun = true;
        // Inside the turn: a host that closes waits for this word before it closes the database.
        return execute(dataset, model, started.row, run, closing, report).catch(settled);
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

  async function execute(
    dataset: OpenDataset,
    model: StoredModel,
    row: RunRow,
    run: ActiveRun,
    closing: AbortSignal,
    report: ReturnType<typeof progressReporter>,
  ): Promise<RunRow> {
    const settings = JSON.parse(row.settings) as RunSettings;
    const frames = (await dataset.db.read('runs.frameList', { name: run.name })).subarray(row.frames);
    const chunks = await dataset.db.read('predictions.extent', { run: run.name });
    const { targets } = mapCategories(model.card.categories, await dataset.db.read('categories.list', {}), model.map);
    const stop = AbortSignal.any([run.cancel.signal, closing]);
    const broken = new AbortController();
    const signal = AbortSignal.any([stop, broken.signal]);
    // Whoever waits for the end of a pause must see that there is nothing to wait for.
    signal.addEventListener('abort', () => unpause(run), { once: true });
    let writeError: unknown = null;
    const writer = createChunkWriter({
      frames,
      firstChunk: chunks.chunks,
      run: row.id,
      targets,
      write: (append) => dataset.db.write('runs.append', append),
      onDurable(count, boxes) {
        run.frames += count;
        run.boxes += boxes;
      },
      onFailure(error) {
        writeError = error;
        broken.abort();
      },
    });
    await dataset.db.write('runs.update', { run: row.id, status: 'running', finishedAt: null });
    /** Frames not finished yet, as places in `frames`. */
    let todo = Array.from(frames, (_, i) => i);
    let reasons: readonly ProviderReason[] = [];
    let finished = 0;
    let possible = 0;
    let seconds = 0;
    let cpuSeconds = 0;
    let provider = '';
    while (todo.length > 0) {
      report('opening the model', provider, true);
      const detector: Detector = await services.inference.client.open({ model, provider: settings.provider, exclude: reasons });
      ({ provider, reasons } = detector);
      try {
        await update(dataset, run.name, { run: row.id, provider, reasons: JSON.stringify(reasons) });
        possible = await detector.bareRate();
        const cpuBefore = await detector.cpuSeconds();
        const open = new Set(todo);
        const batch = todo;
        const start = performance.now();
        const pausedBefore = run.pausedMs;
        try {
          await detector.run({
            frames: batch.length,
            pathOf: (i) => imagePath(services, dataset, frames[batch[i] as number] as number),
            options: settings,
            signal,
            gate: () => run.gate.promise,
            onRestart: (reason) => services.ports.log.warn('an inference process was started again', { run: run.name, reason }),
            onResult(i, result) {
              const place = batch[i] as number;
              open.delete(place);
              writer.put(place, result);
              finished++;
              const active = (performance.now() - start - (run.pausedMs - pausedBefore)) / 1000;
              report('running', provider, false, {
                finished,
                perSecond: finished / Math.max(active, 1e-3),
                left: frames.length - finished,
              });
            },
          });
        } catch (error) {
          if (stop.aborted || writeError !== null || provider === 'cpu' || !isAppError(error, 'model_failed')) throw error;
          // This provider gives up; what is done is done, the next provider goes on with the rest.
          reasons = [...reasons, { provider: detector.provider, reason: error.message }];
        }
        seconds += (performance.now() - start - (run.pausedMs - pausedBefore)) / 1000;
        cpuSeconds += Math.max(0, (await detector.cpuSeconds()) - cpuBefore);
        todo = [...open].sort((a, b) => a - b);
      } catch (error) {
        // Whole frames that are ready are kept, too: a resumed run goes on behind them.
        await writer.flush().catch(() => undefined);
        throw writeError ?? error;
      } finally {
        detector.close();
      }
    }
    await writer.flush();
    const rate = finished / Math.max(seconds, 1e-6);
    // PERF.md 2: the smaller of bare runs on tensors in memory and of cores over the CPU seconds an image needs. What was reached is possible.
    const bound = cpuSeconds > 0 ? (availableParallelism() * finished) / cpuSeconds : Infinity;
    const best = Math.max(rate, Math.min(possible, bound));
    await update(dataset, run.name, {
      run: row.id,
      status: 'done',
      finishedAt: Date.now(),
      ...(finished > 0 ? { imagesPerSecond: rate, possibleImagesPerSecond: best, pipelineEfficiency: rate / best } : {}),
    });
    if (finished > 0) await dataset.db.write('models.setRate', { name: model.name, provider, imagesPerSecond: rate });
    const done = await dataset.db.read('runs.byName', { name: run.name });
    if (done === null) throw new AppError('not_found', 'The run was removed.', { run: run.name });
    return done;
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
      run.pausedAt = performance.now();
      run.gate = Promise.withResolvers<void>();
      run.status = 'paused';
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
    if (row !== null) await update(dataset, name, { run: row.id, status });
  }
}

function openGate(): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  gate.resolve();
  return gate;
}

function unpause(run: ActiveRun): void {
  if (run.pausedAt === null) return;
  run.pausedMs += performance.now() - run.pausedAt;
  run.pausedAt = null;
  run.status = 'running';
  run.gate.resolve();
}

function liveOf(run: ActiveRun | undefined) {
  return run === undefined
    ? null
    : { status: run.status, frames: run.frames, boxes: run.boxes, perSecond: run.perSecond, etaSeconds: run.etaSeconds };
}

function callerGone(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const gone = (): void => reject(new AppError('cancelled', 'The run goes on without this caller.'));
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
  });
}

/** Absolute path of a frame's image. Errors: not_found, refused_path. */
async function imagePath(services: HostServices, dataset: OpenDataset, frame: number): Promise<string> {
  const [location] = await dataset.db.read('frames.media', { ids: Float64Array.of(frame) });
  if (location === undefined) throw new AppError('not_found', 'The frame was removed.', { frame });
  return await services.media.pathOf(dataset, location);
}

function progressReporter(run: ActiveRun, row: RunRow, context: JobContext<PrelabelProgress>) {
  let last = 0;
  return (
    phase: string,
    provider: string,
    always: boolean,
    now?: { readonly finished: number; readonly perSecond: number; readonly left: number },
  ): void => {
    if (now !== undefined) {
      run.perSecond = now.perSecond;
      run.etaSeconds = now.left / now.perSecond;
    }
    const time = performance.now();
    if (!always && time - last < progressMs && now?.left !== 0) return;
    last = time;
    context.progress({
      phase: run.status === 'paused' ? 'paused' : phase,
      done: row.frames + (now?.finished ?? 0),
      total: row.totalFrames,
      unit: 'frames',
      ...(now === undefined ? {} : { perSecond: now.perSecond, etaSeconds: now.left / now.perSecond }),
      run: run.name,
      provider,
    });
  };
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

/** The run to go on with, or a new one. Errors: already_exists, conflict (of another model), trigger errors of `where`. */
async function startOrFind(
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
