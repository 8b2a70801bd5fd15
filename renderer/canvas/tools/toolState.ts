import type { BoxId } from '../../../shared/domain/ids.ts';
import type { PlacedBox } from '../../../shared/geometry/rotated.ts';
import type { Handle } from '../model/handles.ts';
import type { Guide, SnapEdges } from '../model/snap.ts';
import type { Point } from '../model/viewport.ts';

export const toolNames = ['select', 'box', 'extreme', 'pan', 'comment'] as const;
export type ToolName = (typeof toolNames)[number];

/** The tools that draw a box: by two corners, or by the four outermost points of the object. */
export type DrawTool = 'box' | 'extreme';

interface Snapping {
  /** What the gesture's edges may stick to, gathered at its start. */
  readonly edges: SnapEdges;
  /** What they stick to now. */
  readonly guides: readonly Guide[];
}

/**
 * Where a gesture stands. Everything the live layer draws follows from it; nothing is committed before a gesture ends.
 * All points are image px.
 */
export type ToolState =
  | { readonly tool: 'select'; readonly phase: 'idle' }
  | {
      readonly tool: 'select';
      readonly phase: 'pressed';
      readonly start: Point;
      readonly id: BoxId;
      readonly collapse: boolean;
      /** Where the press took hold of a box that was not selected: a drag moves this corner, not the box. */
      readonly corner: Handle | null;
    }
  | ({
      readonly tool: 'select';
      readonly phase: 'moving';
      readonly start: Point;
      readonly from: ReadonlyMap<BoxId, PlacedBox>;
      readonly by: Point;
    } & Snapping)
  | ({
      readonly tool: 'select';
      readonly phase: 'resizing';
      readonly start: Point;
      readonly id: BoxId;
      readonly handle: Handle;
      readonly from: PlacedBox;
      readonly to: PlacedBox;
    } & Snapping)
  | {
      readonly tool: 'select';
      readonly phase: 'turning';
      readonly id: BoxId;
      /** Where the pointer stood around the box's centre at the press, degrees. */
      readonly startAngle: number;
      readonly from: PlacedBox;
      readonly to: PlacedBox;
    }
  | { readonly tool: 'select'; readonly phase: 'marquee'; readonly start: Point; readonly end: Point; readonly keep: ReadonlySet<BoxId> }
  | { readonly tool: 'box'; readonly phase: 'idle' }
  | ({ readonly tool: 'box'; readonly phase: 'pressed'; readonly start: Point } & Snapping)
  | ({ readonly tool: 'box'; readonly phase: 'dragging'; readonly start: Point; readonly end: Point } & Snapping)
  | ({ readonly tool: 'box'; readonly phase: 'clicked'; readonly start: Point; readonly end: Point } & Snapping)
  | { readonly tool: 'extreme'; readonly phase: 'idle' }
  | { readonly tool: 'extreme'; readonly phase: 'points'; readonly points: readonly Point[]; readonly end: Point }
  | { readonly tool: 'pan'; readonly phase: 'idle' }
  | { readonly tool: 'pan'; readonly phase: 'panning'; readonly last: Point }
  | { readonly tool: 'comment'; readonly phase: 'idle' };

export function idle(tool: ToolName): ToolState {
  return { tool, phase: 'idle' };
}

/** Whether Escape has something to break off before it leaves the tool. */
export const isBusy = (state: ToolState): boolean => state.phase !== 'idle';

/** Whether the gesture lives on a pressed button or a finger on the glass: it ends when that is lost. Between clicks nothing is held. */
export const isHeld = (state: ToolState): boolean => isBusy(state) && state.phase !== 'clicked' && state.phase !== 'points';
