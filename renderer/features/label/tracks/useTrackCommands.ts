import i18next from 'i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../../shared/contract/datasets.ts';
import type { Followed, TrackEdit } from '../../../../shared/contract/tracks.ts';
import type { FrameId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { formatPercent } from '../../../lib/format.ts';
import { problemOf } from '../../../lib/problem.ts';
import { useCommands } from '../../../lib/useCommands.ts';
import { runJob } from '../../../state/jobStore.ts';
import { notify } from '../../../state/noticeStore.ts';
import type { LabelSession } from '../labelSession.ts';
import { keyBeside, stretchAt, type TrackAt } from './trackRows.ts';
import type { TrackSession } from './trackSession.ts';

/** A new track is in sight so far ahead, until somebody says where the object leaves. */
const aheadFrames = 100;
const followFrames = 300;

interface Options {
  readonly session: LabelSession;
  readonly tracks: TrackSession;
  readonly summary: DatasetSummary;
  readonly onPlay: () => void;
  readonly onPanel: () => void;
}

/** What the commands of tracks do; the menu of a row runs the same. */
export function useTrackCommands({ session, tracks, summary, onPlay, onPanel }: Options): void {
  const { editor } = session;
  const { list, rows, place, active } = useStore(tracks.store);
  const row = rows.find((one) => one.number === active) ?? null;
  const writable = !summary.readOnly && list !== null && place >= 0;
  const frameAt = (at: number): FrameId => list?.frames[at] as FrameId;

  const edit = (...edits: TrackEdit[]): void =>
    void tracks.edit(edits).catch((error: unknown) => notify({ level: 'error', message: problemOf(error)?.message ?? String(error) }));
  const onTrack = (run: (row: TrackAt) => void, when: (row: TrackAt) => boolean = () => true) => ({
    run: () => row && run(row),
    when: () => writable && row !== null && when(row),
  });
  const inSight = (one: TrackAt): boolean => stretchAt(one, place) !== undefined;
  /** The selected box that is in no track yet. */
  const loose = () => {
    const { annotations, selected } = editor.store.getState();
    return annotations.filter((box) => selected.has(box.id) && box.track === null);
  };

  const create = async (): Promise<void> => {
    const [box] = loose();
    if (box === undefined || list === null) return;
    const to = Math.min(place + aheadFrames, list.frames.length - 1);
    await editor.saving.flush();
    const [track] = await tracks.edit([{ op: 'create', boxes: [box.id], ...(to > place ? { to: frameAt(to) } : {}) }]);
    if (track === undefined) return;
    tracks.setActive(track);
    // What follows is to correct it on other frames, not to draw more.
    editor.setTool('select');
    notify({ level: 'info', message: i18next.t('tracks:notice.created', { track, count: to - place }) });
  };

  /** Out of sight from here to the next key frame, or in sight again. */
  const sight = (one: TrackAt): void => {
    const stretch = stretchAt(one, place);
    if (stretch === undefined) return edit({ op: 'resume', track: one.number, frame: frameAt(place) });
    const next = keyBeside(one, place, 1);
    const to = next !== undefined && next <= stretch.to && next < stretch.to ? next - 1 : stretch.to;
    edit({ op: 'cut', track: one.number, from: frameAt(place), to: frameAt(to) });
  };

  const key = (one: TrackAt): void => {
    if (!inSight(one)) edit({ op: 'extend', track: one.number, frame: frameAt(place) });
    else edit({ op: one.keys.includes(place) ? 'unkey' : 'key', track: one.number, frame: frameAt(place) });
  };

  const follow = async (): Promise<void> => {
    const { annotations, selected } = editor.store.getState();
    const box = annotations.find((one) => selected.has(one.id)) ?? annotations.find((one) => one.track === active && active !== null);
    if (box === undefined) return;
    await tracks.flush();
    const done = await runJob(i18next.t('tracks:job.follow'), (options) =>
      api.tracks.follow({ dataset: session.dataset, box: box.id, frames: followFrames }, options),
    );
    await tracks.refresh();
    tell(done);
    if (done.boxes > 0) tracks.show(done.track, place + done.boxes);
  };

  const link = (source: string) => async (): Promise<void> => {
    const { row: open } = session.store.getState();
    if (open === null) return;
    await tracks.flush();
    const done = await runJob(i18next.t('tracks:job.link'), (options) =>
      api.tracks.link({ dataset: session.dataset, frame: open.id, source }, options),
    );
    await tracks.refresh();
    notify({ level: 'success', message: i18next.t('tracks:notice.linked', { count: done.tracks, boxes: done.boxes }) });
  };
  const guarded = (work: () => Promise<void>) => (): void =>
    void work().catch((error: unknown) => {
      const problem = problemOf(error);
      if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
    });

  /** The track of the other selected box, for merging. */
  const other = (): number | undefined => {
    const { annotations, selected } = editor.store.getState();
    return annotations.find((box) => selected.has(box.id) && box.track !== null && box.track !== active)?.track ?? undefined;
  };

  useCommands({
    'tracks.play': { run: onPlay, when: () => list !== null },
    'tracks.panel': { run: onPanel, when: () => list !== null },
    'tracks.create': { run: guarded(create), when: () => writable && loose().length > 0 },
    'tracks.key': onTrack(key),
    'tracks.sight': onTrack(sight),
    'tracks.previousKey': {
      when: () => row !== null && keyBeside(row, place, -1) !== undefined,
      run: () => row && tracks.show(row.number, keyBeside(row, place, -1) ?? place),
    },
    'tracks.nextKey': {
      when: () => row !== null && keyBeside(row, place, 1) !== undefined,
      run: () => row && tracks.show(row.number, keyBeside(row, place, 1) ?? place),
    },
    'tracks.follow': {
      run: guarded(follow),
      when: () => writable && (editor.store.getState().selected.size === 1 || (row !== null && inSight(row))),
    },
    'tracks.end': onTrack((one) => edit({ op: 'end', track: one.number, frame: frameAt(place) }), inSight),
    'tracks.extend': onTrack(
      (one) => edit({ op: 'extend', track: one.number, frame: frameAt(place) }),
      (one) => !inSight(one),
    ),
    'tracks.bridge': onTrack(
      (one) => edit({ op: 'bridge', track: one.number, frame: frameAt(place) }),
      (one) => !inSight(one) && one.stretches.some(({ to }) => to < place) && one.stretches.some(({ from }) => from > place),
    ),
    'tracks.split': onTrack(
      (one) => edit({ op: 'split', track: one.number, frame: frameAt(place) }),
      (one) => (one.stretches[0]?.from ?? place) < place && (one.stretches.at(-1)?.to ?? place) >= place,
    ),
    'tracks.merge': {
      when: () => writable && row !== null && other() !== undefined,
      run: () =>
        row && edit({ op: 'merge', track: Math.min(row.number, other() as number), other: Math.max(row.number, other() as number) }),
    },
    'tracks.dissolve': onTrack((one) => edit({ op: 'dissolve', track: one.number })),
    'tracks.categoryAll': onTrack((one) => recategorise(one, null)),
    'tracks.categoryOn': onTrack((one) => recategorise(one, place), inSight),
    'tracks.link': { run: guarded(link('gt')), when: () => writable },
    'tracks.linkRun': { run: guarded(link(summary.activeRun ?? '')), when: () => writable && summary.activeRun !== null },
    'tracks.delete': onTrack((one) => edit({ op: 'delete', track: one.number })),
  });

  /** The category of the selected box, else the one that the next box gets. */
  function recategorise(one: TrackAt, from: number | null): void {
    const { annotations, nextCategory } = editor.store.getState();
    const category = annotations.find((box) => box.track === one.number)?.category ?? nextCategory;
    if (category === null) return;
    edit({ op: 'category', track: one.number, category, ...(from === null ? {} : { from: frameAt(from) }) });
  }
}

function tell({ boxes, stopped, match }: Followed): void {
  const percent = match === null ? '' : formatPercent(Math.max(match, 0) * 100, i18next.language);
  const why = i18next.t(`tracks:stopped.${stopped}`, { match: percent });
  notify({ level: boxes > 0 ? 'success' : 'warning', message: `${i18next.t('tracks:notice.followed', { count: boxes })} ${why}` });
}
