import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../../shared/contract/datasets.ts';
import { categoryColor } from '../../../lib/categoryColors.ts';
import { useLanguage } from '../../../lib/useLanguage.ts';
import { runCommand } from '../../../state/commandStore.ts';
import { IconButton } from '../../../ui/Button.tsx';
import { Menu } from '../../../ui/Menu.tsx';
import { Select } from '../../../ui/Select.tsx';
import { VirtualList } from '../../../ui/VirtualList.tsx';
import { trackColor } from '../useBoxLook.ts';
import { useThemeKey } from '../useThemeKey.ts';
import { useViewOptions } from '../viewOptions.ts';
import { xOfPlace } from './drawTrackRow.ts';
import { lengthOf, showTimes } from './playback.ts';
import { keyBeside, stretchAt, type TrackAt } from './trackRows.ts';
import type { TrackSession } from './trackSession.ts';
import { TrackMenu } from './TrackMenu.tsx';
import { TrackTimeline } from './TrackTimeline.tsx';
import './tracks.css';

export interface PlayOptions {
  readonly playing: boolean;
  readonly speed: number;
  readonly loop: boolean;
}

interface Props {
  readonly tracks: TrackSession;
  readonly summary: DatasetSummary;
  readonly categories: ReadonlyMap<number, DatasetSummary['categories'][number]>;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly play: PlayOptions;
  readonly onPlay: (play: PlayOptions) => void;
  /** Where play is, while it plays. */
  readonly playPlace: number | null;
}

const rowPx = 24;
const speeds = ['0.25', '0.5', '1', '2', '4'] as const;

/** The recording around the open frame: play, its tracks one a row with key frames and gaps, and where one is. */
export function TrackPanel({ tracks, summary, categories, open, onOpen, play, onPlay, playPlace }: Props): ReactElement | null {
  const { t } = useTranslation('tracks');
  const language = useLanguage();
  const { list, rows, place: openPlace, active } = useStore(tracks.store);
  const themeKey = useThemeKey();
  const { colorBy: colored } = useViewOptions();
  const lines = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const place = playPlace ?? openPlace;
  const isThere = list !== null && place >= 0;
  useEffect(() => {
    const element = lines.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [open, isThere]);
  if (list === null || place < 0) return null;

  const frames = list.frames.length;
  const shown = showTimes(list.times);
  const nameOf = (row: TrackAt): string => categories.get(row.category)?.name ?? `#${row.category}`;
  const activeRow = rows.findIndex((row) => row.number === active);
  // Where no track is in hand, the list shows those of the open frame.
  const shownRow = activeRow >= 0 ? activeRow : rows.findIndex((row) => stretchAt(row, openPlace) !== undefined);
  const keyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const current = rows[activeRow];
    if (step !== 0) {
      const next = rows[Math.min(Math.max(activeRow + step, 0), rows.length - 1)];
      if (next !== undefined) tracks.setActive(next.number);
    } else if ((event.key === 'ArrowLeft' || event.key === 'ArrowRight') && current !== undefined) {
      const at = keyBeside(current, openPlace, event.key === 'ArrowRight' ? 1 : -1);
      if (at !== undefined) tracks.show(current.number, at);
    } else if (event.key === 'Enter' && current !== undefined) tracks.show(current.number, current.stretches[0]?.from ?? openPlace);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="tracks" aria-label={t('title')} data-open={open}>
      <header className="tracks-head">
        <IconButton small icon="previous" label={t('stepBack')} disabled={place <= 0} onClick={() => tracks.goTo(place - 1)} />
        <IconButton
          small
          icon={play.playing ? 'pause' : 'play'}
          label={play.playing ? t('pause') : t('play')}
          chord="Shift+P"
          onClick={() => runCommand('tracks.play')}
        />
        <IconButton small icon="next" label={t('stepOn')} disabled={place >= frames - 1} onClick={() => tracks.goTo(place + 1)} />
        <Select
          label={t('speed')}
          value={String(play.speed)}
          choices={speeds.map((value) => ({ value: value, label: `${Number(value).toLocaleString(language)}×` }))}
          onChange={(value) => onPlay({ ...play, speed: Number(value) })}
        />
        <IconButton small icon="refresh" label={t('loop')} aria-pressed={play.loop} onClick={() => onPlay({ ...play, loop: !play.loop })} />
        <span className="tracks-time nowrap">
          {clock(shown[place] ?? 0)} <span className="dim">/ {clock(lengthOf(shown))}</span>
        </span>
        <span className="dim small nowrap clip tracks-where" title={list.sequence ?? ''}>
          {t('where', { place: (place + 1).toLocaleString(language), total: frames.toLocaleString(language), name: list.sequence })}
        </span>
        <span className="grow" />
        <span className="dim small nowrap">{t('count', { count: rows.length })}</span>
        {!summary.readOnly && (
          <Menu
            label={t('more')}
            align="end"
            trigger={<IconButton small icon="plus" label={t('more')} />}
            entries={(['create', 'follow', 'link', ...(summary.activeRun === null ? [] : ['linkRun'])] as const).map((name) => ({
              id: name,
              label: t(`commands.${name}`),
              chord: { create: ':', follow: 'Shift+J' }[name],
              onSelect: () => runCommand(`tracks.${name}`),
            }))}
          />
        )}
        <IconButton
          small
          icon={open ? 'down' : 'next'}
          label={open ? t('collapse') : t('expand')}
          aria-expanded={open}
          chord="Shift+V"
          onClick={() => onOpen(!open)}
        />
      </header>
      {open && (
        <div className="tracks-body" data-empty={rows.length === 0 ? '' : undefined}>
          <div className="tracks-lines" ref={lines} />
          {rows.length === 0 ? (
            <p className="dim small tracks-empty">{t('empty')}</p>
          ) : (
            <VirtualList
              className="tracks-list"
              role="listbox"
              aria-label={t('title')}
              aria-activedescendant={active === null ? undefined : `track-${active}`}
              tabIndex={0}
              onKeyDown={keyDown}
              count={rows.length}
              rowHeight={rowPx}
              active={shownRow}
              row={(index) => {
                const row = rows[index] as TrackAt;
                const color =
                  colored === 'track' ? trackColor(row.number) : categoryColor(categories.get(row.category) ?? { id: row.category });
                return (
                  <TrackMenu key={row.number} tracks={tracks} row={row} readOnly={summary.readOnly}>
                    <div
                      id={`track-${row.number}`}
                      role="option"
                      aria-selected={row.number === active}
                      aria-posinset={index + 1}
                      aria-setsize={rows.length}
                      aria-label={t('row', {
                        name: nameOf(row),
                        number: row.number,
                        from: (row.stretches[0]?.from ?? 0) + 1,
                        to: (row.stretches.at(-1)?.to ?? 0) + 1,
                        keys: row.keys.length,
                        gaps: row.stretches.length - 1,
                      })}
                      className="track-row"
                      data-out={stretchAt(row, place) === undefined}
                    >
                      <div className="track-name" onClick={() => tracks.show(row.number, nearest(row, openPlace))}>
                        <i className="track-dot" style={{ background: color }} />
                        <span className="clip">{nameOf(row)}</span> <span className="dim small">{row.number}</span>
                      </div>
                      <TrackTimeline
                        row={row}
                        frames={frames}
                        width={width}
                        height={rowPx}
                        color={color}
                        themeKey={themeKey}
                        onPlace={(at) => tracks.show(row.number, at)}
                      />
                    </div>
                  </TrackMenu>
                );
              }}
            />
          )}
          {width > 0 && rows.length > 0 && (
            <i className="tracks-cursor" style={{ transform: `translateX(${xOfPlace(place, frames, width)}px)` }} aria-hidden />
          )}
        </div>
      )}
    </section>
  );
}

/** The open frame where the track is in sight there, else the nearest on which it is. */
function nearest(row: TrackAt, place: number): number {
  if (stretchAt(row, place) !== undefined) return place;
  const ends = row.stretches.flatMap(({ from, to }) => [from, to]);
  return ends.reduce((best, at) => (Math.abs(at - place) < Math.abs(best - place) ? at : best), ends[0] ?? place);
}

/** `1:02.40`: tenths and hundredths, because frames are told apart. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds / 60);
  return `${whole}:${(seconds - 60 * whole).toFixed(2).padStart(5, '0')}`;
}
