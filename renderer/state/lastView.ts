import type { Point } from '../canvas/model/viewport.ts';
import type { FrameOrder } from './frameOrder.ts';

/** Where somebody was in the Label view: after a crash the next window begins there. */
export interface LastView {
  readonly frame: string;
  /** Magnification and the image px in the middle of the canvas; null while the whole image is shown. */
  readonly zoom: { readonly scale: number; readonly center: Point } | null;
  /** The list one came from, without what only lives in memory. */
  readonly order: Pick<FrameOrder, 'title' | 'kind' | 'address' | 'queue'> & { readonly ids: Float64Array };
}

export function withoutFunctions(order: FrameOrder): LastView['order'] {
  const { title, kind, address, queue } = order;
  return { title, kind, address, ids: Float64Array.from(order.ids), ...(queue === undefined ? {} : { queue }) };
}
