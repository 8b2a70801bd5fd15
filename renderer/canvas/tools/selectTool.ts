import type { BoxId } from '../../../shared/domain/ids.ts';
import { centerOf, type PlacedBox } from '../../../shared/geometry/rotated.ts';
import {
  boundsOf,
  boxBetween,
  clampMove,
  handlePoint,
  resize,
  roundAngle,
  roundBox,
  turnHandleDistancePx,
  type Handle,
} from '../model/handles.ts';
import { boxesInside, hitTest } from '../model/hitTest.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import { snapBox, snapEdges, snapTo, type Guide, type SnapEdges } from '../model/snap.ts';
import type { Point } from '../model/viewport.ts';
import { dragThresholdPx, hitTolerance, snapDistance, travel } from './reach.ts';
import { type BoxEdit, type PointerInput, stay, type Step, type ToolContext, type ToolEffect } from './gesture.ts';
import { idle, type ToolState } from './toolState.ts';

type Select = ToolState & { tool: 'select' };

/** With Shift a box turns in steps of this many degrees. */
const turnStep = 15;

/** Selects, moves, resizes and turns boxes; over empty image it gathers them in a marquee. */
export function selectStep(state: Select, input: PointerInput, context: ToolContext): Step {
  switch (state.phase) {
    case 'idle':
      return input.type === 'down' && input.button === 'primary' ? press(input, context) : stay(state);
    case 'pressed':
      return fromPress(state, input, context);
    case 'moving': {
      const { by, guides } = moveBy(state, input, context);
      if (input.type !== 'up') return stay({ ...state, by, guides });
      const boxes = [...state.from].map(([id, { bbox }]): BoxEdit => ({
        id,
        bbox: roundBox([bbox[0] + by.x, bbox[1] + by.y, bbox[2], bbox[3]]),
      }));
      return { state: idle('select'), effects: by.x === 0 && by.y === 0 ? [] : [{ kind: 'setBoxes', boxes }] };
    }
    case 'resizing': {
      const { by, guides } = edgeBy(state, input, context);
      const to = { bbox: resize(state.from, state.handle, by.x, by.y, context.image), angle: state.from.angle };
      if (input.type !== 'up') return stay({ ...state, to, guides });
      const unchanged = input.point.x === state.start.x && input.point.y === state.start.y;
      return {
        state: idle('select'),
        effects: unchanged ? [] : [{ kind: 'setBoxes', boxes: [{ id: state.id, bbox: roundBox(to.bbox) }] }],
      };
    }
    case 'turning': {
      const turned = state.from.angle + pointerAngle(state.from, input.point) - state.startAngle;
      const angle = roundAngle(input.shift ? Math.round(turned / turnStep) * turnStep : turned);
      if (input.type !== 'up') return stay({ ...state, to: { ...state.from, angle } });
      return {
        state: idle('select'),
        effects: angle === roundAngle(state.from.angle) ? [] : [{ kind: 'setBoxes', boxes: [{ id: state.id, angle }] }],
      };
    }
    case 'marquee': {
      const inside = boxesInside(context.boxes, boxBetween(state.start, input.point)).map((box) => box.id);
      const effects: ToolEffect[] = [{ kind: 'select', ids: [...new Set([...state.keep, ...inside])] }];
      return input.type === 'up' ? { state: idle('select'), effects } : { state: { ...state, end: input.point }, effects };
    }
  }
}

function press(input: PointerInput, context: ToolContext): Step {
  const hit = hitTest(
    context.boxes,
    context.selected,
    input.point,
    hitTolerance(input, context.scale),
    turnHandleDistancePx / context.scale,
  );
  if (!hit) return marquee(input.point, input.shift ? context.selected : new Set(), input);
  const box = context.boxes.find((candidate) => candidate.id === hit.id);
  if (hit.kind !== 'box') {
    if (!box || context.readOnly) return stay(idle('select'));
    const from = { bbox: box.bbox, angle: box.angle };
    if (hit.kind === 'turn') {
      return stay({ tool: 'select', phase: 'turning', id: hit.id, startAngle: pointerAngle(from, input.point), from, to: from });
    }
    return stay(resizing(box, hit.handle, input.point, context));
  }
  if (input.shift || input.ctrl) {
    const ids = new Set(context.selected);
    if (!ids.delete(hit.id)) ids.add(hit.id);
    return { state: idle('select'), effects: [{ kind: 'select', ids: [...ids] }] };
  }
  const already = context.selected.has(hit.id);
  return {
    state: {
      tool: 'select',
      phase: 'pressed',
      start: input.point,
      id: hit.id,
      collapse: already && context.selected.size > 1,
      corner: input.touch ? null : hit.corner,
    },
    effects: already ? [] : [{ kind: 'select', ids: [hit.id] }],
  };
}

function fromPress(state: Select & { phase: 'pressed' }, input: PointerInput, context: ToolContext): Step {
  if (input.type === 'up') {
    // A click on one of several selected boxes narrows the selection to it; a drag would have moved them all.
    return { state: idle('select'), effects: state.collapse ? [{ kind: 'select', ids: [state.id] }] : [] };
  }
  if (input.type !== 'move' || travel(state.start, input.point, context) < dragThresholdPx) return stay(state);
  const held = state.corner === null || context.readOnly ? undefined : context.boxes.find((box) => box.id === state.id);
  if (state.corner && held) return selectStep(resizing(held, state.corner, state.start, context), input, context);
  const from = new Map<BoxId, PlacedBox>();
  if (!context.readOnly) {
    for (const { id, bbox, angle, readOnly } of context.boxes) if (context.selected.has(id) && !readOnly) from.set(id, { bbox, angle });
  }
  // What cannot be moved is no obstacle: a drag over it gathers boxes.
  if (from.size === 0) return marquee(state.start, new Set(), input);
  const edges = snapEdges(context.boxes, new Set(from.keys()), context.image);
  const moving = { tool: 'select', phase: 'moving', start: state.start, from, by: { x: 0, y: 0 }, edges, guides: [] } as const;
  return stay({ ...moving, ...moveBy(moving, input, context) });
}

function resizing(box: SceneBox, handle: Handle, start: Point, context: ToolContext): Select & { phase: 'resizing' } {
  const from = { bbox: box.bbox, angle: box.angle };
  const edges = snapEdges(context.boxes, new Set([box.id]), context.image);
  return { tool: 'select', phase: 'resizing', start, id: box.id, handle, from, to: from, edges, guides: [] };
}

function marquee(start: Point, kept: ReadonlySet<BoxId>, input: PointerInput): Step {
  const keep: ReadonlySet<BoxId> = new Set(kept);
  return { state: { tool: 'select', phase: 'marquee', start, end: input.point, keep }, effects: [{ kind: 'select', ids: [...keep] }] };
}

interface Way {
  readonly by: Point;
  readonly guides: readonly Guide[];
}

const unsnapped = (by: Point): Way => ({ by, guides: [] });

/** Shift keeps the move to the longer axis. */
function moveBy(
  { start, from, edges }: { readonly start: Point; readonly from: ReadonlyMap<BoxId, PlacedBox>; readonly edges: SnapEdges },
  input: PointerInput,
  context: ToolContext,
): Way {
  let dx = input.point.x - start.x;
  let dy = input.point.y - start.y;
  const alongY = input.shift && Math.abs(dx) < Math.abs(dy);
  const alongX = input.shift && !alongY;
  if (alongX) dy = 0;
  if (alongY) dx = 0;
  const boxes = [...from.values()];
  const by = clampMove(boxes, dx, dy, context.image);
  const distance = snapDistance(input, context);
  if (distance === null) return unsnapped(by);
  const [x, y, w, h] = boundsOf(boxes);
  const snapped = snapBox(edges, [x + by.x, y + by.y, w, h], distance);
  const sx = alongY ? null : snapped.x;
  const sy = alongX ? null : snapped.y;
  return {
    by: clampMove(boxes, by.x + (sx?.by ?? 0), by.y + (sy?.by ?? 0), context.image),
    guides: [sx?.guide ?? null, sy?.guide ?? null].filter((guide) => guide !== null),
  };
}

/** How far the held edges go; those of an upright box stick to neighbours. */
function edgeBy(
  { start, from, handle, edges }: { readonly start: Point; readonly from: PlacedBox; readonly handle: Handle; readonly edges: SnapEdges },
  input: PointerInput,
  context: ToolContext,
): Way {
  const by = { x: input.point.x - start.x, y: input.point.y - start.y };
  const distance = snapDistance(input, context);
  if (distance === null || from.angle !== 0) return unsnapped(by);
  const at = handlePoint(from.bbox, handle);
  const [x, y, w, h] = from.bbox;
  const holdsX = /[ew]/.test(handle);
  const holdsY = /[ns]/.test(handle);
  const sx = holdsX ? snapTo(edges, 'x', [at.x + by.x], holdsY ? at.y + by.y : y, holdsY ? at.y + by.y : y + h, distance) : null;
  const sy = holdsY ? snapTo(edges, 'y', [at.y + by.y], holdsX ? at.x + by.x : x, holdsX ? at.x + by.x : x + w, distance) : null;
  return {
    by: { x: by.x + (sx?.by ?? 0), y: by.y + (sy?.by ?? 0) },
    guides: [sx?.guide ?? null, sy?.guide ?? null].filter((guide) => guide !== null),
  };
}

/** Degrees clockwise from the right, as seen from the box's centre. */
function pointerAngle({ bbox }: PlacedBox, point: Point): number {
  const center = centerOf(bbox);
  return (Math.atan2(point.y - center.y, point.x - center.x) * 180) / Math.PI;
}
