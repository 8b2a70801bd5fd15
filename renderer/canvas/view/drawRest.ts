import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { boxIndex } from '../model/boxIndex.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import { toImage, type Viewport } from '../model/viewport.ts';
import type { BoxLook, Context2d, Rect } from './boxLook.ts';
import { fillBox, hatch, noDash, screenRect, strokeBox } from './boxShapes.ts';

export interface RestInput {
  readonly boxes: readonly SceneBox[];
  readonly viewport: Viewport;
  /** Boxes that the live layer draws for the moment. */
  readonly moving: ReadonlyMap<BoxId, unknown>;
  /** The boxes of a hit; while there are some, the rest steps back. */
  readonly witness: ReadonlySet<BoxId>;
  readonly look: BoxLook;
}

const witnessLineWidth = 2.5;
const dash = [5, 4];
/** A box this small on the screen (CSS px, longer side) is a dot: its outline would be one anyway. */
const dotPx = 3;

/** The boxes at rest that meet a part of the canvas, in screen px. One call draws them all: a node a box would cost ten times as much. */
export function drawRest(context: Context2d, input: RestInput, part: Rect): void {
  const { viewport, witness, moving, look } = input;
  context.lineJoin = 'miter';
  context.setLineDash(noDash);
  let dashed = false;
  const margin = Math.max(look.lineWidth, witnessLineWidth);
  for (const box of boxIndex(input.boxes).meeting(regionIn(viewport, part, margin))) {
    if (moving.has(box.id)) continue;
    const isWitness = witness.has(box.id);
    const color = look.colorOf(box);
    context.globalAlpha = look.opacity * (witness.size > 0 && !isWitness ? 0.4 : 1);
    if (Math.max(box.bbox[2], box.bbox[3]) * viewport.scale <= dotPx) {
      const { x, y } = screenRect(box.bbox, viewport);
      context.fillStyle = color;
      context.fillRect(Math.round(x), Math.round(y), 2, 2);
      continue;
    }
    if (look.fill > 0) fillBox(context, box, viewport, color, look.fill);
    context.lineWidth = isWitness ? witnessLineWidth : look.lineWidth;
    context.strokeStyle = color;
    if (dashed !== (box.origin === 'model')) {
      dashed = !dashed;
      context.setLineDash(dashed ? dash : noDash);
    }
    strokeBox(context, box, viewport);
    if (box.flags.includes('ignore') || box.flags.includes('crowd')) {
      hatch(context, box, viewport);
      if (dashed) context.setLineDash(dash);
    }
  }
  context.globalAlpha = 1;
  context.setLineDash(noDash);
}

/** The part of the image (image px) below a part of the canvas and `margin` CSS px around it. */
export function regionIn(viewport: Viewport, part: Rect, margin: number): Box {
  const { x, y } = toImage(viewport, { x: part.x - margin, y: part.y - margin });
  return [x, y, (part.width + 2 * margin) / viewport.scale, (part.height + 2 * margin) / viewport.scale];
}
