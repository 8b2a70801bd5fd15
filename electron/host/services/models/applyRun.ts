import type { Progress } from '../../../../shared/contract/common.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import { takeFrames } from '../../../../shared/domain/columns.ts';
import type { DatasetId, FrameId } from '../../../../shared/domain/ids.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { HostServices } from '../hostServices.ts';

/** Frames of one transaction: others may write in between, and all together are one step of undo. */
const partFrames = 64;
/** A message about more frames than this says "many". */
const namedFrames = 1_000;

export interface ApplyRequest {
  readonly dataset: DatasetId;
  readonly run: string;
  /** All boxes of the run where absent. */
  readonly scoreThreshold?: number | undefined;
  readonly where?: string | undefined;
  /** Only these frames. */
  readonly frames?: ReadonlySet<number> | undefined;
}

export interface AppliedRun {
  readonly frames: number;
  readonly added: number;
  readonly replaced: number;
  readonly keptHuman: number;
  readonly cancelled?: true;
}

/**
 * Pre-labels become draft annotations. Also on frames where the run found nothing: model boxes nobody touched go there; frames
 * whose image failed are left as they are. Cancelled, whole frames are done and reported. Errors: not_found, read_only, trigger
 * errors of `where`.
 */
export async function applyRun(services: HostServices, request: ApplyRequest, context: JobContext<Progress>): Promise<AppliedRun> {
  return (await applyRunAsStep(services, request, context)).applied;
}

/** As applyRun; `step` is the step of undo, which can go on with what follows from it; absent where nothing was changed. */
export async function applyRunAsStep(
  services: HostServices,
  request: ApplyRequest,
  context: JobContext<Progress>,
): Promise<{ readonly applied: AppliedRun; readonly step?: number }> {
  const dataset = await services.datasets.get(request.dataset);
  const row = await dataset.db.read('runs.byName', { name: request.run });
  if (row === null) throw new AppError('not_found', `This dataset has no run “${request.run}”.`, { run: request.run });
  const [columns, failed] = await Promise.all([
    dataset.db.read('runs.columns', { name: request.run }),
    dataset.db.read('runs.failedFrames', { name: request.run }),
  ]);
  const leftOut = new Set(failed);
  const wanted =
    request.where === undefined
      ? null
      : new Set(await services.triggers.frameFilter(dataset, request.where, { signal: context.signal, onProgress: context.progress }));
  const places = Array.from(columns.frameIds, (_, f) => f).filter((f) => {
    const frame = columns.frameIds[f] as number;
    return !leftOut.has(frame) && (wanted === null || wanted.has(frame)) && (request.frames === undefined || request.frames.has(frame));
  });
  const total = { frames: 0, added: 0, replaced: 0, keptHuman: 0 };
  const changed: number[] = [];
  let step: number | undefined;
  const threshold = request.scoreThreshold ?? 0;
  let at = 0;
  for (; at < places.length && !context.signal.aborted; at += partFrames) {
    const part = takeFrames(columns, places.slice(at, at + partFrames), (row) => !((columns.scores[row] as number) < threshold));
    const applied = await dataset.db.write('annotations.applyRun', {
      author: context.author,
      run: row.name,
      model: row.model ?? row.name,
      modelSha256: row.modelSha256 ?? '',
      frames: part.frameIds,
      offsets: part.offsets,
      categories: part.categories,
      scores: part.scores,
      boxes: part.boxes,
      ...(step === undefined ? {} : { step }),
    });
    step = applied.step;
    total.frames += applied.frames;
    total.added += applied.added;
    total.replaced += applied.replaced;
    total.keptHuman += applied.keptHuman;
    changed.push(...applied.changed);
    context.progress({ phase: 'Applying', done: Math.min(at + partFrames, places.length), total: places.length, unit: 'frames' });
  }
  if (changed.length > 0) {
    const frames = changed.length > namedFrames ? null : (changed as FrameId[]);
    services.publisher.publish('frames', 'changed', { dataset: dataset.id, frames, by: context.clientId });
    services.datasets.changed(dataset.id);
  }
  const cancelled = at < places.length ? { cancelled: true as const } : {};
  return { applied: { ...total, ...cancelled }, ...(step === undefined || step === 0 ? {} : { step }) };
}
