import Konva from 'konva';
import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Size } from '../../../shared/geometry/box.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Viewport } from '../model/viewport.ts';
import { draftBox, draftPoints, guidesOf, marqueeBox, movingBoxes } from '../tools/live.ts';
import type { ToolState } from '../tools/toolState.ts';
import type { CanvasTheme } from './canvasTheme.ts';
import type { BoxLook, CanvasAids, Context2d } from './boxLook.ts';
import { drawLive, type LiveInput } from './drawLive.ts';
import { drawRest } from './drawRest.ts';
import { drawTags } from './drawTags.ts';
import { drawPixelGrid } from './drawPixelGrid.ts';
import { createImageLevels, type ImageLevels } from './imageLevels.ts';
import { contextOf, createPannedLayer, snapped } from './pannedLayer.ts';

/** All that the canvas shows. Parts that keep their identity are not drawn again. */
export interface CanvasScene {
  readonly image: ImageBitmap | null;
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
  readonly aids: CanvasAids;
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
/** What the layers draw: the scene, and what follows from it. */
interface Drawn extends CanvasScene, LiveInput {
  /** As the scene has it, before its offsets were put on device px. */
  readonly exact: Viewport;
}

/**
 * Three layers: the image with the boxes at rest, whose picture is kept while the view is panned and while something moves above it;
 * tags; and what lives (selection, gesture, crosshair). Konva gives stage, layers and pixel ratio; hit testing is our own, so nothing
 * here listens.
 */
export function createCanvasView(container: HTMLDivElement, size: Size): CanvasView {
  const stage = new Konva.Stage({ container, width: size.width, height: size.height, listening: false });
  let scene: CanvasScene | null = null;
  let drawn: Drawn | null = null;
  let levels: ImageLevels | null = null;
  let levelsOf: ImageBitmap | null = null;
  let newLevel = false;
  let resized = false;
  let frame = 0;
  let pulseStart: number | null = null;

  const sceneLayer = createPannedLayer(addLayer(), (context, part) => {
    if (!drawn) return;
    drawImage(context, drawn);
    if (drawn.aids.pixelGrid && drawn.imageSize) drawPixelGrid(context, drawn.imageSize, drawn.viewport, part);
    drawRest(context, drawn, part);
  });
  const tagLayer = addShape((context) => drawn !== null && drawTags(context, drawn) > 0);
  const liveLayer = addShape((context) => {
    if (!drawn || !isAlive(drawn)) return false;
    drawLive(context, drawn);
    return true;
  });

  const ratio = (): number => stage.getLayers()[0]?.getCanvas().getPixelRatio() ?? 1;

  function addLayer(): Konva.Layer {
    const layer = new Konva.Layer({ listening: false });
    stage.add(layer);
    return layer;
  }

  /** `draw` returns whether it drew anything. A layer that is and stays empty is left alone: the browser would show it anew each time. */
  function addShape(draw: (context: Context2d) => boolean): { draw(): void } {
    const layer = addLayer();
    const context = contextOf(layer);
    let empty = true;
    return {
      draw() {
        const ratio = layer.getCanvas().getPixelRatio();
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        if (!empty) context.clearRect(0, 0, stage.width(), stage.height());
        empty = !draw(context);
      },
    };
  }

  function drawImage(context: Context2d, { image, imageSize, viewport }: Drawn): void {
    if (!image || !imageSize || !levels) return;
    context.imageSmoothingEnabled = viewport.scale < pixelatedFrom;
    context.imageSmoothingQuality = 'low';
    const source = levels.at(viewport.scale * ratio());
    context.drawImage(source, viewport.x, viewport.y, imageSize.width * viewport.scale, imageSize.height * viewport.scale);
  }

  function derive(current: CanvasScene): Drawn {
    return {
      ...current,
      exact: current.viewport,
      viewport: drawn?.exact === current.viewport ? drawn.viewport : snapped(current.viewport, ratio()),
      width: stage.width(),
      height: stage.height(),
      moving: drawn?.tool === current.tool ? drawn.moving : movingBoxes(current.tool),
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
    const before = resized ? null : drawn;
    resized = false;
    drawn = derive(scene);
    const { viewport } = drawn;
    if (levelsOf !== drawn.image) {
      levels?.close();
      levelsOf = drawn.image;
      levels =
        drawn.image &&
        createImageLevels(drawn.image, () => {
          newLevel = true;
          schedule();
        });
    }
    const restChanged = !before || changedAtRest(before, drawn);
    sceneLayer.show(viewport, restChanged || newLevel || before.image !== drawn.image);
    newLevel = false;
    if (restChanged || before.viewport !== viewport || before.selected !== drawn.selected || before.hovered !== drawn.hovered)
      tagLayer.draw();
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
      sceneLayer.forget();
      resized = true;
      schedule();
    },
    pulse() {
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      pulseStart = performance.now();
      schedule();
    },
    destroy() {
      cancelAnimationFrame(frame);
      levels?.close();
      stage.destroy();
    },
  };
}

/** Whether anything lies on the layer that follows the pointer. */
function isAlive({ selected, moving, hovered, draft, points, guides, marquee, crosshair, pulse }: Drawn): boolean {
  return (
    selected.size + moving.size + points.length + guides.length > 0 ||
    [hovered, draft, marquee, crosshair].some((part) => part !== null) ||
    pulse > 0
  );
}

/** The layer at rest leaves out what moves, so it changes when a gesture begins or ends, not while it lasts. */
function changedAtRest(before: Drawn, after: Drawn): boolean {
  const sameMoving = before.moving.size === after.moving.size && [...before.moving.keys()].every((id) => after.moving.has(id));
  return (
    !sameMoving ||
    before.boxes !== after.boxes ||
    before.witness !== after.witness ||
    before.look !== after.look ||
    before.aids.pixelGrid !== after.aids.pixelGrid ||
    before.theme !== after.theme
  );
}
