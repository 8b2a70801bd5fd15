import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Size } from '../../../shared/geometry/box.ts';
import { enclosingBox } from '../../../shared/geometry/rotated.ts';
import { boxIndex } from '../model/boxIndex.ts';
import { placeTags, plainRank, shortName, tagHeight, type PlacedTag, type TagWish } from '../model/placeTags.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Viewport } from '../model/viewport.ts';
import type { BoxLook, Context2d, Rect } from './boxLook.ts';
import { screenRect } from './boxShapes.ts';
import type { CanvasTheme } from './canvasTheme.ts';
import { regionIn } from './drawRest.ts';

export interface TagInput {
  readonly boxes: readonly SceneBox[];
  readonly imageSize: Size | null;
  readonly viewport: Viewport;
  readonly width: number;
  readonly height: number;
  readonly selected: ReadonlySet<BoxId>;
  readonly hovered: SceneBox | null;
  readonly witness: ReadonlySet<BoxId>;
  readonly moving: ReadonlyMap<BoxId, unknown>;
  readonly look: BoxLook;
  readonly theme: CanvasTheme;
}

const minTaggedSidePx = 14;
const paddingPx = 5;
/** A larger selection is named by the panel, not box by box. */
const maxSelectedTags = 30;
/** With about so many boxes in sight not even short tags have room. */
const crowdedFrom = 1_500;

/** Says the category of boxes beside them, as far as that leaves the photograph in sight (`placeTags`). Returns how many tags there are. */
export function drawTags(context: Context2d, input: TagInput): number {
  if (input.look.tags === 'none') return 0;
  context.font = input.theme.font;
  context.textBaseline = 'middle';
  const tags = placeTags(wishes(context, input), input, pictureArea(input));
  for (const tag of tags) drawTag(context, tag, input);
  return tags.length;
}

function wishes(context: Context2d, input: TagInput): readonly TagWish<SceneBox>[] {
  const { viewport, selected, hovered, witness, moving, look } = input;
  const onlySet = look.tags === 'chosen' || witness.size > 0;
  const setApart = selected.size <= maxSelectedTags ? selected : noIds;
  const found: TagWish<SceneBox>[] = [];
  for (const box of candidates(input, onlySet, setApart)) {
    if (moving.has(box.id)) continue;
    const rank = hovered?.id === box.id ? 0 : setApart.has(box.id) ? 1 : witness.has(box.id) ? 2 : plainRank;
    if (rank === plainRank && (onlySet || Math.max(box.bbox[2], box.bbox[3]) * viewport.scale < minTaggedSidePx)) continue;
    const full = tagText(box, look);
    const short = shortName(look.nameOf(box));
    found.push({
      box,
      ...screenRect(enclosingBox(box.bbox, box.angle), viewport),
      full,
      short,
      fullWidth: widthOf(context, full, input.theme),
      shortWidth: widthOf(context, short, input.theme),
      rank,
      score: box.origin === 'model' ? box.score : null,
    });
  }
  return found;
}

/** Boxes in sight; those set apart alone where no other will have a tag anyway. */
function candidates(input: TagInput, onlySet: boolean, setApart: ReadonlySet<BoxId>): readonly SceneBox[] {
  const region = regionIn(input.viewport, { x: 0, y: 0, width: input.width, height: input.height }, 0);
  const index = boxIndex(input.boxes);
  if (!onlySet && !index.moreThan(crowdedFrom, region)) return index.meeting(region);
  const ids = new Set([...(input.hovered ? [input.hovered.id] : []), ...setApart, ...input.witness]);
  return [...ids].flatMap((id) => index.byId(id) ?? []);
}

const noIds: ReadonlySet<BoxId> = new Set();

/** px² of the picture that the canvas shows. */
function pictureArea({ imageSize, viewport, width, height }: TagInput): number {
  if (!imageSize) return 0;
  const shown = (offset: number, side: number, room: number): number =>
    Math.max(Math.min(offset + side * viewport.scale, room) - Math.max(offset, 0), 0);
  return shown(viewport.x, imageSize.width, width) * shown(viewport.y, imageSize.height, height);
}

/** Widths by text; a new theme brings a new font, and new widths. */
const widths = new WeakMap<CanvasTheme, Map<string, number>>();

function widthOf(context: Context2d, text: string, theme: CanvasTheme): number {
  let known = widths.get(theme);
  if (!known) widths.set(theme, (known = new Map<string, number>()));
  let width = known.get(text);
  if (width === undefined) {
    width = Math.ceil(context.measureText(text).width) + 2 * paddingPx;
    known.set(text, width);
  }
  return width;
}

function tagText(box: SceneBox, look: BoxLook): string {
  return box.score === null || box.origin !== 'model' ? look.tagOf(box) : `${look.tagOf(box)} ${box.score.toFixed(2).replace(/^0/, '')}`;
}

function drawTag(context: Context2d, tag: PlacedTag<SceneBox> & Rect, { look, theme }: TagInput): void {
  const color = look.colorOf(tag.box);
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(tag.x, tag.y, tag.width, tagHeight, 3);
  context.fill();
  context.fillStyle = theme.textOn(color);
  context.fillText(tag.text, tag.x + paddingPx, tag.y + tagHeight / 2 + 0.5);
}
