import type { Box } from '../../../shared/geometry/box.ts';
import type { ThumbBox } from './frameCache.ts';

export interface ThumbScene {
  readonly boxes: readonly ThumbBox[];
  readonly witness: readonly { readonly id: number; readonly box: Box }[];
  /** The part of the frame in view, px of the upright image. */
  readonly crop: Box;
  readonly colorOf: (category: number) => string;
  readonly nameOf: (category: number) => string;
  /** Tags on the pair, the rest stepped back: under the pointer. */
  readonly focused: boolean;
  readonly dashed: (box: ThumbBox) => boolean;
}

/** Draws the boxes of a thumbnail. `width` and `height` in CSS px. A dark line under each coloured one keeps it visible on every photograph. */
export function drawThumb(canvas: HTMLCanvasElement, width: number, height: number, scene: ThumbScene): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  const k = width / scene.crop[2];
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const pair = new Map(scene.witness.map((witness) => [witness.id, witness.box]));
  const drawn = new Set<number>();
  const tags: Box[] = [];
  const ordered = [...scene.boxes].sort((a, b) => Number(pair.has(a.id)) - Number(pair.has(b.id)));
  const rect = ([x, y, w, h]: Box): Box => [(x - scene.crop[0]) * k, (y - scene.crop[1]) * k, w * k, h * k];
  for (const item of ordered) {
    const on = pair.has(item.id);
    drawn.add(item.id);
    context.globalAlpha = pair.size === 0 || on ? 1 : scene.focused ? 0.3 : 0.6;
    const dashes = width >= 320 && scene.dashed(item) ? [5, 4] : [];
    stroke(context, rect(item.box), scene.colorOf(item.category), dashes, scene.focused && on);
    if (scene.focused && on) {
      const text = label(scene.nameOf(item.category), item.score);
      context.font = '600 11px "Pretendard Variable", sans-serif';
      const place = placeTag(rect(item.box), context.measureText(text).width + 7, [width, height], tags);
      tags.push(place);
      tag(context, place, scene.colorOf(item.category), text);
    }
  }
  context.globalAlpha = 1;
  // A witness of another source than the one drawn is still shown: it is the reason the frame is here.
  for (const [id, box] of pair) if (!drawn.has(id)) stroke(context, rect(box), '#ffffff', [], false);
}

function stroke(context: CanvasRenderingContext2D, [x, y, w, h]: Box, color: string, dashes: number[], filled: boolean): void {
  if (filled) {
    const alpha = context.globalAlpha;
    context.globalAlpha = 0.12;
    context.fillStyle = color;
    context.fillRect(x, y, w, h);
    context.globalAlpha = alpha;
  }
  context.setLineDash([]);
  context.strokeStyle = 'rgb(0 0 0 / 0.4)';
  context.lineWidth = 2.75;
  context.strokeRect(x, y, w, h);
  context.setLineDash(dashes);
  context.strokeStyle = color;
  context.lineWidth = 1.25;
  context.strokeRect(x, y, w, h);
}

function label(name: string, score: number): string {
  return Number.isNaN(score) ? name : `${name} ${score.toFixed(2).replace(/^0/, '')}`;
}

const tagHeight = 15.5;

/** Above its box; below it where another tag is in the way, as with two boxes of nearly the same place; then inside. */
export function placeTag([x, y, , h]: Box, tagWidth: number, [width, height]: readonly [number, number], taken: readonly Box[]): Box {
  const left = Math.max(0, Math.min(x - 0.6, width - tagWidth));
  const at = (top: number): Box => [left, Math.max(0, Math.min(top, height - tagHeight)), tagWidth, tagHeight];
  const places = [at(y - 16), at(y + h + 1), at(y + 1)];
  const isFree = ([, top]: Box): boolean =>
    taken.every(([l, t, w]) => left >= l + w || l >= left + tagWidth || Math.abs(top - t) >= tagHeight);
  return places.find(isFree) ?? at(y - 16);
}

function tag(context: CanvasRenderingContext2D, [left, top, w, h]: Box, color: string, text: string): void {
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(left, top, w, h, 2.5);
  context.fill();
  context.fillStyle = '#101010';
  context.fillText(text, left + 3.5, top + 11.4);
}
