import { useVirtualizer } from '@tanstack/react-virtual';
import { type ComponentProps, type ReactNode, useEffect, useRef } from 'react';

interface Props extends Omit<ComponentProps<'div'>, 'children' | 'onChange'> {
  readonly count: number;
  /** px */
  readonly rowHeight: number;
  readonly row: (index: number) => ReactNode;
  /** Scrolled into view when it changes. */
  readonly active?: number | null;
}

/** Rows of one height; only those in sight exist. Give `role`, `aria-label` and the keys yourself; rows are `option`s with `aria-posinset`. */
export function VirtualList({ count, rowHeight, row, active = null, className, ...rest }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 8 });
  useEffect(() => {
    if (active !== null && active >= 0 && active < count) virtual.scrollToIndex(active, { align: 'auto' });
  }, [active, count, virtual]);
  return (
    <div {...rest} ref={scroller} className={`scroll ${className ?? ''}`}>
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            role="presentation"
            style={{ position: 'absolute', top: 0, left: 0, right: 0, height: rowHeight, transform: `translateY(${item.start}px)` }}
          >
            {row(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
