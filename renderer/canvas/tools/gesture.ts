import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box, Size } from '../../../shared/geometry/box.ts';
import type { SceneBox } from '../model/sceneBox.ts';
import type { Point } from '../model/viewport.ts';
import type { ToolState } from './toolState.ts';

export interface PointerInput {
  readonly type: 'down' | 'move' | 'up';
  /** Image px. */
  readonly point: Point;
  /** CSS px of the canvas. */
  readonly screen: Point;
  readonly button: 'primary' | 'middle' | 'secondary';
  readonly shift: boolean;
  readonly ctrl: boolean;
  /** Held: nothing snaps. */
  readonly alt: boolean;
  /** A finger: what it may hit is larger. */
  readonly touch?: boolean;
}

/** What a tool may look at. It changes nothing itself. */
export interface ToolContext {
  readonly boxes: readonly SceneBox[];
  readonly selected: ReadonlySet<BoxId>;
  readonly image: Size;
  /** CSS px per image px. */
  readonly scale: number;
  readonly readOnly: boolean;
  /** Edges stick to those of neighbours and of the image. */
  readonly snapping: boolean;
}

/** New values of one box; what is absent stays. */
export interface BoxEdit {
  readonly id: BoxId;
  readonly bbox?: Box;
  readonly angle?: number;
}

export type ToolEffect =
  | { readonly kind: 'select'; readonly ids: readonly BoxId[] }
  | { readonly kind: 'setBoxes'; readonly boxes: readonly BoxEdit[] }
  | { readonly kind: 'create'; readonly bbox: Box }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'comment'; readonly point: Point };

export interface Step {
  readonly state: ToolState;
  readonly effects: readonly ToolEffect[];
}

export const stay = (state: ToolState): Step => ({ state, effects: [] });
