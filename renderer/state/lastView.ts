import type { Point } from '../canvas/model/viewport.ts';
import type { FrameOrder } from './frameOrder.ts';

/** Where somebody was in the Label view: after a crash the next window begins there. */
export interface LastView {
  readonly frame: string;
  /** Magnification and the image px in the middle of the canvas; null while the whole image is shown. */
  readonly zoom: { readonly scale: number; readonly center: Point } | null;
  /** The list one came from. */
  readonly order: KeptOrder;
  /** The place of the frame in it; older notes have none. */
  readonly place?: number;
}

export type KeptOrder = Omit<FrameOrder, 'dataset' | 'start' | 'ids'> & { readonly ids: Float64Array };

/** More witness boxes than this are not written down with every new list: such a list opens without them. */
const maxWitnesses = 200_000;

export function keptOrder(order: FrameOrder): KeptOrder {
  const { dataset: _dataset, start: _start, ids, witness, ...kept } = order;
  return { ...kept, ids: Float64Array.from(ids), witness: witness !== null && witness.ids.length <= maxWitnesses ? witness : null };
}
