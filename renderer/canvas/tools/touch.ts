import type { Point } from '../model/viewport.ts';

/** One event of a finger, in CSS px of the canvas. `hold`: the only finger has rested for a while. */
export type TouchInput =
  | {
      readonly type: 'down';
      readonly id: number;
      readonly at: Point;
      /** What lies there is for the tool to take. */ readonly grabs: boolean;
    }
  | { readonly type: 'move' | 'up' | 'cancel'; readonly id: number; readonly at: Point }
  | { readonly type: 'hold' };

/**
 * What fingers on the canvas are doing. `waiting`: one finger that has not moved yet may become a tap, a drag, a long press or
 * the first of two. `spent`: what it was for is done; nothing happens until the last finger is lifted.
 */
export type TouchState =
  | { readonly phase: 'none' }
  | { readonly phase: 'waiting'; readonly id: number; readonly start: Point; readonly grabs: boolean }
  | { readonly phase: 'tool'; readonly id: number }
  | { readonly phase: 'pan'; readonly id: number; readonly last: Point }
  | { readonly phase: 'pinch'; readonly fingers: ReadonlyMap<number, Point> }
  | { readonly phase: 'spent'; readonly fingers: ReadonlySet<number> };

export type TouchAction =
  | { readonly kind: 'tool'; readonly type: 'down' | 'move' | 'up'; readonly at: Point }
  /** The gesture of the tool is no longer meant: it leaves no trace. */
  | { readonly kind: 'breakOff' }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  /** Zooms around `at`. */
  | { readonly kind: 'zoom'; readonly factor: number; readonly at: Point }
  | { readonly kind: 'longPress'; readonly at: Point };

export interface TouchStep {
  readonly state: TouchState;
  readonly actions: readonly TouchAction[];
}

/** A finger that travels less than this (CSS px) has not moved. */
const slopPx = 8;

export const noTouch: TouchState = { phase: 'none' };

const stay = (state: TouchState): TouchStep => ({ state, actions: [] });

/**
 * One event of a finger through the gesture. One finger taps and drags as the tool wants, or pans where nothing is to be
 * grasped; two pan and pinch, whatever the tool; a long press asks for the list. Pure.
 */
export function touchStep(state: TouchState, input: TouchInput): TouchStep {
  if (input.type === 'hold') {
    return state.phase === 'waiting'
      ? { state: { phase: 'spent', fingers: new Set([state.id]) }, actions: [{ kind: 'longPress', at: state.start }] }
      : stay(state);
  }
  switch (state.phase) {
    case 'none':
      return input.type === 'down' ? stay({ phase: 'waiting', id: input.id, start: input.at, grabs: input.grabs }) : stay(state);
    case 'waiting':
      if (input.type === 'down') return pinch(state.id, state.start, input.id, input.at, []);
      if (input.id !== state.id) return stay(state);
      if (input.type === 'cancel') return stay(noTouch);
      if (input.type === 'up') return { state: noTouch, actions: [tool('down', state.start), tool('up', state.start)] };
      if (distance(state.start, input.at) < slopPx) return stay(state);
      return state.grabs
        ? { state: { phase: 'tool', id: state.id }, actions: [tool('down', state.start), tool('move', input.at)] }
        : { state: { phase: 'pan', id: state.id, last: input.at }, actions: [panned(state.start, input.at)] };
    case 'tool':
      if (input.type === 'down')
        return { state: { phase: 'spent', fingers: new Set([state.id, input.id]) }, actions: [{ kind: 'breakOff' }] };
      if (input.id !== state.id) return stay(state);
      if (input.type === 'cancel') return { state: noTouch, actions: [{ kind: 'breakOff' }] };
      return { state: input.type === 'up' ? noTouch : state, actions: [tool(input.type, input.at)] };
    case 'pan':
      if (input.type === 'down') return pinch(state.id, state.last, input.id, input.at, []);
      if (input.id !== state.id) return stay(state);
      if (input.type !== 'move') return stay(noTouch);
      return { state: { ...state, last: input.at }, actions: [panned(state.last, input.at)] };
    case 'pinch':
      return pinchStep(state, input);
    case 'spent': {
      const fingers = new Set(state.fingers);
      if (input.type === 'down') fingers.add(input.id);
      if (input.type === 'up' || input.type === 'cancel') fingers.delete(input.id);
      return stay(fingers.size === 0 ? noTouch : { phase: 'spent', fingers });
    }
  }
}

function pinch(a: number, atA: Point, b: number, atB: Point, actions: readonly TouchAction[]): TouchStep {
  return {
    state: {
      phase: 'pinch',
      fingers: new Map([
        [a, atA],
        [b, atB],
      ]),
    },
    actions,
  };
}

function pinchStep(state: TouchState & { phase: 'pinch' }, input: Exclude<TouchInput, { type: 'hold' }>): TouchStep {
  // A third finger is a palm.
  if (input.type === 'down' || !state.fingers.has(input.id)) return stay(state);
  if (input.type !== 'move') {
    const left = new Set([...state.fingers.keys()].filter((id) => id !== input.id));
    return stay({ phase: 'spent', fingers: left });
  }
  const fingers = new Map([...state.fingers, [input.id, input.at]]);
  const [a, b] = [...state.fingers.values()] as [Point, Point];
  const [c, d] = [...fingers.values()] as [Point, Point];
  const before = Math.max(distance(a, b), 1);
  const center = middle(c, d);
  return {
    state: { phase: 'pinch', fingers },
    actions: [panned(middle(a, b), center), { kind: 'zoom', factor: Math.max(distance(c, d), 1) / before, at: center }],
  };
}

const tool = (type: 'down' | 'move' | 'up', at: Point): TouchAction => ({ kind: 'tool', type, at });
const panned = (from: Point, to: Point): TouchAction => ({ kind: 'pan', dx: to.x - from.x, dy: to.y - from.y });
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
