import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { enclosingBox, type PlacedBox } from '../../../shared/geometry/rotated.ts';
import { boxIndex } from '../model/boxIndex.ts';
import { handlePoint, handles, turnHandleDistancePx, turnHandlePoint } from '../model/handles.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Guide } from '../model/snap.ts';
import { toScreen, type Point, type Viewport } from '../model/viewport.ts';
import type { BoxLook, CanvasAids, Context2d, Rect } from './boxLook.ts';
import { fillBox, noDash, screenRect, strokeBox } from './boxShapes.ts';
import type { CanvasTheme } from './canvasTheme.ts';

export interface LiveInput {
  readonly boxes: readonly SceneBox[];
  readonly viewport: Viewport;
  readonly width: number;
  readonly height: number;
  readonly selected: ReadonlySet<BoxId>;
  /** Where the boxes are that a gesture moves. */
  readonly moving: ReadonlyMap<BoxId, PlacedBox>;
  readonly witness: ReadonlySet<BoxId>;
  readonly look: BoxLook;
  readonly theme: CanvasTheme;
  readonly draft: Box | null;
  /** Extreme points that are set. */
  readonly points: readonly Point[];
  /** Edges of neighbours that the gesture sticks to. */
  readonly guides: readonly Guide[];
  readonly draftColor: string;
  readonly marquee: Box | null;
  readonly hovered: SceneBox | null;
  /** Screen px; null where no crosshair is wanted. */
  readonly crosshair: { readonly x: number; readonly y: number } | null;
  readonly aids: CanvasAids;
  /** 0 … 1, the one pulse of a witness pair that has just come into view. */
  readonly pulse: number;
}

const lineWidth = 1.5;
/** With more boxes selected than this, their inside stays clear: it would cost more than it says. */
const maxFilled = 200;

/** What changes with the pointer: the selection's frame and handles, what is being drawn, marquee, crosshair. */
export function drawLive(context: Context2d, input: LiveInput): void {
  const { viewport, theme, selected, moving } = input;
  if (input.pulse > 0) drawPulse(context, input);
  if (input.hovered && !selected.has(input.hovered.id)) fillBox(context, input.hovered, viewport, input.look.colorOf(input.hovered), 0.14);
  const { byId } = boxIndex(input.boxes);
  const chosen = [...selected].flatMap((id) => byId(id) ?? []);
  for (const box of chosen) {
    const at = moving.get(box.id);
    const shown = at ? { ...box, ...at } : box;
    const color = input.look.colorOf(box);
    if (chosen.length <= maxFilled) fillBox(context, shown, viewport, color, 0.12);
    context.setLineDash(noDash);
    context.strokeStyle = color;
    context.lineWidth = 2;
    strokeBox(context, shown, viewport);
    if (chosen.length === 1) {
      if (!box.readOnly) drawHandles(context, shown, viewport, color, theme);
      drawSize(context, shown, input);
    }
  }
  for (const [id, at] of moving) {
    if (selected.has(id)) continue;
    const box = byId(id);
    if (box) strokeBox(context, { ...box, ...at }, viewport);
  }
  if (input.draft) {
    context.strokeStyle = input.draftColor;
    context.lineWidth = lineWidth;
    context.setLineDash(noDash);
    const rect = screenRect(input.draft, viewport);
    context.globalAlpha = 0.12;
    context.fillStyle = input.draftColor;
    context.fillRect(rect.x, rect.y, rect.width, rect.height);
    context.globalAlpha = 1;
    context.strokeRect(rect.x, rect.y, rect.width, rect.height);
    drawSize(context, { bbox: input.draft, angle: 0 }, input);
  }
  drawPoints(context, input.points, viewport, input.draftColor, theme);
  drawGuides(context, input.guides, viewport, theme);
  if (input.marquee) drawMarquee(context, screenRect(input.marquee, viewport), theme);
  if (input.crosshair) drawCrosshair(context, input.crosshair, input);
}

function drawPulse(context: Context2d, input: LiveInput): void {
  context.setLineDash(noDash);
  context.globalAlpha = 1 - input.pulse;
  context.lineWidth = 3;
  const grow = 4 + input.pulse * 14;
  for (const id of input.witness) {
    const box = boxIndex(input.boxes).byId(id);
    if (!box) continue;
    const rect = screenRect(box.bbox, input.viewport);
    context.strokeStyle = input.look.colorOf(box);
    context.strokeRect(rect.x - grow, rect.y - grow, rect.width + 2 * grow, rect.height + 2 * grow);
  }
  context.globalAlpha = 1;
}

function drawHandles(context: Context2d, box: PlacedBox, viewport: Viewport, color: string, theme: CanvasTheme): void {
  const smallest = Math.min(box.bbox[2], box.bbox[3]) * viewport.scale;
  // Handles that would cover the box are drawn smaller, and at last at the corners alone.
  const size = theme.coarse ? 16 : smallest < 24 ? 5 : 8;
  context.lineWidth = 1.5;
  context.fillStyle = theme.handle;
  context.strokeStyle = color;
  for (const handle of handles) {
    if (smallest < 24 && handle.length === 1) continue;
    const at = toScreen(viewport, handlePoint(box.bbox, handle, box.angle));
    context.beginPath();
    context.roundRect(at.x - size / 2, at.y - size / 2, size, size, 1.5);
    context.fill();
    context.stroke();
  }
  const at = toScreen(viewport, turnHandlePoint(box, turnHandleDistancePx / viewport.scale));
  const foot = toScreen(viewport, handlePoint(box.bbox, 'n', box.angle));
  context.beginPath();
  context.moveTo(foot.x, foot.y);
  context.lineTo(at.x, at.y);
  context.stroke();
  context.beginPath();
  context.arc(at.x, at.y, 4, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** Where the gesture sticks to a neighbour, so that one sees why the edge does not follow the pointer. */
function drawGuides(context: Context2d, guides: readonly Guide[], viewport: Viewport, theme: CanvasTheme): void {
  context.setLineDash(noDash);
  context.lineWidth = 1;
  context.strokeStyle = theme.accent;
  for (const { axis, at, from, to } of guides) {
    const [a, b] = [from, to].map((along) => toScreen(viewport, axis === 'x' ? { x: at, y: along } : { x: along, y: at }));
    if (!a || !b) continue;
    context.beginPath();
    context.moveTo(Math.round(a.x) + 0.5, Math.round(a.y) + 0.5);
    context.lineTo(Math.round(b.x) + 0.5, Math.round(b.y) + 0.5);
    context.stroke();
  }
}

function drawPoints(context: Context2d, points: readonly Point[], viewport: Viewport, color: string, theme: CanvasTheme): void {
  for (const point of points) {
    const at = toScreen(viewport, point);
    context.fillStyle = theme.handle;
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(at.x, at.y, 4, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

function drawSize(context: Context2d, { bbox, angle }: PlacedBox, { viewport, theme, height }: LiveInput): void {
  const text = `${Math.round(bbox[2])} × ${Math.round(bbox[3])} px${angle === 0 ? '' : ` · ${Math.round(angle * 10) / 10}°`}`;
  context.font = theme.font;
  context.textBaseline = 'middle';
  const width = context.measureText(text).width;
  const rect = screenRect(enclosingBox(bbox, angle), viewport);
  const below = rect.y + rect.height + 14;
  const y = below + 8 > height ? Math.max(rect.y - 30, 10) : below;
  const x = rect.x + rect.width / 2 - width / 2;
  context.fillStyle = theme.shade;
  context.beginPath();
  context.roundRect(x - 5, y - 9, width + 10, 18, 3);
  context.fill();
  context.fillStyle = theme.onShade;
  context.fillText(text, x, y + 0.5);
}

function drawMarquee(context: Context2d, rect: Rect, theme: CanvasTheme): void {
  context.setLineDash(noDash);
  context.lineWidth = 1;
  context.strokeStyle = theme.accent;
  context.fillStyle = theme.accent;
  context.globalAlpha = 0.12;
  context.fillRect(rect.x, rect.y, rect.width, rect.height);
  context.globalAlpha = 1;
  context.strokeRect(Math.round(rect.x) + 0.5, Math.round(rect.y) + 0.5, Math.round(rect.width), Math.round(rect.height));
}

/** CSS px around the pointer that the crosshair leaves clear in the style that does. */
const crosshairGap = 14;

/** Light on dark on light, so that it can be seen on any photograph. */
function drawCrosshair(context: Context2d, at: { readonly x: number; readonly y: number }, { width, height, aids }: LiveInput): void {
  const x = Math.round(at.x) + 0.5;
  const y = Math.round(at.y) + 0.5;
  const gap = aids.crosshairStyle === 'gap' ? crosshairGap : 0;
  context.setLineDash(noDash);
  for (const [color, line] of [
    ['rgba(0, 0, 0, 0.45)', 3],
    ['rgba(255, 255, 255, 0.85)', 1],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, y - gap);
    context.moveTo(x, y + gap);
    context.lineTo(x, height);
    context.moveTo(0, y);
    context.lineTo(x - gap, y);
    context.moveTo(x + gap, y);
    context.lineTo(width, y);
    context.stroke();
  }
}
