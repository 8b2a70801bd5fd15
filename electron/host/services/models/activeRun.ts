import type { Progress } from '../../../../shared/contract/common.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import type { JobContext } from '../../../../shared/rpc/define.ts';
import type { RunRow, RunStatus } from '../../../db/queries/runs.ts';
import type { LiveRun } from './runSummary.ts';

export type PrelabelProgress = Progress & { readonly run: string; readonly provider: string };

/** Progress goes out at most so often, in ms. */
const progressMs = 100;

/** A run that this process is working on. */
export interface ActiveRun {
  readonly dataset: DatasetId;
  readonly name: string;
  readonly cancel: AbortController;
  status: RunStatus;
  /** Resolved while it runs; a pause puts an open promise here. */
  gate: PromiseWithResolvers<void>;
  /** Both by the clock of `performance.now`, ms. */
  pausedAt: number | null;
  pausedMs: number;
  frames: number;
  boxes: number;
  perSecond: number | null;
  etaSeconds: number | null;
}

export function activeRun(dataset: DatasetId, row: RunRow): ActiveRun {
  return {
    dataset,
    name: row.name,
    cancel: new AbortController(),
    status: 'running',
    gate: openGate(),
    pausedAt: null,
    pausedMs: 0,
    frames: row.frames,
    boxes: row.boxes,
    perSecond: null,
    etaSeconds: null,
  };
}

function openGate(): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  gate.resolve();
  return gate;
}

export function pause(run: ActiveRun): void {
  if (run.pausedAt !== null) return;
  run.pausedAt = performance.now();
  run.gate = Promise.withResolvers<void>();
  run.status = 'paused';
}

export function unpause(run: ActiveRun): void {
  if (run.pausedAt === null) return;
  run.pausedMs += performance.now() - run.pausedAt;
  run.pausedAt = null;
  run.status = 'running';
  run.gate.resolve();
}

export function liveOf(run: ActiveRun | undefined): LiveRun | null {
  return run === undefined
    ? null
    : { status: run.status, frames: run.frames, boxes: run.boxes, perSecond: run.perSecond, etaSeconds: run.etaSeconds };
}

export type Report = ReturnType<typeof progressReporter>;

/** Tells the caller how far a run is, and notes its rate. `always`: also when something was told a moment ago. */
export function progressReporter(run: ActiveRun, row: RunRow, context: JobContext<PrelabelProgress>) {
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
