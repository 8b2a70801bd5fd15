import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import type { Handle } from '../model/handles.ts';
import type { Point } from '../model/viewport.ts';

export const toolNames = ['select', 'box', 'pan', 'comment'] as const;
export type ToolName = (typeof toolNames)[number];

/**
 * Where a gesture stands. Everything the live layer draws follows from it; nothing is committed before a gesture ends.
 * All points are image px.
 */
export type ToolState =
  | { readonly tool: 'select'; readonly phase: 'idle' }
  | { readonly tool: 'select'; readonly phase: 'pressed'; readonly start: Point; readonly id: BoxId; readonly collapse: boolean }
  | { readonly tool: 'select'; readonly phase: 'moving'; readonly start: Point; readonly from: ReadonlyMap<BoxId, Box>; readonly by: Point }
  | {
      readonly tool: 'select';
      readonly phase: 'resizing';
      readonly start: Point;
      readonly id: BoxId;
      readonly handle: Handle;
      readonly from: Box;
      readonly to: Box;
    }
  | { readonly tool: 'select'; readonly phase: 'marquee'; readonly start: Point; readonly end: Point; readonly keep: ReadonlySet<BoxId> }
  | { readonly tool: 'box'; readonly phase: 'idle' }
  | { readonly tool: 'box'; readonly phase: 'pressed'; readonly start: Point; readonly startScreen: Point }
  | { readonly tool: 'box'; readonly phase: 'dragging'; readonly start: Point; readonly end: Point }
  | { readonly tool: 'box'; readonly phase: 'clicked'; readonly start: Point; readonly end: Point }
  | { readonly tool: 'pan'; readonly phase: 'idle' }
  | { readonly tool: 'pan'; readonly phase: 'panning'; readonly last: Point }
  | { readonly tool: 'comment'; readonly phase: 'idle' };

export function idle(tool: ToolName): ToolState {
  return { tool, phase: 'idle' };
}

/** Whether Escape has something to break off before it leaves the tool. */
export const isBusy = (state: ToolState): boolean => state.phase !== 'idle';
