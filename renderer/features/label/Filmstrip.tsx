import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { fixedNames } from '../../lib/fixedNames.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { frameOrder } from '../../state/frameOrder.ts';
import { StateMark } from '../../ui/StatePill.tsx';
import { type LabelSession, pace } from './labelSession.ts';

const cellPx = 82;

/** The list one came from: where one stands in it, how fast it goes, and the frames nearby. */
export function Filmstrip({ session }: { readonly session: LabelSession }): ReactElement {
  const { t } = useTranslation('label');
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
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const rows = session.rowsAt(first, (items.at(-1)?.index ?? -1) + 1);
  const seconds = pace(state.accepted);
  const at = { place: (state.place + 1).toLocaleString(), total: state.total.toLocaleString() };
  return (
    <footer className="strip">
      <div className="strip-info">
        <strong className="clip">{order.title === '' ? t('strip.all') : order.title}</strong>
        <span className="dim small nowrap">
          {order.kind === 'hits' ? t('strip.hits', at) : t('strip.of', at)}
          {seconds !== null && ` · ${t('strip.pace', { seconds: seconds.toFixed(1) })}`}
        </span>
        <span className="bar-mini">
          <i style={{ width: `${state.total === 0 ? 0 : ((state.place + 1) / state.total) * 100}%` }} />
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
                style={{ transform: `translateX(${item.start}px)` }}
                onClick={() => session.goToPlace(item.index)}
              >
                {row && <img src={mediaUrl(session.dataset, row.id, 'thumb-256')} alt="" draggable={false} loading="lazy" />}
                {row && row.state !== 'unlabeled' && <StateMark state={row.state} />}
              </button>
            );
          })}
        </div>
      </div>
    </footer>
  );
}
