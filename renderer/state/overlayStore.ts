import { createStore } from 'zustand/vanilla';

/** Which floating parts are open. While one of them holds the focus, keys of the view below rest. */
export const overlayStore = createStore<{ readonly palette: boolean; readonly modals: number }>(() => ({ palette: false, modals: 0 }));

export function openPalette(open: boolean): void {
  overlayStore.setState({ palette: open });
}

export function modalOpened(): () => void {
  overlayStore.setState(({ modals }) => ({ modals: modals + 1 }));
  return () => overlayStore.setState(({ modals }) => ({ modals: modals - 1 }));
}
