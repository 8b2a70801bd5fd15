import type { JobContext } from '../../../../shared/rpc/define.ts';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { FrameRun } from '../../../../shared/contract/models.ts';
import type { DatasetId, FrameId } from '../../../../shared/domain/ids.ts';
import { AppError } from '../../../../shared/errors.ts';
import { defaultMaxDetections } from '../../../inference/types.ts';
import type { HostServices } from '../hostServices.ts';
import type { OpenDataset } from '../openDataset.ts';
import { mapCategories } from './categoryMap.ts';
import { storedModel } from './modelStore.ts';

export interface FrameRunRequest {
  readonly dataset: DatasetId;
  readonly frame: FrameId;
  readonly model?: string | undefined;
  readonly scoreThreshold?: number | undefined;
}

/**
 * Runs a model on one frame and puts what it finds there as draft annotations, as one step of undo and by the same rule as
 * `applyRun`: what a person made or touched is neither changed nor doubled. It leaves no run behind. Without a model: that of
 * the active run, else the one added last. Errors: not_found, read_only, unreadable, model_failed, cancelled.
 */
export async function runOnFrame(services: HostServices, request: FrameRunRequest, context: JobContext<Progress>): Promise<FrameRun> {
  const start = performance.now();
  const { datasets, inference, media, publisher } = services;
  const dataset = await datasets.get(request.dataset);
  if (dataset.readOnly) throw new AppError('read_only', 'This dataset is open for reading only.');
  const model = await storedModel(dataset, request.model ?? (await usualModel(dataset)));
  const [location] = await dataset.db.read('frames.media', { ids: Float64Array.of(request.frame) });
  if (location === undefined) throw new AppError('not_found', 'This frame does not exist.', { frame: request.frame });
  context.progress({ phase: 'running', done: 0, total: 1, unit: 'frames' });
  const scoreThreshold = request.scoreThreshold ?? model.card.scoreThreshold;
  const found = await inference.client.detectOnce(model, await media.pathOf(dataset, location), {
    scoreThreshold,
    nmsIou: model.card.nmsIou,
    maxDetections: defaultMaxDetections,
  });
  if (context.signal.aborted) throw new AppError('cancelled', 'The model was not run to its end; nothing was changed.');
  const { targets } = mapCategories(model.card.categories, await dataset.db.read('categories.list', {}), model.map);
  const kept = Array.from(found.scores, (_, i) => i).filter((i) => (targets[found.categories[i] as number] ?? -1) >= 0);
  const applied = await dataset.db.write('annotations.applyRun', {
    author: context.author,
    run: `${model.name} on single frames`,
    model: model.name,
    modelSha256: model.sha256,
    frames: Float64Array.of(request.frame),
    offsets: Uint32Array.of(0, kept.length),
    categories: Uint16Array.from(kept, (i) => targets[found.categories[i] as number] as number),
    scores: Float64Array.from(kept, (i) => found.scores[i] as number),
    boxes: Float64Array.from(kept.flatMap((i) => Array.from(found.boxes.subarray(4 * i, 4 * i + 4)))),
  });
  context.progress({ phase: 'running', done: 1, total: 1, unit: 'frames' });
  if (applied.changed.length > 0) {
    publisher.publish('frames', 'changed', { dataset: dataset.id, frames: [request.frame], by: '' });
    datasets.changed(dataset.id);
  }
  return {
    model: model.name,
    found: kept.length,
    added: applied.added,
    replaced: applied.replaced,
    keptHuman: applied.keptHuman,
    ms: Math.round(performance.now() - start),
  };
}

/** Error: not_found where the dataset has no model. */
async function usualModel(dataset: OpenDataset): Promise<string> {
  const [{ activeRun }, models, runs] = await Promise.all([
    dataset.db.read('activeRun.names', {}),
    dataset.db.read('models.list', {}),
    dataset.db.read('runs.list', {}),
  ]);
  const ofRun = runs.find((run) => run.name === activeRun)?.model;
  const model = models.find(({ name }) => name === ofRun) ?? models.at(-1);
  if (model === undefined) throw new AppError('not_found', 'This dataset has no model yet. Add one in Models.');
  return model.name;
}
