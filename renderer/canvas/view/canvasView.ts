import Konva from 'konva';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Size } from '../../../shared/geometry/box.ts';
import type { PlacedBox } from '../../../shared/geometry/rotated.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Viewport } from '../model/viewport.ts';
import { draftBox, draftPoints, guidesOf, marqueeBox, movingBoxes } from '../tools/live.ts';
import type { ToolState } from '../tools/toolState.ts';
import type { CanvasTheme } from './canvasTheme.ts';
import { type BoxLook, type Context2d, drawLive, drawRest, type LiveInput } from './drawBoxes.ts';

/** All that the canvas shows. Parts that keep their identity are not drawn again. */
export interface CanvasScene {
  readonly image: CanvasImageSource | null;
  readonly imageSize: Size | null;
  readonly viewport: Viewport;
  readonly boxes: readonly SceneBox[];
  readonly selected: ReadonlySet<BoxId>;
  readonly witness: ReadonlySet<BoxId>;
  readonly tool: ToolState;
  readonly hovered: SceneBox | null;
  readonly crosshair: { readonly x: number; readonly y: number } | null;
  readonly draftColor: string;
  readonly look: BoxLook;
  readonly theme: CanvasTheme;
}

export interface CanvasView {
  /** Draws before the next frame of the display; several calls in one frame draw once. */
  show(scene: CanvasScene): void;
  resize(size: Size): void;
  /** Lets the witness boxes pulse once. */
  pulse(): void;
  destroy(): void;
}

const pulseMs = 480;
/** From this magnification on, pixels are shown as what they are. */
const pixelatedFrom = 6;
const noBoxes: ReadonlyMap<BoxId, PlacedBox> = new Map();

/**
 * Three layers: the image, the boxes at rest as one shape, and what lives (selection, gesture, crosshair). Konva gives
 * stage, layers and pixel ratio; hit testing is our own, so nothing here listens.
 */
export function createCanvasView(container: HTMLDivElement, size: Size): CanvasView {
  const stage = new Konva.Stage({ container, width: size.width, height: size.height, listening: false });
  let scene: CanvasScene | null = null;
  let shown: CanvasScene | null = null;
  let frame = 0;
  let pulseStart: number | null = null;

  const imageLayer = addLayer((context) => {
    if (!scene?.image || !scene.imageSize) return;
    const { viewport, imageSize } = scene;
    context.imageSmoothingEnabled = viewport.scale < pixelatedFrom;
    context.imageSmoothingQuality = 'high';
    context.drawImage(scene.image, viewport.x, viewport.y, imageSize.width * viewport.scale, imageSize.height * viewport.scale);
  });
  const restLayer = addLayer((context) => {
    if (scene) drawRest(context, liveInput(scene));
  });
  const liveLayer = addLayer((context) => {
    if (scene) drawLive(context, liveInput(scene));
  });

  function addLayer(draw: (context: Context2d) => void): Konva.Layer {
    const layer = new Konva.Layer({ listening: false });
    layer.add(new Konva.Shape({ sceneFunc: (context) => draw(context._context), listening: false, perfectDrawEnabled: false }));
    stage.add(layer);
    return layer;
  }

  function liveInput(current: CanvasScene): LiveInput {
    return {
      ...current,
      width: stage.width(),
      height: stage.height(),
      moving: movingBoxes(current.tool),
      draft: draftBox(current.tool),
      points: draftPoints(current.tool),
      guides: guidesOf(current.tool),
      marquee: marqueeBox(current.tool),
      pulse: pulseStart === null ? 0 : Math.min((performance.now() - pulseStart) / pulseMs, 1),
    };
  }

  function draw(): void {
    frame = 0;
    if (!scene) return;
    const before = shown;
    shown = scene;
    const moved = !before || before.viewport !== scene.viewport;
    if (moved || before.image !== scene.image) imageLayer.draw();
    if (moved || restChanged(before, scene)) restLayer.draw();
    liveLayer.draw();
    if (pulseStart !== null) {
      if (performance.now() - pulseStart < pulseMs) schedule();
      else pulseStart = null;
    }
  }

  function schedule(): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  return {
    show(next) {
      scene = next;
      schedule();
    },
    resize(next) {
      stage.size(next);
      shown = null;
      schedule();
    },
    pulse() {
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      pulseStart = performance.now();
      schedule();
    },
    destroy() {
      cancelAnimationFrame(frame);
      stage.destroy();
    },
  };
}

/** The layer at rest leaves out what moves, so it changes when a gesture begins or ends, not while it lasts. */
function restChanged(before: CanvasScene, after: CanvasScene): boolean {
  const movingBefore = before.tool === after.tool ? noBoxes : movingBoxes(before.tool);
  const movingAfter = before.tool === after.tool ? noBoxes : movingBoxes(after.tool);
  const sameMoving = movingBefore.size === movingAfter.size && [...movingBefore.keys()].every((id) => movingAfter.has(id));
  return (
    !sameMoving ||
    before.boxes !== after.boxes ||
    before.selected !== after.selected ||
    before.witness !== after.witness ||
    before.look !== after.look ||
    before.theme !== after.theme
  );
}
