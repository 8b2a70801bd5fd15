import type { Size } from '../../../shared/geometry/box.ts';
import type { Viewport } from '../model/viewport.ts';
import type { Context2d, Rect } from './boxLook.ts';

/** CSS px per image px from which on there is a line between them. */
const pixelGridFrom = 8;

/** Lines between the pixels of the image in a part of the canvas, seen on light and on dark. */
export function drawPixelGrid(context: Context2d, image: Size, { scale, x, y }: Viewport, part: Rect): void {
  if (scale < pixelGridFrom) return;
  const left = Math.max(x, part.x);
  const right = Math.min(x + image.width * scale, part.x + part.width);
  const top = Math.max(y, part.y);
  const bottom = Math.min(y + image.height * scale, part.y + part.height);
  if (left >= right || top >= bottom) return;
  context.beginPath();
  for (let column = Math.ceil((left - x) / scale); x + column * scale <= right; column++) {
    const at = Math.round(x + column * scale) + 0.5;
    context.moveTo(at, top);
    context.lineTo(at, bottom);
  }
  for (let row = Math.ceil((top - y) / scale); y + row * scale <= bottom; row++) {
    const at = Math.round(y + row * scale) + 0.5;
    context.moveTo(left, at);
    context.lineTo(right, at);
  }
  context.lineWidth = 1;
  context.strokeStyle = 'rgba(128, 128, 128, 0.45)';
  context.stroke();
}
