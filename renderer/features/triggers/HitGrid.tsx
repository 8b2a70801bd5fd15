import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactElement, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Hit, Verdict } from '../../../shared/contract/triggers.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { Box, Size } from '../../../shared/geometry/box.ts';
import { cropAround } from '../../lib/cropAround.ts';
import { union } from '../../lib/cropWindow.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { formatSeverity } from '../../lib/format.ts';
import { arrowTarget } from '../../lib/frameSelection.ts';
import { mediaUrl, type MediaVariant } from '../../lib/mediaUrl.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { FrameCrop } from '../../ui/FrameCrop.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { hitKey, isRight, nameEnd, verdictOf } from './hits.ts';
import { useFrameSizes } from './useFrameSizes.ts';

export interface HitGridHandle {
  focus(): void;
  /** The crops have the focus: verdict keys may act. */
  focused(): boolean;
}

interface Props {
  readonly dataset: DatasetId;
  readonly hits: readonly Hit[];
  /** Of all hits, those that were not brought included. */
  readonly total: number;
  readonly given: ReadonlyMap<string, Verdict | null>;
  readonly active: number;
  readonly onActive: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onEnd: () => void;
  readonly colorOf: (category: string) => string;
  /** Hits of the last version that checked: dimmed. */
  readonly stale: boolean;
  readonly ref?: Ref<HitGridHandle>;
}

const least = 168;
const gap = 8;
const inset = 12;
const caption = 22;
/** Below this width two categories leave no room for the end of the frame's name. */
const roomForName = 220;
const aspect = 184 / 142;

export function HitGrid(props: Props): ReactElement {
  const { hits, active, onActive, onEnd, stale } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  useImperativeHandle(props.ref, () => ({
    focus: () => scroller.current?.focus({ preventScroll: true }),
    focused: () => scroller.current !== null && document.activeElement === scroller.current,
  }));

  const inner = Math.max(least, width - 2 * inset);
  const columns = Math.max(1, Math.floor((inner + gap) / (least + gap)));
  const tile = (inner - gap * (columns - 1)) / columns;
  const rowHeight = Math.round(tile / aspect) + caption + gap;
  const rows = Math.ceil(hits.length / columns);
  const virtual = useVirtualizer({
    count: rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
    paddingStart: inset,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  useEffect(() => {
    if (active >= 0 && active < hits.length) virtual.scrollToIndex(Math.floor(active / columns), { align: 'auto' });
  }, [virtual, active, columns, hits.length]);
  const items = virtual.getVirtualItems();
  const first = (items[0]?.index ?? 0) * columns;
  const end = ((items.at(-1)?.index ?? -1) + 1) * columns;
  const near = hits.slice(first, end);
  const sizeOf = useFrameSizes(
    props.dataset,
    near.map(({ frameId }) => frameId),
  );
  const atEnd = end >= hits.length;
  useEffect(() => {
    if (atEnd && hits.length > 0 && props.total > hits.length) onEnd();
  }, [atEnd, hits.length, props.total, onEnd]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight));
    const to = arrowTarget(event.key, active, columns, page, hits.length);
    if (to === null) return;
    event.preventDefault();
    onActive(to);
  };
  const current = hits[active];
  return (
    <div
      ref={scroller}
      className={stale ? 'crops scroll stale' : 'crops scroll'}
      role="listbox"
      aria-label={fixedNames.queue}
      tabIndex={0}
      aria-activedescendant={current === undefined ? undefined : `hit-${active}`}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((row) => (
          <div
            key={row.key}
            role="presentation"
            className="crop-row"
            style={{ transform: `translateY(${row.start}px)`, height: rowHeight, paddingLeft: inset, gap }}
          >
            {hits.slice(row.index * columns, (row.index + 1) * columns).map((hit, i) => (
              <HitCrop
                key={hitKey(hit)}
                {...props}
                hit={hit}
                index={row.index * columns + i}
                size={sizeOf(hit.frameId)}
                width={tile}
                height={Math.round(tile / aspect)}
                on={row.index * columns + i === active}
                onPick={(index) => {
                  onActive(index);
                  scroller.current?.focus({ preventScroll: true });
                }}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

interface CropProps extends Props {
  readonly hit: Hit;
  readonly index: number;
  readonly size: Size | undefined;
  readonly width: number;
  readonly height: number;
  readonly on: boolean;
  readonly onPick: (index: number) => void;
}

function HitCrop({ hit, index, size, width, height, on, given, total, dataset, colorOf, onPick, onOpen }: CropProps): ReactElement {
  const { t } = useTranslation('triggers');
  const language = useLanguage();
  const verdict = verdictOf(hit, given);
  const categories = [...new Set(hit.witness.map(({ category }) => category))];
  const crop = size === undefined ? null : cropOf(hit, size);
  return (
    <div
      id={`hit-${index}`}
      role="option"
      aria-selected={on}
      aria-posinset={index + 1}
      aria-setsize={total}
      className={[on ? 'hit on' : 'hit', categories.length > 1 && width < roomForName ? 'tight' : ''].join(' ').trim()}
      style={{ width }}
      onClick={() => onPick(index)}
      onDoubleClick={() => onOpen(index)}
    >
      <span className="hit-ph" style={{ height }}>
        {size !== undefined && crop !== null && (
          <FrameCrop
            src={mediaUrl(dataset, hit.frameId, variantFor(size, crop, width))}
            frame={size}
            crop={crop}
            boxes={[...hit.witness]
              .sort((a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3])
              .map(({ bbox, category }) => ({ bbox: inside(bbox, crop, width), color: colorOf(category) }))}
          />
        )}
        {verdict !== null && (
          <span className={isRight(verdict) ? 'hit-said' : 'hit-said no'} title={t(`verdict.said.${verdict}`)} aria-hidden>
            <Icon name={isRight(verdict) ? 'check' : 'close'} />
          </span>
        )}
      </span>
      <span className="hit-cap">
        <span className="sr-only">{hit.frame}, </span>
        <b>{formatSeverity(hit.severity, language)}</b>
        <span className="hit-cats clip">
          {categories.map((category) => (
            <span key={category} className="hit-cat">
              <span className="sw" style={{ background: colorOf(category) }} />
              <span className="clip">{category}</span>
            </span>
          ))}
        </span>
        <span className="right dimmer" title={hit.frame} aria-hidden>
          {nameEnd(hit.frame)}
        </span>
        {verdict !== null && <span className="sr-only">, {t(`verdict.said.${verdict}`)}</span>}
      </span>
    </div>
  );
}

/** The boxes with a seventh of their size around them; a hit of the frame alone shows all of it. */
function cropOf(hit: Hit, size: Size): Box {
  const whole = union(hit.witness.map(({ bbox }) => bbox)) ?? [0, 0, size.width, size.height];
  return cropAround(size, whole, aspect, 0.1);
}

/** A box that runs out of the crop keeps a line at its edge, so that one sees that it goes on. */
function inside([x, y, w, h]: Box, crop: Box, width: number): Box {
  const px = crop[2] / Math.max(1, width);
  const x1 = Math.max(x, crop[0] + px);
  const y1 = Math.max(y, crop[1] + px);
  return [x1, y1, Math.max(px, Math.min(x + w, crop[0] + crop[2] - px) - x1), Math.max(px, Math.min(y + h, crop[1] + crop[3] - px) - y1)];
}

/** The smallest picture in which the crop is still sharp. */
function variantFor(size: Size, crop: Box, width: number): MediaVariant {
  const longest = Math.max(size.width, size.height) * (width / crop[2]) * Math.min(2, globalThis.devicePixelRatio);
  const fitting = ([256, 512] as const).find((px) => px >= longest * 0.9);
  return fitting === undefined ? 'original' : `thumb-${fitting}`;
}
