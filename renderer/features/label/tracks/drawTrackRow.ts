import type { TrackAt } from './trackRows.ts';

export interface RowLook {
  readonly color: string;
  readonly line: string;
  /** Around bars and diamonds. */
  readonly edge: string;
}

/** Key frames nearer to each other than this are drawn as a bar: the diamonds would be one. */
const leastKeyGapPx = 4;
const diamondPx = 4;

/** Middle of a frame's column, CSS px. */
export function xOfPlace(place: number, frames: number, width: number): number {
  return ((place + 0.5) / Math.max(frames, 1)) * width;
}

export function placeOfX(x: number, frames: number, width: number): number {
  return Math.min(Math.max(Math.floor((x / Math.max(width, 1)) * frames), 0), frames - 1);
}

/** One track: a bar where it is in sight, a diamond at each key frame, nothing in a gap. */
export function drawTrackRow(
  context: CanvasRenderingContext2D,
  row: TrackAt,
  frames: number,
  { width, height }: { readonly width: number; readonly height: number },
  look: RowLook,
): void {
  const middle = height / 2;
  const column = width / Math.max(frames, 1);
  context.clearRect(0, 0, width, height);
  context.fillStyle = look.line;
  context.fillRect(0, middle - 0.5, width, 1);
  context.fillStyle = look.color;
  for (const { from, to } of row.stretches) {
    const x = from * column;
    const length = Math.max((to - from + 1) * column, 2);
    context.globalAlpha = 0.45;
    context.fillRect(x, middle - 3, length, 6);
    // Light colours are lost on a light ground without it.
    context.globalAlpha = 1;
    context.strokeStyle = look.edge;
    context.lineWidth = 1;
    context.strokeRect(x - 0.5, middle - 3.5, length + 1, 7);
  }
  let lastX = -Infinity;
  for (const key of row.keys) {
    const x = xOfPlace(key, frames, width);
    if (x - lastX < leastKeyGapPx) {
      context.fillRect(lastX, middle - 3, x - lastX + 1, 6);
      lastX = x;
      continue;
    }
    lastX = x;
    context.beginPath();
    context.moveTo(x, middle - diamondPx);
    context.lineTo(x + diamondPx, middle);
    context.lineTo(x, middle + diamondPx);
    context.lineTo(x - diamondPx, middle);
    context.closePath();
    context.fill();
    context.strokeStyle = look.edge;
    context.lineWidth = 1;
    context.stroke();
  }
}
