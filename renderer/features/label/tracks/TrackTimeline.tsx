import { type MouseEvent, type ReactElement, useEffect, useRef } from 'react';
import { drawTrackRow, placeOfX } from './drawTrackRow.ts';
import type { TrackAt } from './trackRows.ts';

interface Props {
  readonly row: TrackAt;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly themeKey: string;
  readonly onPlace: (place: number) => void;
}

/** The bar of one track. What it shows is told in the name of its row; keys step through key frames. */
export function TrackTimeline({ row, frames, width, height, color, themeKey, onPlace }: Props): ReactElement {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width <= 0) return;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(element);
    const look = {
      color,
      line: style.getPropertyValue('--line'),
      edge: style.getPropertyValue('--text-3'),
    };
    drawTrackRow(context, row, frames, { width, height }, look);
  }, [row, frames, width, height, color, themeKey]);
  const pick = (event: MouseEvent<HTMLCanvasElement>): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    onPlace(placeOfX(event.clientX - left, frames, width));
  };
  return <canvas ref={canvas} className="track-line" style={{ width, height }} onClick={pick} aria-hidden />;
}
