import { useMemo } from 'react';
import { useStore } from 'zustand';
import { stretchAt } from './trackRows.ts';
import type { TrackSession } from './trackSession.ts';

export type TrackMark = 'key' | 'between';

/** What the active track has on a frame: a key frame, an interpolated box, or nothing. */
export function useTrackMarks(tracks: TrackSession): (frame: number) => TrackMark | null {
  const { list, rows, active } = useStore(tracks.store);
  return useMemo(() => {
    const row = rows.find((one) => one.number === active);
    if (list === null || row === undefined) return () => null;
    const keys = new Set(row.keys);
    const places = new Map(Array.from(list.frames, (frame, place) => [frame, place]));
    return (frame: number): TrackMark | null => {
      const place = places.get(frame);
      if (place === undefined) return null;
      if (keys.has(place)) return 'key';
      return stretchAt(row, place) === undefined ? null : 'between';
    };
  }, [list, rows, active]);
}
