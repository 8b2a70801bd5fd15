import { createStore } from 'zustand/vanilla';

/** What another picture beside or over the frame shows: the boxes of a source (`gt` or a run), or the frame before this one. */
export interface Comparison {
  readonly with: 'previous' | (string & {});
  readonly mode: 'side' | 'overlay';
}

interface ViewState {
  readonly panel: 'image' | 'boxes' | null;
  readonly compare: Comparison | null;
  /** While its key is held. */
  readonly magnifier: boolean;
}

const closed: ViewState = { panel: null, compare: null, magnifier: false };

/** Which of the things that help to see are open. */
export const viewStore = createStore<ViewState>(() => closed);

export function togglePanel(panel: 'image' | 'boxes'): void {
  viewStore.setState((state) => ({ panel: state.panel === panel ? null : panel }));
}

export function compareWith(compare: Comparison | null): void {
  viewStore.setState({ compare });
}

export function setMagnifier(magnifier: boolean): void {
  if (viewStore.getState().magnifier !== magnifier) viewStore.setState({ magnifier });
}

export const closeView = (): void => viewStore.setState(closed);
