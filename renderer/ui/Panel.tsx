import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { uiScale } from '../lib/uiScale.ts';

interface Props {
  readonly label: string;
  readonly side: 'left' | 'right';
  /** px */
  readonly width: number;
  readonly onWidth: (width: number) => void;
  readonly min?: number;
  readonly max?: number;
  readonly children: ReactNode;
  readonly resizeLabel: string;
}

/** A panel at the side of the work, with an edge to drag (or the arrow keys). Who uses it remembers the width: `lib/usePanelWidth.ts`. */
export function Panel({ label, side, width, onWidth, min = 180, max = 560, children, resizeLabel }: Props) {
  const [drag, setDrag] = useState<{ readonly x: number; readonly width: number } | null>(null);
  const limit = (value: number): number => Math.round(Math.max(min, Math.min(max, value)));
  const sign = side === 'left' ? 1 : -1;
  const onPointerMove = (event: PointerEvent): void => {
    if (drag !== null) onWidth(limit(drag.width + sign * ((event.clientX - drag.x) / uiScale())));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 8 : event.key === 'ArrowLeft' ? -8 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onWidth(limit(width + sign * step));
  };
  return (
    <aside className={side === 'left' ? 'side left' : 'side'} style={{ width }} aria-label={label}>
      {children}
      <div
        className="resizer"
        role="separator"
        aria-orientation="vertical"
        aria-label={resizeLabel}
        aria-valuenow={width}
        aria-valuemin={min}
        aria-valuemax={max}
        tabIndex={0}
        data-dragging={drag === null ? undefined : ''}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ x: event.clientX, width });
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => setDrag(null)}
        onPointerCancel={() => setDrag(null)}
        onKeyDown={onKeyDown}
      />
    </aside>
  );
}
