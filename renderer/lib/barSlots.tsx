import { createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';

/** Places of the window's frame that a view fills: the middle and the end of the top bar. */
export const BarSlots = createContext<{ readonly middle: HTMLElement | null; readonly end: HTMLElement | null }>({
  middle: null,
  end: null,
});

/** Between the dataset's name and the command button: frame name, query field. */
export function BarMiddle({ children }: { readonly children: ReactNode }) {
  const { middle } = use(BarSlots);
  return middle === null ? null : createPortal(children, middle);
}

/** At the right end: the view's main buttons. */
export function BarEnd({ children }: { readonly children: ReactNode }) {
  const { end } = use(BarSlots);
  return end === null ? null : createPortal(children, end);
}
