import type { RunSummary } from '../../../../shared/contract/models.ts';
import type { RunRow } from '../../../db/queries/runs.ts';

export interface LiveRun {
  readonly status: RunSummary['status'];
  readonly frames: number;
  readonly boxes: number;
  readonly perSecond: number | null;
  readonly etaSeconds: number | null;
}

/** A run as screens show it; what a running one has done beyond the database comes from `live`. Pure. */
export function runSummary(row: RunRow, live: LiveRun | null): RunSummary {
  return {
    name: row.name,
    model: row.model,
    status: live?.status ?? row.status,
    provider: row.provider,
    frames: live?.frames ?? row.frames,
    totalFrames: row.totalFrames,
    boxes: live?.boxes ?? row.boxes,
    failed: row.failed,
    scoreThreshold: row.scoreThreshold,
    where: row.selection,
    imagesPerSecond: live?.perSecond ?? row.imagesPerSecond,
    possibleImagesPerSecond: row.possibleImagesPerSecond,
    pipelineEfficiency: row.pipelineEfficiency,
    startedAt: new Date(row.startedAt).toISOString(),
    finishedAt: row.finishedAt === null ? null : new Date(row.finishedAt).toISOString(),
    etaSeconds: live?.etaSeconds ?? null,
    reasons: JSON.parse(row.reasons) as RunSummary['reasons'],
    ap: row.ap,
  };
}
