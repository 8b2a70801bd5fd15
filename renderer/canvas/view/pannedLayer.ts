import type Konva from 'konva';
import type { Viewport } from '../model/viewport.ts';
import type { Context2d, Rect } from './boxLook.ts';

/** A layer whose picture is kept while the view is panned: it is moved by copying, and only what came into sight is drawn. */
export interface PannedLayer {
  /** Shows the viewport. `fresh`: what the layer draws has changed, too. */
  show(viewport: Viewport, fresh: boolean): void;
  /** The canvas has lost what was on it (another size). */
  forget(): void;
}

/** Offsets on whole device px, so that moving a picture and drawing it anew give the same pixels. */
export function snapped(viewport: Viewport, ratio: number): Viewport {
  return { scale: viewport.scale, x: Math.round(viewport.x * ratio) / ratio, y: Math.round(viewport.y * ratio) / ratio };
}

export function contextOf(layer: Konva.Layer): Context2d {
  const context = layer.getNativeCanvasElement().getContext('2d');
  if (!context) throw new Error('This browser gives no 2D canvas');
  return context;
}

/** `draw` fills a part of the canvas (CSS px), which has been cleared; what it draws outside is cut off. */
export function createPannedLayer(layer: Konva.Layer, draw: (context: Context2d, part: Rect) => void): PannedLayer {
  let shown: Viewport | null = null;
  const canvas = layer.getNativeCanvasElement();
  const context = contextOf(layer);

  function drawPart(part: Rect, ratio: number): void {
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.beginPath();
    context.rect(part.x, part.y, part.width, part.height);
    context.clip();
    context.clearRect(part.x, part.y, part.width, part.height);
    draw(context, part);
    context.restore();
  }

  return {
    forget: () => (shown = null),
    show(viewport, fresh) {
      const ratio = layer.getCanvas().getPixelRatio();
      const width = canvas.width / ratio;
      const height = canvas.height / ratio;
      const before = shown;
      shown = viewport;
      const dx = before ? viewport.x - before.x : 0;
      const dy = before ? viewport.y - before.y : 0;
      if (!before || fresh || before.scale !== viewport.scale || Math.abs(dx) >= width || Math.abs(dy) >= height) {
        drawPart({ x: 0, y: 0, width, height }, ratio);
        return;
      }
      if (dx === 0 && dy === 0) return;
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.globalCompositeOperation = 'copy';
      context.drawImage(canvas, Math.round(dx * ratio), Math.round(dy * ratio));
      context.restore();
      if (dx !== 0) drawPart({ x: dx > 0 ? 0 : width + dx, y: 0, width: Math.abs(dx), height }, ratio);
      if (dy !== 0) drawPart({ x: 0, y: dy > 0 ? 0 : height + dy, width, height: Math.abs(dy) }, ratio);
    },
  };
}
