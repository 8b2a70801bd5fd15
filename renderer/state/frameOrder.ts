import { createStore } from 'zustand/vanilla';
import type { DatasetId, FrameId } from '../../shared/domain/ids.ts';
import type { Witnesses } from '../lib/witnesses.ts';

/** The list a frame was opened from: Label goes to the next and previous frame in it. */
export interface FrameOrder {
  readonly dataset: DatasetId | null;
  /** What the list is, for the strip: a query's text, a trigger's name, or empty for all frames. */
  readonly title: string;
  readonly kind: 'frames' | 'hits' | 'review';
  /** The address of the list, to go back to it. */
  readonly address: string | null;
  readonly ids: ArrayLike<number>;
  /** The place to begin at, where a frame stands in the list more than once (it has several hits). */
  readonly start?: number;
  /** Witness boxes by place in `ids`, where the list has them. */
  readonly witness: Witnesses | null;
  /** Runs that the witness boxes may come from, besides the active one. */
  readonly sources?: readonly string[];
  /** The queue this list is of. */
  readonly queue?: string;
  /** Set for a trigger's hits: what a verdict needs to name. */
  readonly hits?: {
    readonly trigger: string;
    readonly hash: string;
    readonly randomOrder: boolean;
    /** By place in `ids`. */
    readonly severities: Float64Array | null;
  };
}

export const emptyOrder: FrameOrder = { dataset: null, title: '', kind: 'frames', address: null, ids: [], witness: null };

export const frameOrder = createStore<FrameOrder>(() => emptyOrder);

export function setFrameOrder(order: FrameOrder): void {
  frameOrder.setState(order, true);
}

/** Place of a frame in the order, or -1; the list's own start where the frame stands there. */
export function placeInOrder(order: FrameOrder, frame: FrameId | number): number {
  if (order.start !== undefined && order.ids[order.start] === frame) return order.start;
  return Array.prototype.indexOf.call(order.ids, frame);
}
