import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Box, Size } from '../../shared/geometry/box.ts';
import { actualSize, fit, fitBox, pan, revealBy, zoomAt, type Point, type Viewport } from '../canvas/model/viewport.ts';

export interface ViewportState {
  readonly viewport: Viewport;
  /** CSS px of the canvas; zero until it is laid out. */
  readonly canvas: Size;
  readonly image: Size | null;
  /** The view still shows the whole image: it is fitted again when the window changes. */
  readonly fitted: boolean;
}

export interface ViewportControl {
  readonly store: StoreApi<ViewportState>;
  setCanvas(size: Size): void;
  /** A new image: shown whole, or zoomed to a part of it (a witness pair). */
  setImage(size: Size | null, part?: Box | null): void;
  zoom(factor: number, at?: Point): void;
  pan(dx: number, dy: number): void;
  fit(): void;
  actualSize(): void;
  showBox(box: Box): void;
  /** Pans as little as is needed to have this image px in sight. */
  reveal(point: Point): void;
  /** So magnified, with this image px in the middle: where one was before. */
  showAt(center: Point, scale: number): void;
}

/** The toolbox floats at the left, the zoom control at the upper right. */
const insets = { left: 60, right: 24, top: 24, bottom: 24 };

/** Changes with every wheel tick, so canvas code subscribes to it and React reads only what it must. */
export function createViewport(): ViewportControl {
  const store = createStore<ViewportState>(() => ({
    viewport: { scale: 1, x: 0, y: 0 },
    canvas: { width: 0, height: 0 },
    image: null,
    fitted: true,
  }));
  let part: Box | null = null;
  const set = (viewport: Viewport): void => store.setState({ viewport, fitted: false });

  function show(): void {
    const { image, canvas } = store.getState();
    if (!image || canvas.width === 0) return;
    store.setState({
      viewport: part ? fitBox(part, canvas, Math.min(canvas.width, canvas.height) * 0.25, 4) : fit(image, canvas, insets),
      fitted: true,
    });
  }

  return {
    store,
    setCanvas(canvas) {
      store.setState({ canvas });
      if (store.getState().fitted) show();
    },
    setImage(image, wanted = null) {
      part = wanted;
      store.setState({ image });
      show();
    },
    zoom(factor, at) {
      const { viewport, canvas } = store.getState();
      set(zoomAt(viewport, at ?? { x: canvas.width / 2, y: canvas.height / 2 }, factor));
    },
    pan: (dx, dy) => set(pan(store.getState().viewport, dx, dy)),
    fit() {
      part = null;
      show();
    },
    actualSize: () => set(actualSize(store.getState().viewport, store.getState().canvas)),
    showAt(center, scale) {
      const { canvas } = store.getState();
      set({ scale, x: canvas.width / 2 - center.x * scale, y: canvas.height / 2 - center.y * scale });
    },
    reveal(point) {
      const { viewport, canvas } = store.getState();
      const by = revealBy(viewport, canvas, point, insets);
      if (by.x !== 0 || by.y !== 0) set(pan(viewport, by.x, by.y));
    },
    showBox(box) {
      const { canvas } = store.getState();
      if (canvas.width > 0) set(fitBox(box, canvas, Math.min(canvas.width, canvas.height) * 0.18, 8));
    },
  };
}
