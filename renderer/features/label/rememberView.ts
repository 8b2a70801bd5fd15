import type { StoreApi } from 'zustand/vanilla';
import { frameOrder, type FrameOrder } from '../../state/frameOrder.ts';
import { type KeptOrder, keptOrder, type LastView } from '../../state/lastView.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';

/** Which frame is open, and its place in the list. */
interface Whereabouts {
  readonly row: { readonly id: number; readonly name: string } | null;
  readonly place: number;
}

const rememberAfterMs = 120;

/** Notes where one is, soon after it changed and not while it changes. Returns how to stop. */
export function rememberView(
  store: Pick<StoreApi<Whereabouts>, 'getState' | 'subscribe'>,
  viewport: ViewportControl,
  save: (view: LastView) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let kept: { readonly from: FrameOrder; readonly order: KeptOrder } | null = null;
  const note = (): void => {
    const { row, place } = store.getState();
    const order = frameOrder.getState();
    const { viewport: shown, canvas, fitted } = viewport.store.getState();
    if (row === null) return;
    if (kept?.from !== order) kept = { from: order, order: keptOrder(order) };
    const center = { x: (canvas.width / 2 - shown.x) / shown.scale, y: (canvas.height / 2 - shown.y) / shown.scale };
    save({ frame: row.name, zoom: fitted ? null : { scale: shown.scale, center }, order: kept.order, ...(place < 0 ? {} : { place }) });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(note, rememberAfterMs);
  };
  const stops = [
    store.subscribe((now, before) => (now.row?.id !== before.row?.id || now.place !== before.place) && soon()),
    viewport.store.subscribe(soon),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}
