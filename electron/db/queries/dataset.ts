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

const coverFrames = 6;
/** Looked up, not scanned: a million frames cost what a hundred do. */
const coverProbes = 60;

/**
 * Six frames from all over the dataset, because the first ones of a recording show the same thing six times. Frames with boxes
 * are the better picture; where few have any, the first that do; others fill up what is left.
 */
function cover(c: ReadConnection): FrameId[] {
  const ends = c.prepare<{ first: number | null; last: number | null }>('select min(id) first, max(id) last from frame').get();
  if (ends === undefined || ends.first === null || ends.last === null) return [];
  const { first, last } = ends;
  const from = c.prepare<{ id: number; boxes: number }>('select id, boxes from frame where id >= ? order by id limit 1');
  const probed = new Map<number, number>();
  for (let i = 0; i < coverProbes; i++) {
    const found = from.get(first + Math.floor(((last - first) * i) / (coverProbes - 1)));
    if (found !== undefined) probed.set(found.id, found.boxes);
  }
  const ids = [...probed.keys()];
  const labeled = ids.filter((id) => (probed.get(id) ?? 0) > 0);
  if (labeled.length >= coverFrames) return spread(labeled);
  const firstLabeled = c.prepare<{ id: number }>(`select id from frame where boxes > 0 order by id limit ${coverFrames}`).all();
  const labeledFirst = firstLabeled.map(({ id }) => id as FrameId);
  if (labeledFirst.length === coverFrames) return labeledFirst;
  const others =
    ids.length >= coverFrames
      ? spread(ids)
      : c
          .prepare<{ id: FrameId }>(`select id from frame order by id limit ${coverFrames}`)
          .all()
          .map(({ id }) => id);
  return [...new Set([...labeledFirst, ...others])].slice(0, coverFrames);
}

/** As many as a cover has, at equal distances, first and last among them. */
function spread(ids: readonly number[]): FrameId[] {
  return Array.from({ length: coverFrames }, (_, i) => ids[Math.round((i * (ids.length - 1)) / (coverFrames - 1))] as FrameId);
}

export const reads = {
  'dataset.counts': counts,
} as const;
