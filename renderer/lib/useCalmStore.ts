import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';

/** At most so often does a panel follow a held key or a marquee. */
const calmMs = 120;

/**
 * As `useStore`, for panels beside the canvas: a change shows at once, further ones within 120 ms of it together after that. The canvas
 * itself follows every change; React would cost more than the drawing. `select` must give the same value for the same state.
 */
export function useCalmStore<S, T>(store: StoreApi<S>, select: (state: S) => T): T {
  const shown = useRef<{ readonly store: StoreApi<S>; readonly state: S } | null>(null);
  const subscribe = useCallback(
    (onChange: () => void) => {
      let last = -Infinity;
      let timer: ReturnType<typeof setTimeout> | undefined;
      let queued = false;
      let stopped = false;
      const show = (): void => {
        timer = undefined;
        queued = false;
        if (stopped) return;
        last = performance.now();
        shown.current = { store, state: store.getState() };
        onChange();
      };
      const stop = store.subscribe(() => {
        if (timer !== undefined || queued) return;
        const wait = last + calmMs - performance.now();
        if (wait > 0) timer = setTimeout(show, wait);
        else {
          // Several changes of one call show together.
          queued = true;
          queueMicrotask(show);
        }
      });
      show();
      return () => {
        stop();
        stopped = true;
        clearTimeout(timer);
      };
    },
    [store],
  );
  return useSyncExternalStore(subscribe, () => select(shown.current?.store === store ? shown.current.state : store.getState()));
}
