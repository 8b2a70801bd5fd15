import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { enclosingBox, type PlacedBox } from '../../../shared/geometry/rotated.ts';
import { handlePoint, handles, turnHandleDistancePx, turnHandlePoint } from '../model/handles.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Guide } from '../model/snap.ts';
import { toScreen, type Point, type Viewport } from '../model/viewport.ts';
import type { CanvasTheme } from './canvasTheme.ts';

/** The part of a 2D context that Konva's own wrapper and a plain canvas share. */
export type Context2d = CanvasRenderingContext2D;

export interface BoxLook {
  colorOf(box: SceneBox): string;
  nameOf(box: SceneBox): string;
}

export interface RestInput {
  readonly boxes: readonly SceneBox[];
  readonly viewport: Viewport;
  readonly width: number;
  readonly height: number;
  readonly selected: ReadonlySet<BoxId>;
  /** Boxes that the live layer draws for the moment. */
  readonly moving: ReadonlyMap<BoxId, PlacedBox>;
  /** The boxes of a hit; while there are some, the rest steps back. */
  readonly witness: ReadonlySet<BoxId>;
  readonly look: BoxLook;
  readonly theme: CanvasTheme;
}

const lineWidth = 1.5;
const dash = [5, 4];
const noDash: number[] = [];
const tagHeight = 18;
/** Beyond this many boxes in view, tags are drawn for selected boxes and witnesses only. */
const maxTags = 250;
const minTaggedSidePx = 14;

/** All boxes at rest, in screen px. One call draws them all: a node a box would cost ten times as much (references: PERF 4). */
export function drawRest(context: Context2d, input: RestInput): void {
  const { boxes, viewport, witness, moving } = input;
  const visible = boxes.filter((box) => !moving.has(box.id) && isVisible(enclosingBox(box.bbox, box.angle), input));
  context.lineJoin = 'miter';
  for (const box of visible) {
    const isWitness = witness.has(box.id);
    context.globalAlpha = witness.size > 0 && !isWitness && !input.selected.has(box.id) ? 0.4 : 1;
    context.lineWidth = isWitness ? 2.5 : lineWidth;
    context.strokeStyle = input.look.colorOf(box);
    context.setLineDash(box.origin === 'model' ? dash : noDash);
    strokeBox(context, box, viewport);
    if (box.flags.includes('ignore') || box.flags.includes('crowd')) hatch(context, box, viewport);
  }
  context.globalAlpha = 1;
  context.setLineDash(noDash);
  drawTags(context, input, visible);
}

/** Small boxes first, so that the tag of a big one never hides a small one's. A tag that finds no room is left out. */
function drawTags(context: Context2d, input: RestInput, visible: readonly SceneBox[]): void {
  const { viewport, witness, selected } = input;
  const dense = visible.length > maxTags;
  const wanted = visible.filter((box) => {
    if (selected.has(box.id)) return true;
    if (witness.size > 0) return witness.has(box.id);
    return !dense && Math.max(box.bbox[2], box.bbox[3]) * viewport.scale >= minTaggedSidePx;
  });
  const taken: Rect[] = [];
  const rank = (box: SceneBox): number => (selected.has(box.id) ? 0 : witness.has(box.id) ? 1 : 2);
  for (const box of wanted.sort((a, b) => rank(a) - rank(b) || a.bbox[2] * a.bbox[3] - b.bbox[2] * b.bbox[3])) {
    const rect = placeTag(context, box, input, taken);
    if (!rect) continue;
    taken.push(rect);
    drawTag(context, rect, tagText(box, input.look), input.look.colorOf(box), input.theme);
  }
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Above the box where there is room, else below it, else inside its top edge. */
function placeTag(context: Context2d, box: SceneBox, input: RestInput, taken: readonly Rect[]): Rect | null {
  context.font = input.theme.font;
  const width = Math.ceil(context.measureText(tagText(box, input.look)).width) + 10;
  const { x, y } = toScreen(input.viewport, { x: box.bbox[0], y: box.bbox[1] });
  const left = Math.min(Math.max(x - lineWidth / 2, 0), Math.max(input.width - width, 0));
  const bottom = y + box.bbox[3] * input.viewport.scale;
  for (const top of [y - tagHeight - 1, bottom + 1, y + 1]) {
    const rect = { x: left, y: top, width, height: tagHeight };
    const inside = top >= 0 && top + tagHeight <= input.height;
    if (inside && !taken.some((other) => overlaps(rect, other))) return rect;
  }
  return input.selected.has(box.id) ? { x: left, y: Math.max(y - tagHeight - 1, 0), width, height: tagHeight } : null;
}

const overlaps = (a: Rect, b: Rect): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export function tagText(box: SceneBox, look: BoxLook): string {
  return box.score === null || box.origin !== 'model' ? look.nameOf(box) : `${look.nameOf(box)} ${box.score.toFixed(2).replace(/^0/, '')}`;
}

function drawTag(context: Context2d, rect: Rect, text: string, color: string, theme: CanvasTheme): void {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(rect.x, rect.y, rect.width, rect.height, 3);
  context.fill();
  context.fillStyle = theme.textOn(color);
  context.font = theme.font;
  context.textBaseline = 'middle';
  context.fillText(text, rect.x + 5, rect.y + rect.height / 2 + 0.5);
}

export interface LiveInput extends RestInput {
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
  /** 0 … 1, the one pulse of a witness pair that has just come into view. */
  readonly pulse: number;
}

/** What changes with the pointer: the selection's frame and handles, what is being drawn, marquee, crosshair. */
export function drawLive(context: Context2d, input: LiveInput): void {
  const { viewport, theme, selected, moving } = input;
  if (input.pulse > 0) drawPulse(context, input);
  if (input.hovered && !selected.has(input.hovered.id)) fillBox(context, input.hovered, viewport, input.look.colorOf(input.hovered), 0.14);
  const chosen = input.boxes.filter((box) => selected.has(box.id));
  for (const box of chosen) {
    const at = moving.get(box.id);
    const shown = at ? { ...box, ...at } : box;
    const color = input.look.colorOf(box);
    fillBox(context, shown, viewport, color, 0.12);
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
    const box = input.boxes.find((candidate) => candidate.id === id);
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
  for (const box of input.boxes) {
    if (!input.witness.has(box.id)) continue;
    const rect = screenRect(box.bbox, input.viewport);
    context.strokeStyle = input.look.colorOf(box);
    context.strokeRect(rect.x - grow, rect.y - grow, rect.width + 2 * grow, rect.height + 2 * grow);
  }
  context.globalAlpha = 1;
}

function drawHandles(context: Context2d, box: PlacedBox, viewport: Viewport, color: string, theme: CanvasTheme): void {
  const smallest = Math.min(box.bbox[2], box.bbox[3]) * viewport.scale;
  // Handles that would cover the box are drawn smaller, and at last at the corners alone.
  const size = smallest < 24 ? 5 : 8;
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

/** Light on dark on light, so that it can be seen on any photograph. */
function drawCrosshair(context: Context2d, at: { readonly x: number; readonly y: number }, { width, height }: LiveInput): void {
  const x = Math.round(at.x) + 0.5;
  const y = Math.round(at.y) + 0.5;
  context.setLineDash(noDash);
  for (const [color, line] of [
    ['rgba(0, 0, 0, 0.45)', 3],
    ['rgba(255, 255, 255, 0.85)', 1],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = line;
    context.beginPath();
    context.moveTo(x, 0);
    context.lineTo(x, height);
    context.moveTo(0, y);
    context.lineTo(width, y);
    context.stroke();
  }
}

export function screenRect(box: Box, viewport: Viewport): Rect {
  const { x, y } = toScreen(viewport, { x: box[0], y: box[1] });
  return { x, y, width: box[2] * viewport.scale, height: box[3] * viewport.scale };
}

function strokeBox(context: Context2d, box: PlacedBox, viewport: Viewport): void {
  const rect = screenRect(box.bbox, viewport);
  inFrameOf(context, box.angle, rect, () => context.strokeRect(rect.x, rect.y, rect.width, rect.height));
}

function fillBox(context: Context2d, box: PlacedBox, viewport: Viewport, color: string, alpha: number): void {
  const rect = screenRect(box.bbox, viewport);
  context.globalAlpha = alpha;
  context.fillStyle = color;
  inFrameOf(context, box.angle, rect, () => context.fillRect(rect.x, rect.y, rect.width, rect.height));
  context.globalAlpha = 1;
}

/** Draws as if the box were upright. */
function inFrameOf(context: Context2d, angle: number, rect: Rect, draw: () => void): void {
  if (angle === 0) return draw();
  const x = rect.x + rect.width / 2;
  const y = rect.y + rect.height / 2;
  context.save();
  context.translate(x, y);
  context.rotate((angle * Math.PI) / 180);
  context.translate(-x, -y);
  draw();
  context.restore();
}

/** Crowds and ignore regions are no objects: they are hatched, so that colour is not what tells them apart. */
function hatch(context: Context2d, box: PlacedBox, viewport: Viewport): void {
  const rect = screenRect(box.bbox, viewport);
  inFrameOf(context, box.angle, rect, () => hatchRect(context, rect));
}

function hatchRect(context: Context2d, rect: Rect): void {
  context.save();
  context.beginPath();
  context.rect(rect.x, rect.y, rect.width, rect.height);
  context.clip();
  context.lineWidth = 1;
  context.globalAlpha *= 0.5;
  context.setLineDash(noDash);
  context.beginPath();
  const step = 9;
  for (let offset = -rect.height; offset < rect.width; offset += step) {
    context.moveTo(rect.x + offset, rect.y + rect.height);
    context.lineTo(rect.x + offset + rect.height, rect.y);
  }
  context.stroke();
  context.restore();
}

function isVisible([x, y, w, h]: Box, { viewport, width, height }: RestInput): boolean {
  const left = x * viewport.scale + viewport.x;
  const top = y * viewport.scale + viewport.y;
  return left <= width && top <= height && left + w * viewport.scale >= 0 && top + h * viewport.scale >= 0;
}
