import { z } from 'zod';
import { method } from '../rpc/define.ts';
import type { ChangeKind } from '../review/boxChange.ts';
import { datasetId } from './common.ts';

export interface DayOfWork {
  /** 2026-11-24, where the person is. */
  readonly day: string;
  /** Frames marked labeled or approved. */
  readonly frames: number;
  /** Boxes drawn, changed or deleted. */
  readonly boxes: number;
  /** Median time at work on a finished frame, pauses left out. */
  readonly medianMs: number | null;
  /** Time at work, pauses left out. */
  readonly ms: number;
}

export interface Statistics {
  readonly author: string;
  readonly days: readonly DayOfWork[];
  readonly frames: number;
  readonly boxes: number;
  readonly medianMs: number | null;
  /** What others changed on frames this person had marked labeled, by category as it was before (of added boxes: as they are). */
  readonly corrections: readonly { readonly category: string; readonly kinds: { readonly [K in ChangeKind]?: number } }[];
  readonly correctedFrames: number;
}

export const people = {
  /** Everybody whose name stands in this dataset. */
  list: method<{ readonly names: readonly string[] }>()(z.object({ dataset: datasetId })),
  /** This person's own work; nobody else's is shown. `offsetMinutes`: local time minus UTC. */
  statistics: method<Statistics>()(
    z.object({ dataset: datasetId, days: z.int().min(1).max(366), offsetMinutes: z.int().min(-900).max(900) }),
  ),
};
