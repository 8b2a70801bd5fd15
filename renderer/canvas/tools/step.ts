import type { BoxId } from '../../../shared/domain/ids.ts';
import { clip, type Box, type Size } from '../../../shared/geometry/box.ts';
import { boxBetween, clampMove, minSidePx, resize, roundBox } from '../model/handles.ts';
import { boxesInside, hitTest } from '../model/hitTest.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Point } from '../model/viewport.ts';
import { idle, type ToolState } from './toolState.ts';

export interface PointerInput {
  readonly type: 'down' | 'move' | 'up';
  /** Image px. */
  readonly point: Point;
  /** CSS px of the canvas. */
  readonly screen: Point;
  readonly button: 'primary' | 'middle' | 'secondary';
  readonly shift: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
}

/** What a tool may look at. It changes nothing itself. */
export interface ToolContext {
  readonly boxes: readonly SceneBox[];
  readonly selected: ReadonlySet<BoxId>;
  readonly image: Size;
  /** CSS px per image px. */
  readonly scale: number;
  readonly readOnly: boolean;
}

export type ToolEffect =
  | { readonly kind: 'select'; readonly ids: readonly BoxId[] }
  | { readonly kind: 'setBoxes'; readonly boxes: readonly { readonly id: BoxId; readonly bbox: Box }[] }
  | { readonly kind: 'create'; readonly bbox: Box }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'comment'; readonly point: Point };

export interface Step {
  readonly state: ToolState;
  readonly effects: readonly ToolEffect[];
}

/** A press that travels less than this (CSS px) is a click. */
const dragThresholdPx = 3;
const hitTolerancePx = 6;

const stay = (state: ToolState): Step => ({ state, effects: [] });

/** One pointer event through the tool: the next state of the gesture and what is to be done. Pure. */
export function step(state: ToolState, input: PointerInput, context: ToolContext): Step {
  switch (state.tool) {
    case 'select':
      return selectStep(state, input, context);
    case 'box':
      return boxStep(state, input, context);
    case 'pan':
      return panStep(state, input);
    case 'comment':
      return input.type === 'down' && input.button === 'primary'
        ? { state, effects: [{ kind: 'comment', point: input.point }] }
        : stay(state);
  }
}

/** Breaks a gesture off; what it had not committed leaves no trace. */
export function cancel(state: ToolState): ToolState {
  return idle(state.tool);
}

function selectStep(state: ToolState & { tool: 'select' }, input: PointerInput, context: ToolContext): Step {
  switch (state.phase) {
    case 'idle':
      return input.type === 'down' && input.button === 'primary' ? press(input, context) : stay(state);
    case 'pressed': {
      if (input.type === 'up') {
        // A click on one of several selected boxes narrows the selection to it; a drag would have moved them all.
        return { state: idle('select'), effects: state.collapse ? [{ kind: 'select', ids: [state.id] }] : [] };
      }
      if (input.type !== 'move' || travel(state.start, input.point, context) < dragThresholdPx) return stay(state);
      const from = new Map(context.boxes.filter((box) => context.selected.has(box.id) && !box.readOnly).map((box) => [box.id, box.bbox]));
      if (from.size === 0 || context.readOnly) return stay(idle('select'));
      return stay({ tool: 'select', phase: 'moving', start: state.start, from, by: moveBy(state.start, input, from, context) });
    }
    case 'moving': {
      const by = moveBy(state.start, input, state.from, context);
      if (input.type !== 'up') return stay({ ...state, by });
      const boxes = [...state.from].map(([id, box]) => ({ id, bbox: roundBox([box[0] + by.x, box[1] + by.y, box[2], box[3]]) }));
      return { state: idle('select'), effects: by.x === 0 && by.y === 0 ? [] : [{ kind: 'setBoxes', boxes }] };
    }
    case 'resizing': {
      const to = resize(state.from, state.handle, input.point.x - state.start.x, input.point.y - state.start.y, context.image);
      if (input.type !== 'up') return stay({ ...state, to });
      const unchanged = input.point.x === state.start.x && input.point.y === state.start.y;
      return { state: idle('select'), effects: unchanged ? [] : [{ kind: 'setBoxes', boxes: [{ id: state.id, bbox: roundBox(to) }] }] };
    }
    case 'marquee': {
      const inside = boxesInside(context.boxes, boxBetween(state.start, input.point)).map((box) => box.id);
      const effects: ToolEffect[] = [{ kind: 'select', ids: [...new Set([...state.keep, ...inside])] }];
      return input.type === 'up' ? { state: idle('select'), effects } : { state: { ...state, end: input.point }, effects };
    }
  }
}

function press(input: PointerInput, context: ToolContext): Step {
  const hit = hitTest(context.boxes, context.selected, input.point, hitTolerancePx / context.scale);
  if (!hit) {
    const keep: ReadonlySet<BoxId> = input.shift ? new Set(context.selected) : new Set();
    return {
      state: { tool: 'select', phase: 'marquee', start: input.point, end: input.point, keep },
      effects: [{ kind: 'select', ids: [...keep] }],
    };
  }
  if (hit.kind === 'handle') {
    const box = context.boxes.find((candidate) => candidate.id === hit.id);
    if (!box || context.readOnly) return stay(idle('select'));
    return stay({ tool: 'select', phase: 'resizing', start: input.point, id: hit.id, handle: hit.handle, from: box.bbox, to: box.bbox });
  }
  if (input.shift || input.ctrl) {
    const ids = new Set(context.selected);
    if (!ids.delete(hit.id)) ids.add(hit.id);
    return { state: idle('select'), effects: [{ kind: 'select', ids: [...ids] }] };
  }
  const already = context.selected.has(hit.id);
  return {
    state: { tool: 'select', phase: 'pressed', start: input.point, id: hit.id, collapse: already && context.selected.size > 1 },
    effects: already ? [] : [{ kind: 'select', ids: [hit.id] }],
  };
}

/** Shift keeps the move to the longer axis. */
function moveBy(start: Point, input: PointerInput, from: ReadonlyMap<BoxId, Box>, context: ToolContext): Point {
  let dx = input.point.x - start.x;
  let dy = input.point.y - start.y;
  if (input.shift) {
    if (Math.abs(dx) >= Math.abs(dy)) dy = 0;
    else dx = 0;
  }
  return clampMove([...from.values()], dx, dy, context.image);
}

/** Draws by drag or by two clicks, whichever the hand does; over other boxes without grabbing them. */
function boxStep(state: ToolState & { tool: 'box' }, input: PointerInput, context: ToolContext): Step {
  switch (state.phase) {
    case 'idle':
      if (input.type !== 'down' || input.button !== 'primary' || context.readOnly) return stay(state);
      return stay({ tool: 'box', phase: 'pressed', start: input.point, startScreen: input.screen });
    case 'pressed':
      if (input.type === 'up') return stay({ tool: 'box', phase: 'clicked', start: state.start, end: input.point });
      if (input.type === 'move' && travel(state.start, input.point, context) >= dragThresholdPx) {
        return stay({ tool: 'box', phase: 'dragging', start: state.start, end: input.point });
      }
      return stay(state);
    case 'dragging':
      return input.type === 'up' ? finishBox(state.start, input.point, context) : stay({ ...state, end: input.point });
    case 'clicked':
      if (input.type === 'move') return stay({ ...state, end: input.point });
      if (input.type === 'down' && input.button === 'secondary') return stay(idle('box'));
      return input.type === 'down' && input.button === 'primary' ? finishBox(state.start, input.point, context) : stay(state);
  }
}

/** A box may start or end outside the image: what lies inside counts. Slips of the hand make nothing. */
function finishBox(start: Point, end: Point, context: ToolContext): Step {
  const bbox = roundBox(clip(boxBetween(start, end), context.image));
  const large = bbox[2] >= minSidePx && bbox[3] >= minSidePx;
  return { state: idle('box'), effects: large ? [{ kind: 'create', bbox }] : [] };
}

function panStep(state: ToolState & { tool: 'pan' }, input: PointerInput): Step {
  if (state.phase === 'idle') {
    return input.type === 'down' ? stay({ tool: 'pan', phase: 'panning', last: input.screen }) : stay(state);
  }
  const effects: ToolEffect[] = [{ kind: 'pan', dx: input.screen.x - state.last.x, dy: input.screen.y - state.last.y }];
  return { state: input.type === 'up' ? idle('pan') : { ...state, last: input.screen }, effects };
}

const travel = (a: Point, b: Point, context: ToolContext): number => Math.hypot(a.x - b.x, a.y - b.y) * context.scale;
