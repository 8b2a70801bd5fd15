import { clip } from '../../../shared/geometry/box.ts';
import { boxAround, boxBetween, minSidePx, roundBox } from '../model/handles.ts';
import { snapEdges, snapTo, type Guide, type SnapEdges } from '../model/snap.ts';
import type { Point } from '../model/viewport.ts';
import { dragThresholdPx, snapDistance, travel } from './reach.ts';
import { type PointerInput, stay, type Step, type ToolContext } from './gesture.ts';
import { idle, type DrawTool, type ToolState } from './toolState.ts';

/** Draws by drag or by two clicks, whichever the hand does; over other boxes without grabbing them. */
export function boxStep(state: ToolState & { tool: 'box' }, input: PointerInput, context: ToolContext): Step {
  if (state.phase === 'idle') {
    if (input.type !== 'down' || input.button !== 'primary' || context.readOnly) return stay(state);
    const edges = snapEdges(context.boxes, new Set(), context.image);
    const { point, guides } = snapped(input.point, input.point, edges, input, context);
    return stay({ tool: 'box', phase: 'pressed', start: point, edges, guides });
  }
  const { point: end, guides } = snapped(input.point, state.start, state.edges, input, context);
  switch (state.phase) {
    case 'pressed':
      if (input.type === 'up') return stay({ ...state, phase: 'clicked', end, guides });
      return input.type === 'move' && travel(state.start, input.point, context) >= dragThresholdPx
        ? stay({ ...state, phase: 'dragging', end, guides })
        : stay(state);
    case 'dragging':
      return input.type === 'up' ? finish('box', [state.start, end], context) : stay({ ...state, end, guides });
    case 'clicked':
      if (input.type === 'move') return stay({ ...state, end, guides });
      if (input.type === 'down' && input.button === 'secondary') return stay(idle('box'));
      return input.type === 'down' && input.button === 'primary' ? finish('box', [state.start, end], context) : stay(state);
  }
}

/** Draws by a click on each of the object's four outermost points, in any order. */
export function extremeStep(state: ToolState & { tool: 'extreme' }, input: PointerInput, context: ToolContext): Step {
  const points = state.phase === 'points' ? state.points : [];
  if (input.type === 'down' && input.button === 'secondary') return stay(idle('extreme'));
  if (input.type === 'down' && input.button === 'primary' && !context.readOnly) {
    const more = [...points, input.point];
    return more.length === 4
      ? finish('extreme', more, context)
      : stay({ tool: 'extreme', phase: 'points', points: more, end: input.point });
  }
  return state.phase === 'points' && input.type === 'move' ? stay({ ...state, end: input.point }) : stay(state);
}

/** A box may start or end outside the image: what lies inside counts. Slips of the hand make nothing. */
function finish(tool: DrawTool, points: readonly Point[], context: ToolContext): Step {
  const around = tool === 'box' ? boxBetween(points[0] as Point, points[1] as Point) : boxAround(points);
  const bbox = roundBox(clip(around as NonNullable<typeof around>, context.image));
  const large = bbox[2] >= minSidePx && bbox[3] >= minSidePx;
  return { state: idle(tool), effects: large ? [{ kind: 'create', bbox }] : [] };
}

/** The corner that is set, on the edges of neighbours where they are near. */
function snapped(
  point: Point,
  other: Point,
  edges: SnapEdges,
  input: PointerInput,
  context: ToolContext,
): { readonly point: Point; readonly guides: readonly Guide[] } {
  const distance = snapDistance(input, context);
  if (distance === null) return { point, guides: [] };
  const x = snapTo(edges, 'x', [point.x], Math.min(point.y, other.y), Math.max(point.y, other.y), distance);
  const y = snapTo(edges, 'y', [point.y], Math.min(point.x, other.x), Math.max(point.x, other.x), distance);
  return {
    point: { x: point.x + x.by, y: point.y + y.by },
    guides: [x.guide, y.guide].filter((guide) => guide !== null),
  };
}
