import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { boxBetween } from '../model/handles.ts';
import type { ToolState } from './toolState.ts';

/** The boxes that move right now, where they are for the moment; the layer at rest leaves them out. */
export function movingBoxes(state: ToolState): ReadonlyMap<BoxId, Box> {
  if (state.tool !== 'select') return new Map();
  if (state.phase === 'resizing') return new Map([[state.id, state.to]]);
  if (state.phase !== 'moving') return new Map();
  return new Map([...state.from].map(([id, box]) => [id, [box[0] + state.by.x, box[1] + state.by.y, box[2], box[3]]]));
}

/** The box being drawn. */
export function draftBox(state: ToolState): Box | null {
  return state.tool === 'box' && (state.phase === 'dragging' || state.phase === 'clicked') ? boxBetween(state.start, state.end) : null;
}

export function marqueeBox(state: ToolState): Box | null {
  return state.tool === 'select' && state.phase === 'marquee' ? boxBetween(state.start, state.end) : null;
}
