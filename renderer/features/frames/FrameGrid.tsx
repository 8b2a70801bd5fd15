import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type PointerEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { FrameQueryResult } from '../../../shared/contract/frames.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { arrowTarget, clear, extend, type ListSelection, marquee, moveTo, pick, toggle } from '../../lib/frameSelection.ts';
import { type CategoryLook, FrameCell } from './FrameCell.tsx';
import type { FrameCache } from './frameCache.ts';
import { uiScale } from '../../lib/uiScale.ts';
import { witnessAt, type WitnessBox, witnessesOf } from '../../lib/witnesses.ts';

/** Least width of a cell at the four sizes, in px. */
export const cellSizes = [140, 208, 288, 400] as const;
const gap = 8;
const inset = 12;
/** Room for the ring of a chosen frame in the first row. */
const gridTop = 4;
const caption = 24;

export interface GridHandle {
  focus(): void;
}

interface Props {
  readonly dataset: string;
  readonly result: FrameQueryResult;
  readonly cache: FrameCache;
  readonly selection: ListSelection;
  readonly onSelection: (selection: ListSelection) => void;
  readonly onOpen: (index: number) => void;
  readonly size: number;
  readonly categories: ReadonlyMap<number, CategoryLook>;
  readonly threshold: number;
  readonly severityName: string;
  readonly ref?: Ref<GridHandle>;
}

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly toX: number;
  readonly toY: number;
  readonly base: ListSelection;
}

export function FrameGrid(props: Props) {
  const { result, cache, selection, onSelection, size } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, setHovered] = useState(-1);
  const [drag, setDrag] = useState<Drag | null>(null);
  const pressed = useRef<{ x: number; y: number; index: number } | null>(null);
  useSyncExternalStore(cache.subscribe, cache.version);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);

  const inner = Math.max(0, width - 2 * inset);
  const columns = Math.max(1, Math.floor((inner + gap) / ((cellSizes[size] ?? 208) + gap)));
  const cellWidth = Math.max(1, Math.floor((inner - gap * (columns - 1)) / columns));
  const cellHeight = Math.round((cellWidth * 3) / 4);
  const rowHeight = cellHeight + caption + gap;
  const total = result.ids.length;
  const rows = Math.ceil(total / columns);

  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
    paddingStart: gridTop,
    paddingEnd: 64,
  });
  // Where one was stays in view when the size of the cells changes.
  useLayoutEffect(() => {
    virtual.measure();
    virtual.scrollToIndex(Math.floor(selection.active / columns), { align: 'auto' });
    // Only the geometry calls for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [rowHeight, columns]);
  useEffect(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, [result]);
  useImperativeHandle(props.ref, () => ({ focus: () => scroller.current?.focus({ preventScroll: true }) }));

  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const version = cache.version();
  useEffect(() => {
    if (width > 0) cache.need(result.ids, first * columns, (last + 1) * columns - 1);
  }, [cache, result, first, last, columns, width, version]);

  // --- pointer
  const point = (event: PointerEvent): { x: number; y: number } => {
    const element = scroller.current!;
    const area = element.getBoundingClientRect();
    return { x: (event.clientX - area.left) / uiScale(), y: (event.clientY - area.top) / uiScale() + element.scrollTop };
  };
  const indexAt = (event: { readonly target: EventTarget }): number => {
    const tile = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
    return tile === null ? -1 : Number(tile.dataset.index);
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { x, y } = point(event);
    if (x > (scroller.current?.clientWidth ?? 0)) return;
    pressed.current = { x, y, index: indexAt(event) };
  };
  const onPointerMove = (event: PointerEvent): void => {
    setHovered(event.pointerType === 'touch' ? -1 : indexAt(event));
    const start = pressed.current;
    if (start === null || event.buttons === 0) return;
    const { x, y } = point(event);
    if (drag === null && Math.hypot(x - start.x, y - start.y) < 6) return;
    if (drag === null) event.currentTarget.setPointerCapture(event.pointerId);
    const base = drag?.base ?? (event.shiftKey || event.ctrlKey || event.metaKey ? selection : clear(selection));
    const now: Drag = { x: start.x, y: start.y, toX: x, toY: y, base };
    setDrag(now);
    onSelection(marquee(base, result.ids, columns, covered(now)));
    const element = scroller.current!;
    const edge = (event.clientY - element.getBoundingClientRect().top) / uiScale();
    if (edge < 24) element.scrollTop -= 16;
    else if (edge > element.clientHeight - 24) element.scrollTop += 16;
  };
  const covered = (d: Drag): { top: number; bottom: number; left: number; right: number } => ({
    top: Math.floor((Math.min(d.y, d.toY) - gridTop) / rowHeight),
    bottom: Math.min(rows - 1, Math.floor((Math.max(d.y, d.toY) - gridTop) / rowHeight)),
    left: Math.floor((Math.min(d.x, d.toX) - inset + gap) / (cellWidth + gap)),
    right: Math.floor((Math.max(d.x, d.toX) - inset) / (cellWidth + gap)),
  });
  const onPointerUp = (event: PointerEvent): void => {
    const start = pressed.current;
    pressed.current = null;
    if (drag !== null) {
      setDrag(null);
      return;
    }
    if (start === null) return;
    if (start.index < 0) onSelection(clear(selection));
    else if (event.shiftKey) onSelection(extend(selection, result.ids, start.index, event.ctrlKey || event.metaKey));
    else if (event.ctrlKey || event.metaKey || inPick(event, start.index)) onSelection(toggle(selection, result.ids, start.index));
    else onSelection(pick(result.ids, start.index));
  };
  const inPick = (event: PointerEvent, index: number): boolean => {
    const area = document.getElementById(`frame-${result.ids[index] ?? -1}`)?.getBoundingClientRect();
    return area !== undefined && event.clientX - area.left < 32 * uiScale() && event.clientY - area.top < 32 * uiScale();
  };

  // --- keys
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (event.key === ' ') {
      onSelection(toggle(selection, result.ids, selection.active));
      event.preventDefault();
      return;
    }
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight));
    const to = arrowTarget(event.key, selection.active, columns, perPage, total);
    if (to === null || total === 0) return;
    onSelection(event.shiftKey ? extend(selection, result.ids, to, event.ctrlKey || event.metaKey) : moveTo(selection, result.ids, to));
    virtual.scrollToIndex(Math.floor(to / columns), { align: 'auto' });
    event.preventDefault();
  };

  const variant = cellWidth * window.devicePixelRatio > 300 ? 'thumb-512' : 'thumb-256';
  const activeId = result.ids[selection.active];
  return (
    <div
      ref={scroller}
      className="grid scroll"
      role="listbox"
      aria-label={fixedNames.frames}
      aria-multiselectable
      aria-activedescendant={activeId === undefined ? undefined : `frame-${activeId}`}
      tabIndex={0}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => setHovered(-1)}
      onPointerCancel={() => {
        pressed.current = null;
        setDrag(null);
      }}
      onDoubleClick={(event) => {
        const index = indexAt(event);
        if (index >= 0) props.onOpen(index);
      }}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {width > 0 &&
          items.map((item) => (
            <div
              key={item.key}
              role="presentation"
              className="grid-row"
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              {Array.from({ length: Math.min(columns, total - item.index * columns) }, (_, column) => {
                const index = item.index * columns + column;
                const id = result.ids[index]!;
                return (
                  <Cell
                    key={id}
                    {...props}
                    id={id}
                    index={index}
                    total={total}
                    selected={selection.ids.has(id)}
                    active={index === selection.active}
                    hovered={index === hovered && drag === null}
                    picking
                    width={cellWidth}
                    height={cellHeight}
                    variant={variant}
                  />
                );
              })}
            </div>
          ))}
        {drag !== null && (
          <div
            className="marquee"
            style={{
              left: Math.min(drag.x, drag.toX),
              top: Math.min(drag.y, drag.toY),
              width: Math.abs(drag.toX - drag.x),
              height: Math.abs(drag.toY - drag.y),
            }}
          />
        )}
      </div>
    </div>
  );
}

type CellProps = Props & {
  readonly id: number;
  readonly index: number;
  readonly total: number;
  readonly selected: boolean;
  readonly active: boolean;
  readonly hovered: boolean;
  readonly picking: boolean;
  readonly width: number;
  readonly height: number;
  readonly variant: 'thumb-256' | 'thumb-512';
};

const witnesses = new WeakMap<FrameQueryResult, Map<number, readonly WitnessBox[]>>();

/** The same list object for the same frame, so that unchanged cells are not drawn again. */
function stableWitness(result: FrameQueryResult, index: number): readonly WitnessBox[] {
  let map = witnesses.get(result);
  if (map === undefined) witnesses.set(result, (map = new Map<number, readonly WitnessBox[]>()));
  let list = map.get(index);
  if (list === undefined) map.set(index, (list = witnessAt(witnessesOf(result), index)));
  return list;
}

function Cell({ result, cache, id, index, ...rest }: CellProps) {
  return (
    <FrameCell
      dataset={rest.dataset}
      id={id}
      index={index}
      total={rest.total}
      row={cache.row(id)}
      boxes={cache.boxes(id)}
      witness={stableWitness(result, index)}
      severity={rest.severityName === '' ? Number.NaN : (result.severities?.[index] ?? Number.NaN)}
      severityName={rest.severityName}
      selected={rest.selected}
      active={rest.active}
      hovered={rest.hovered}
      picking={rest.picking}
      width={rest.width}
      height={rest.height}
      categories={rest.categories}
      threshold={rest.threshold}
      variant={rest.variant}
    />
  );
}
