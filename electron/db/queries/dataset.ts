import { frameStates } from '../../../shared/domain/frame.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { FrameId } from '../../../shared/domain/ids.ts';
import type { ReadConnection } from '../connection.ts';
import { runNames } from './activeRun.ts';
import { revisionOf } from './annotations.ts';

export interface DatasetCounts {
  readonly frames: number;
  readonly annotations: number;
  readonly states: { readonly [S in FrameState]: number };
  readonly sequences: number;
  readonly runs: readonly string[];
  readonly activeRun: string | null;
  /** ISO 8601; null where nothing was edited yet. */
  readonly lastEdit: string | null;
  readonly revision: number;
  /** The first frames, for the cover. */
  readonly cover: readonly FrameId[];
}

/** What the home and frames screens count. Fast at a million frames: it reads one narrow index. */
function counts(c: ReadConnection, _input: object): DatasetCounts {
  const states = Object.fromEntries(frameStates.map((state) => [state, 0])) as { [S in FrameState]: number };
  let frames = 0;
  let annotations = 0;
  for (const row of c
    .prepare<{ state: number; frames: number; boxes: number }>('select state, count(*) frames, sum(boxes) boxes from frame group by state')
    .all()) {
    states[frameStates[row.state] ?? 'unlabeled'] += row.frames;
    frames += row.frames;
    annotations += row.boxes;
  }
  const last = c.prepare<{ ms: number }>('select h >> 16 ms from op where k <> 8 order by r desc, s desc limit 1').get();
  return {
    frames,
    annotations,
    states,
    sequences: c.prepare<{ n: number }>('select count(distinct sequence) n from frame where sequence is not null').get()?.n ?? 0,
    ...runNames(c),
    lastEdit: last === undefined ? null : new Date(last.ms).toISOString(),
    revision: revisionOf(c),
    cover: cover(c),
  };
}

/** Frames with boxes are the better picture; where there are none, the first frames. */
function cover(c: ReadConnection): FrameId[] {
  const labeled = c.prepare<{ id: number }>('select id from frame where boxes > 0 order by id limit 6').all();
  const rows = labeled.length > 0 ? labeled : c.prepare<{ id: number }>('select id from frame order by id limit 6').all();
  return rows.map((row) => row.id as FrameId);
}

export const reads = {
  'dataset.counts': counts,
} as const;
