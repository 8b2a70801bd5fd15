import { availableParallelism } from 'node:os';
import { AppError, isAppError } from '../../../../shared/errors.ts';
import type { RunPatch, RunRow } from '../../../db/queries/runs.ts';
import type { Detector, ProviderReason } from '../../../inference/client.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';
import { unpause, type ActiveRun, type Report } from './activeRun.ts';
import { mapCategories } from './categoryMap.ts';
import { createChunkWriter, type ChunkWriter } from './chunkWriter.ts';
import type { StoredModel } from './modelStore.ts';
import type { RunSettings } from './startRun.ts';

/** A run that is about to go on from where its row says. */
export interface RunToExecute {
  readonly dataset: OpenDataset;
  readonly model: StoredModel;
  readonly row: RunRow;
  readonly run: ActiveRun;
  readonly report: Report;
  /** Keeps what changed of the run and tells those who show it. */
  readonly update: (patch: RunPatch) => Promise<void>;
  /** The host is about to close. */
  readonly closing: AbortSignal;
}

/**
 * Detects on the frames that a run has left, with one provider after the other until one does all of them. Gives the run as it
 * then is. Errors: cancelled, unavailable, refused_model, model_failed, not_found, those of the database.
 */
export async function executeRun(services: HostServices, toExecute: RunToExecute): Promise<RunRow> {
  const { dataset, model, row, run, report, update, closing } = toExecute;
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
  let provider = '';
  const done = { frames: 0, seconds: 0, cpuSeconds: 0, bareRate: 0 };
  while (todo.length > 0) {
    report('opening the model', provider, true);
    const detector: Detector = await services.inference.client.open({ model, provider: settings.provider, exclude: reasons });
    ({ provider, reasons } = detector);
    try {
      await update({ run: row.id, provider, reasons: JSON.stringify(reasons) });
      done.bareRate = await detector.bareRate();
      const cpuBefore = await detector.cpuSeconds();
      const open = new Set(todo);
      const batch = todo;
      const seconds = workingTime(run);
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
            done.frames++;
            report('running', provider, false, {
              finished: done.frames,
              perSecond: done.frames / Math.max(done.seconds + seconds(), 1e-3),
              left: frames.length - done.frames,
            });
          },
        });
      } catch (error) {
        if (stop.aborted || writeError !== null || provider === 'cpu' || !isAppError(error, 'model_failed')) throw error;
        // This provider gives up; what is done is done, the next provider goes on with the rest.
        reasons = [...reasons, { provider: detector.provider, reason: error.message }];
      }
      done.seconds += seconds();
      done.cpuSeconds += Math.max(0, (await detector.cpuSeconds()) - cpuBefore);
      todo = [...open].sort((a, b) => a - b);
    } catch (error) {
      await keepWhatIsReady(writer);
      throw writeError ?? error;
    } finally {
      detector.close();
    }
  }
  await writer.flush();
  const speed = speedOf(done, availableParallelism());
  await update({ run: row.id, status: 'done', finishedAt: Date.now(), ...speed });
  if (speed !== null) await dataset.db.write('models.setRate', { name: model.name, provider, imagesPerSecond: speed.imagesPerSecond });
  const finished = await dataset.db.read('runs.byName', { name: run.name });
  if (finished === null) throw new AppError('not_found', 'The run was removed.', { run: run.name });
  return finished;
}

/** Whole frames that are ready are kept, too: a resumed run goes on behind them. The error that brought us here is the one to tell. */
async function keepWhatIsReady(writer: ChunkWriter): Promise<void> {
  await writer.flush().catch(() => undefined);
}

/** A clock that stands still while the run is paused: seconds since now. */
function workingTime(run: ActiveRun): () => number {
  const start = performance.now();
  const pausedBefore = run.pausedMs;
  return () => (performance.now() - start - (run.pausedMs - pausedBefore)) / 1000;
}

interface Done {
  readonly frames: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Images a second of bare runs on tensors in memory. */
  readonly bareRate: number;
}

/**
 * Images a second, and how many were possible: the smaller of bare runs on tensors in memory and of cores over the CPU seconds an
 * image needs (PERF.md 2). What was reached is possible. Null where nothing was done.
 */
function speedOf({ frames, seconds, cpuSeconds, bareRate }: Done, cores: number) {
  if (frames === 0) return null;
  const rate = frames / Math.max(seconds, 1e-6);
  const bound = cpuSeconds > 0 ? (cores * frames) / cpuSeconds : Infinity;
  const best = Math.max(rate, Math.min(bareRate, bound));
  return { imagesPerSecond: rate, possibleImagesPerSecond: best, pipelineEfficiency: rate / best };
}

/** Absolute path of a frame's image. Errors: not_found, refused_path. */
async function imagePath(services: HostServices, dataset: OpenDataset, frame: number): Promise<string> {
  const [location] = await dataset.db.read('frames.media', { ids: Float64Array.of(frame) });
  if (location === undefined) throw new AppError('not_found', 'The frame was removed.', { frame });
  return await services.media.pathOf(dataset, location);
}
