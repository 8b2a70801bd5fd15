import type { TrackList } from '../../../../shared/contract/tracks.ts';

/** Places from the first to the last, in sight on all of them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** One track, as a row shows it. */
export interface TrackAt {
  readonly number: number;
  readonly category: number;
  readonly changesCategory: boolean;
  readonly stretches: readonly Stretch[];
  /** Places of key frames, ascending. */
  readonly keys: readonly number[];
  /** Box keys by place. */
  readonly boxes: ReadonlyMap<number, number>;
}

export function trackRows(list: TrackList): readonly TrackAt[] {
  return list.tracks.map((track, t) => {
    const stretches: { from: number; to: number }[] = [];
    const keys: number[] = [];
    const boxes = new Map<number, number>();
    for (let i = list.offsets[t] ?? 0; i < (list.offsets[t + 1] ?? 0); i++) {
      const at = list.places[i] as number;
      const last = stretches.at(-1);
      if (last !== undefined && last.to >= at - 1) last.to = at;
      else stretches.push({ from: at, to: at });
      if (list.keys[i] === 1) keys.push(at);
      boxes.set(at, list.ids[i] as number);
    }
    return { ...track, stretches, keys, boxes };
  });
}

export function boxOfTrack(rows: readonly TrackAt[], track: number, place: number): number | null {
  return rows.find((row) => row.number === track)?.boxes.get(place) ?? null;
}

/** The stretch that holds a place, or undefined where the track is out of sight. */
export function stretchAt(row: TrackAt, place: number): Stretch | undefined {
  return row.stretches.find(({ from, to }) => from <= place && place <= to);
}

/** The next key frame before or behind a place. */
export function keyBeside(row: TrackAt, place: number, direction: 1 | -1): number | undefined {
  return direction === 1 ? row.keys.find((key) => key > place) : row.keys.findLast((key) => key < place);
}
