import type { SnapDistance } from '../model/snap.ts';
import type { Point } from '../model/viewport.ts';
import type { PointerInput, ToolContext } from './gesture.ts';

/** A press that travels less than this (CSS px) is a click. */
export const dragThresholdPx = 3;

/** How near (CSS px) a mouse or a finger must come to a handle or an edge. */
export const hitTolerancePx = { mouse: 6, touch: 16 } as const;

const snapTolerancePx = 4;
/** Edges further along than this belong to no neighbour. */
const snapReachPx = 32;

export const hitTolerance = (input: Pick<PointerInput, 'touch'>, scale: number): number =>
  (input.touch ? hitTolerancePx.touch : hitTolerancePx.mouse) / scale;

/** CSS px between two points of the image. */
export const travel = (a: Point, b: Point, context: ToolContext): number => Math.hypot(a.x - b.x, a.y - b.y) * context.scale;

/** Null while nothing is to snap. */
export function snapDistance(input: PointerInput, context: ToolContext): SnapDistance | null {
  return context.snapping && !input.alt ? { tolerance: snapTolerancePx / context.scale, reach: snapReachPx / context.scale } : null;
}
