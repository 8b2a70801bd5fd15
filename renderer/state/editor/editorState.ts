import type { Annotation, Prediction } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { BoxConflict, Comment } from '../../../shared/contract/annotations.ts';
import type { AppError } from '../../../shared/errors.ts';
import type { Box, Size } from '../../../shared/geometry/box.ts';
import type { BoxFilter } from './boxFilter.ts';
import { idle, type DrawTool, type ToolState } from '../../canvas/tools/toolState.ts';
import { type Layers, noLayers } from './layers.ts';

export interface OpenFrame {
  readonly id: FrameId;
  readonly name: string;
  readonly size: Size;
}

/** One frame on the canvas, and what the person holds in hand. */
export interface EditorState {
  readonly frame: OpenFrame | null;
  readonly status: 'empty' | 'loading' | 'ready' | 'error';
  readonly error: AppError | null;
  readonly readOnly: boolean;
  readonly frameState: FrameState;
  readonly annotations: readonly Annotation[];
  readonly predictions: readonly { readonly source: string; readonly boxes: readonly Prediction[] }[];
  readonly comments: readonly Comment[];
  /** What people changed at the same time in different ways, on this frame. */
  readonly conflicts: readonly BoxConflict[];
  /** The box whose next place settles its conflict. */
  readonly drawingThird: BoxId | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly selected: ReadonlySet<BoxId>;
  /** Not drawn and not hit: hidden one by one. */
  readonly hidden: ReadonlySet<BoxId>;
  readonly hiddenCategories: ReadonlySet<CategoryId>;
  /** See `sourceOf`. */
  readonly hiddenSources: ReadonlySet<string>;
  readonly allHidden: boolean;
  /** Drawn and selected, not changed. */
  readonly locks: Layers;
  readonly tool: ToolState;
  /** Boxes drawn are ignore regions. */
  readonly drawsIgnore: boolean;
  /** The box tool stays after a box is drawn. */
  readonly sticky: boolean;
  readonly nextCategory: CategoryId | null;
  /** Drawn while there was no category to give: it waits for the first one. */
  readonly unnamed: Box | null;
  /** Holds for every box that is drawn, whatever is relabelled meanwhile, until it is released. */
  readonly lockedCategory: CategoryId | null;
  /** What "draw again" brings back. */
  readonly lastDrawn: { readonly tool: DrawTool; readonly category: CategoryId } | null;
  /** Edges stick to those of neighbours and of the image. */
  readonly snapping: boolean;
  /** Predictions beside the annotations; `auto`: only where nothing has been labeled yet. */
  readonly showPredictions: boolean | 'auto';
  /** Boxes with a lower score are neither drawn nor hit; boxes without a score always are. */
  readonly scoreThreshold: number;
  /** Boxes that it lets through are drawn and hit; null for all. It stays from frame to frame. */
  readonly boxFilter: BoxFilter | null;
  /** The boxes of the hit that is looked at. */
  readonly witness: ReadonlySet<BoxId>;
  /** Draw no boxes while a key is held. */
  readonly peeking: boolean;
  /** Grows with every change from outside the canvas, so that views know to ask again (history, counts). */
  readonly revision: number;
}

export const initialEditorState: EditorState = {
  frame: null,
  status: 'empty',
  error: null,
  readOnly: false,
  frameState: 'unlabeled',
  annotations: [],
  predictions: [],
  comments: [],
  conflicts: [],
  drawingThird: null,
  canUndo: false,
  canRedo: false,
  selected: new Set(),
  hidden: new Set(),
  hiddenCategories: new Set(),
  hiddenSources: new Set(),
  allHidden: false,
  locks: noLayers,
  tool: idle('select'),
  drawsIgnore: false,
  sticky: true,
  nextCategory: null,
  unnamed: null,
  lockedCategory: null,
  lastDrawn: null,
  snapping: true,
  showPredictions: 'auto',
  scoreThreshold: 0.25,
  boxFilter: null,
  witness: new Set(),
  peeking: false,
  revision: 0,
};
