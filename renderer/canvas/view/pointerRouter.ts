import { noTouch, touchStep, type TouchInput, type TouchState } from '../tools/touch.ts';
import type { Point } from '../model/viewport.ts';

/** What the canvas does with pointers, whatever they are. */
export interface PointerTarget {
  /** CSS px of the canvas. */
  place(event: PointerEvent): Point;
  /** An event for the tool. */
  tool(type: 'down' | 'move' | 'up', at: Point, event: PointerEvent): void;
  /** The gesture's pointer is lost: it leaves no trace. */
  breakOff(): void;
  pan(dx: number, dy: number): void;
  zoom(factor: number, at: Point): void;
  longPress(at: Point): void;
  /** Whether a finger at that place works with the tool; else it pans. */
  grabs(at: Point): boolean;
}

export interface PointerRouter {
  down(event: PointerEvent): void;
  move(event: PointerEvent): void;
  up(event: PointerEvent): void;
  cancel(event: PointerEvent): void;
  dispose(): void;
}

const longPressMs = 550;
/** After a pen was there, single fingers rest on the glass rather than work for so long. */
const palmMs = 10_000;

/**
 * Sends mouse and pen to the tool as they are, and fingers through the touch gestures. One mouse or pen works at a time; while a
 * pen is at work or was a moment ago, a hand on the glass only pans and pinches.
 */
export function createPointerRouter(target: PointerTarget): PointerRouter {
  let touch: TouchState = noTouch;
  let last: PointerEvent | null = null;
  /** The mouse or pen whose button is down. */
  let held: number | null = null;
  let penAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function feed(input: TouchInput): void {
    const step = touchStep(touch, input);
    touch = step.state;
    clearTimeout(timer);
    if (touch.phase === 'waiting') timer = setTimeout(() => feed({ type: 'hold' }), longPressMs);
    for (const action of step.actions) {
      switch (action.kind) {
        case 'tool':
          if (last) target.tool(action.type, action.at, last);
          break;
        case 'breakOff':
          target.breakOff();
          break;
        case 'pan':
          target.pan(action.dx, action.dy);
          break;
        case 'zoom':
          target.zoom(action.factor, action.at);
          break;
        case 'longPress':
          target.longPress(action.at);
          break;
      }
    }
  }

  const isFinger = (event: PointerEvent): boolean => event.pointerType === 'touch';
  const isPalm = (event: PointerEvent): boolean => event.timeStamp - penAt < palmMs;

  return {
    down(event) {
      last = event;
      if (isFinger(event)) {
        const at = target.place(event);
        feed({ type: 'down', id: event.pointerId, at, grabs: !isPalm(event) && target.grabs(at) });
        return;
      }
      if (event.pointerType === 'pen') {
        penAt = event.timeStamp;
        // The hand came down before the pen: what it began is not meant.
        if (touch.phase !== 'none') {
          if (touch.phase === 'tool') target.breakOff();
          touch = noTouch;
          clearTimeout(timer);
        }
      }
      if (held !== null && held !== event.pointerId) return;
      held = event.pointerId;
      target.tool('down', target.place(event), event);
    },
    move(event) {
      if (isFinger(event)) {
        last = event;
        feed({ type: 'move', id: event.pointerId, at: target.place(event) });
        return;
      }
      if (event.pointerType === 'pen') penAt = event.timeStamp;
      if (held !== null && held !== event.pointerId) return;
      if (held !== null && event.buttons === 0) {
        // The button was let go where nobody told us.
        held = null;
        target.breakOff();
      }
      target.tool('move', target.place(event), event);
    },
    up(event) {
      if (isFinger(event)) {
        last = event;
        // A tap of a resting hand means nothing.
        const tap = touch.phase === 'waiting' && isPalm(event);
        feed({ type: tap ? 'cancel' : 'up', id: event.pointerId, at: target.place(event) });
        return;
      }
      if (held !== event.pointerId) return;
      // Of a mouse, `pointerup` comes with the last of several buttons.
      held = null;
      target.tool('up', target.place(event), event);
    },
    cancel(event) {
      if (isFinger(event)) {
        feed({ type: 'cancel', id: event.pointerId, at: target.place(event) });
        return;
      }
      if (held !== event.pointerId) return;
      held = null;
      target.breakOff();
    },
    dispose: () => clearTimeout(timer),
  };
}
