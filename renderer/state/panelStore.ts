import { createStore } from 'zustand/vanilla';

/** The floating panels that belong to no view. */
type FloatingPanel = 'queues' | 'statistics';

export const panelStore = createStore<{ readonly panel: FloatingPanel | null; readonly authorMenu: boolean }>(() => ({
  panel: null,
  authorMenu: false,
}));

export function openFloating(panel: FloatingPanel | null): void {
  panelStore.setState({ panel });
}

export function openAuthorMenu(authorMenu: boolean): void {
  panelStore.setState({ authorMenu });
}
