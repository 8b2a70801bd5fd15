import type { Box } from '../../../shared/geometry/box.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import { toScreen, type Viewport } from '../model/viewport.ts';
import type { Context2d, Rect } from './boxLook.ts';

export const noDash: number[] = [];

export function screenRect(box: Box, viewport: Viewport): Rect {
  const { x, y } = toScreen(viewport, { x: box[0], y: box[1] });
  return { x, y, width: box[2] * viewport.scale, height: box[3] * viewport.scale };
}

/** Calls `draw` with the box's rectangle in a context that is turned as the box is. */
function turned(
  context: Context2d,
  box: Pick<SceneBox, 'bbox' | 'angle'>,
  viewport: Viewport,
  draw: (x: number, y: number, w: number, h: number) => void,
): void {
  const { x, y, width, height } = screenRect(box.bbox, viewport);
  if (box.angle === 0) {
    draw(x, y, width, height);
    return;
  }
  context.save();
  context.translate(x + width / 2, y + height / 2);
  context.rotate((box.angle * Math.PI) / 180);
  draw(-width / 2, -height / 2, width, height);
  context.restore();
}

export function strokeBox(context: Context2d, box: Pick<SceneBox, 'bbox' | 'angle'>, viewport: Viewport): void {
  turned(context, box, viewport, (x, y, w, h) => context.strokeRect(x, y, w, h));
}

/** Multiplies the alpha that is set. */
export function fillBox(context: Context2d, box: Pick<SceneBox, 'bbox' | 'angle'>, viewport: Viewport, color: string, alpha: number): void {
  const before = context.globalAlpha;
  context.globalAlpha = before * alpha;
  context.fillStyle = color;
  turned(context, box, viewport, (x, y, w, h) => context.fillRect(x, y, w, h));
  context.globalAlpha = before;
}

/** Crowds and ignore regions are no objects: they are hatched, so that colour is not what tells them apart. */
export function hatch(context: Context2d, box: Pick<SceneBox, 'bbox' | 'angle'>, viewport: Viewport): void {
  turned(context, box, viewport, (left, top, width, height) => {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    context.lineWidth = 1;
    context.globalAlpha *= 0.5;
    context.setLineDash(noDash);
    context.beginPath();
    const step = 9;
    for (let offset = -height; offset < width; offset += step) {
      context.moveTo(left + offset, top + height);
      context.lineTo(left + offset + height, top);
    }
    context.stroke();
    context.restore();
  });
}
