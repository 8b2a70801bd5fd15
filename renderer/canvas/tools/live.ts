import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import type { PlacedBox } from '../../../shared/geometry/rotated.ts';
import { boxAround, boxBetween } from '../model/handles.ts';
import type { Guide } from '../model/snap.ts';
import type { Point } from '../model/viewport.ts';
import type { ToolState } from './toolState.ts';

const none: ReadonlyMap<BoxId, PlacedBox> = new Map();

/** The boxes that move right now, where they are for the moment; the layer at rest leaves them out. */
export function movingBoxes(state: ToolState): ReadonlyMap<BoxId, PlacedBox> {
  if (state.tool !== 'select') return none;
  if (state.phase === 'resizing' || state.phase === 'turning') return new Map([[state.id, state.to]]);
  if (state.phase !== 'moving') return none;
  const { by } = state;
  return new Map([...state.from].map(([id, { bbox, angle }]) => [id, { bbox: [bbox[0] + by.x, bbox[1] + by.y, bbox[2], bbox[3]], angle }]));
}

/** The box being drawn. */
export function draftBox(state: ToolState): Box | null {
  if (state.tool === 'extreme') return state.phase === 'points' ? boxAround([...state.points, state.end]) : null;
  return state.tool === 'box' && (state.phase === 'dragging' || state.phase === 'clicked') ? boxBetween(state.start, state.end) : null;
}

/** The extreme points that are set. */
export function draftPoints(state: ToolState): readonly Point[] {
  return state.tool === 'extreme' && state.phase === 'points' ? state.points : [];
}

export function marqueeBox(state: ToolState): Box | null {
  return state.tool === 'select' && state.phase === 'marquee' ? boxBetween(state.start, state.end) : null;
}

/** The neighbours' edges that the gesture sticks to. */
export function guidesOf(state: ToolState): readonly Guide[] {
  return 'guides' in state ? state.guides : [];
}
