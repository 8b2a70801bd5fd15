import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../../shared/contract/datasets.ts';
import { api } from '../../../api/api.ts';
import { layoutNumber, setLayout, settingsStore } from '../../../state/settingsStore.ts';
import type { LabelSession } from '../labelSession.ts';
import type { PlayOptions } from './TrackPanel.tsx';
import { createTrackSession, type TrackSession } from './trackSession.ts';
import { useTrackCommands } from './useTrackCommands.ts';

export interface Tracks {
  readonly session: TrackSession;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly play: PlayOptions;
  readonly setPlay: (play: PlayOptions) => void;
  /** Where play began. */
  readonly playFrom: number;
  /** Where play is; null while it does not play. */
  readonly playPlace: number | null;
  readonly setPlayPlace: (place: number) => void;
  /** Ends play on this frame, which becomes the open one. */
  readonly stopAt: (place: number) => void;
}

const openKey = 'label.tracksOpen';

/** Tracks and play of the recording around the open frame, for one label session. */
export function useTracks(session: LabelSession, summary: DatasetSummary): Tracks {
  const [tracks] = useState(() => createTrackSession(session, api));
  useEffect(() => tracks.start(), [tracks]);
  const [open, setOpenState] = useState(() => layoutNumber(settingsStore.getState().settings, openKey, 1) === 1);
  const [play, setPlay] = useState<PlayOptions>({ playing: false, speed: 1, loop: false });
  const [playFrom, setPlayFrom] = useState(0);
  const [playPlace, setPlayPlace] = useState<number | null>(null);
  const row = useStore(session.store, (state) => state.row?.id ?? null);
  const setOpen = useCallback((next: boolean): void => {
    setOpenState(next);
    setLayout(openKey, next ? 1 : 0, 0);
  }, []);
  const stopAt = useCallback(
    (place: number): void => {
      setPlay((before) => ({ ...before, playing: false }));
      setPlayPlace(null);
      tracks.goTo(place);
    },
    [tracks],
  );
  // Another frame was opened by hand: that is where play ends.
  useEffect(() => {
    setPlay((before) => (before.playing ? { ...before, playing: false } : before));
    setPlayPlace(null);
  }, [row]);
  const onPlay = (): void => {
    const { list, place } = tracks.store.getState();
    if (list === null) return;
    if (play.playing) return stopAt(playPlace ?? place);
    setPlay({ ...play, playing: true });
    const from = place >= list.frames.length - 1 ? 0 : place;
    setPlayFrom(from);
    setPlayPlace(from);
  };
  useTrackCommands({ session, tracks, summary, onPlay, onPanel: () => setOpen(!open) });
  return { session: tracks, open, setOpen, play, setPlay, playFrom, playPlace, setPlayPlace, stopAt };
}
