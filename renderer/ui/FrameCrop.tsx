import type { ReactElement } from 'react';
import type { Box, Size } from '../../shared/geometry/box.ts';

export interface CropBox {
  readonly bbox: Box;
  readonly color: string;
  /** Drawn dashed: what was, or what a model proposes. */
  readonly dashed?: boolean;
}

interface Props {
  readonly src: string;
  readonly frame: Size;
  /** The part of the frame in view, px of the upright image. */
  readonly crop: Box;
  readonly boxes: readonly CropBox[];
  readonly label?: string;
}

/** A part of a frame with boxes over it. The size is the stylesheet's; the part is cut to fill it. */
export function FrameCrop({ src, frame, crop, boxes, label }: Props): ReactElement {
  return (
    <svg
      className="crop"
      viewBox={crop.join(' ')}
      preserveAspectRatio="xMidYMid slice"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      <image href={src} width={frame.width} height={frame.height} preserveAspectRatio="none" />
      {boxes.map(({ bbox: [x, y, w, h], color, dashed }, index) => (
        <g key={index} fill="none" vectorEffect="non-scaling-stroke">
          <rect x={x} y={y} width={w} height={h} stroke="#0006" strokeWidth={3} vectorEffect="non-scaling-stroke" />
          <rect
            x={x}
            y={y}
            width={w}
            height={h}
            stroke={color}
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
            {...(dashed === true ? { strokeDasharray: '5 4' } : {})}
          />
        </g>
      ))}
    </svg>
  );
}
