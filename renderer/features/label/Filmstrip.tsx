import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { queueStatus } from '../../../shared/contract/queues.ts';
import { runCommand } from '../../state/commandStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { formatCount, formatDuration } from '../../lib/format.ts';
import { queueTitle } from '../../lib/queueTitle.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { Icon } from '../../ui/Icon.tsx';
import { fixedNames } from '../../lib/fixedNames.ts';
import { dropLoad } from '../../lib/dropLoad.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { StateMark } from '../../ui/StatePill.tsx';
import type { LabelSession } from './labelSession.ts';
import type { QueueSession } from './queueSession.ts';
import type { TrackSession } from './tracks/trackSession.ts';
import { useTrackMarks } from './tracks/useTrackMarks.ts';

const cellPx = 82;

/** The list one came from: where one stands in it, how fast it goes, and the frames nearby. */
export function Filmstrip({
  session,
  queue,
  tracks,
}: {
  readonly session: LabelSession;
  readonly queue: QueueSession;
  /** Marks the frames of the active track. */
  readonly tracks: TrackSession;
}): ReactElement {
  const { t } = useTranslation('label');
  const review = useTranslation('review').t;
  const language = useLanguage();
  const author = useStore(settingsStore, (settings) => settings.settings.author);
  const { definition, status, left, medianMs, total: inQueue } = useStore(queue.store);
  const order = useStore(frameOrder);
  const state = useStore(session.store);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    horizontal: true,
    count: order.ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cellPx,
    overscan: 4,
  });
  useEffect(() => {
    if (state.place >= 0) virtual.scrollToIndex(state.place, { align: 'center' });
  }, [state.place, order, virtual]);
  const markOf = useTrackMarks(tracks);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const rows = session.rowsAt(first, (items.at(-1)?.index ?? -1) + 1);
  const pace = medianMs === null ? '' : review('median', { time: seconds(medianMs, language) });
  const at = { place: (state.place + 1).toLocaleString(), total: state.total.toLocaleString() };
  const done = definition === null ? state.place + 1 : inQueue - left;
  const share = state.total === 0 ? 0 : (done / state.total) * 100;
  return (
    <footer className="strip">
      <div className="strip-info">
        <button type="button" className="strip-title" title={review('panel.title')} onClick={() => runCommand('review.queues')}>
          <strong className="clip">
            {definition !== null ? queueTitle(definition, author, review) : order.title === '' ? t('strip.all') : order.title}
          </strong>
          <Icon name="down" small />
        </button>
        <span className="dim small nowrap clip">
          {[
            order.kind === 'hits' ? t('strip.hits', at) : t('strip.of', at),
            definition === null ? '' : left === 0 ? review('allDone') : review('left', { count: left, shown: formatCount(left, language) }),
          ]
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
        {pace !== '' && (
          <span className="dim small nowrap clip" title={review('medianHint')}>
            {pace}
          </span>
        )}
        <span className="bar-mini" aria-hidden>
          <i style={{ width: `${share}%` }} />
        </span>
        <span className="sr-only" role="status" aria-label={fixedNames.frame}>
          {state.row ? t('strip.frame', { place: state.place + 1, total: state.total, name: state.row.name }) : ''}
        </span>
      </div>
      <div
        ref={scroller}
        className="scroll strip-frames"
        role="listbox"
        aria-label={fixedNames.queue}
        aria-orientation="horizontal"
        tabIndex={-1}
      >
        <div role="presentation" style={{ width: virtual.getTotalSize(), height: '100%', position: 'relative' }}>
          {items.map((item, index) => {
            const row = rows[index] ?? null;
            const current = item.index === state.place;
            return (
              <button
                key={item.key}
                type="button"
                role="option"
                tabIndex={-1}
                aria-selected={current}
                aria-posinset={item.index + 1}
                aria-setsize={state.total}
                aria-label={row?.name ?? String(item.index + 1)}
                className="strip-cell"
                data-status={definition === null ? undefined : statusName[status[item.index] ?? 0]}
                title={definition !== null && status[item.index] === queueStatus.gone ? review('goneMark') : undefined}
                style={{ transform: `translateX(${item.start}px)` }}
                onClick={() => session.goToPlace(item.index)}
              >
                {row && (
                  <img
                    ref={dropLoad}
                    src={mediaUrl(session.dataset, row.id, 'thumb-256')}
                    alt=""
                    draggable={false}
                    loading="lazy"
                    // The cell itself says that there is no picture; the browser's torn page says nothing more.
                    onError={(event) => (event.currentTarget.style.visibility = 'hidden')}
                  />
                )}
                {row && row.state !== 'unlabeled' && <StateMark state={row.state} />}
                {row && markOf(row.id) !== null && <i className="strip-track" data-kind={markOf(row.id)} aria-hidden />}
              </button>
            );
          })}
        </div>
      </div>
    </footer>
  );
}

const statusName = ['open', 'done', 'gone'] as const;

/** Paces are told in tenths of a second, as long as they are short. */
function seconds(ms: number, language: string): string {
  const value = ms / 1000;
  const unit = language === 'ko' ? '초' : ' s';
  return value < 60 ? `${value.toFixed(1)}${unit}` : formatDuration(value, language);
}
