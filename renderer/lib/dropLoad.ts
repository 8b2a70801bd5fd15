/**
 * For the `ref` of a thumbnail: once it has left the page, its load is given up. Browsers go on with it otherwise, and what came
 * into sight since waits behind what left it.
 */
export function dropLoad(image: HTMLImageElement | null): (() => void) | undefined {
  if (image === null) return undefined;
  // React takes refs off and puts them on again where nothing left. Empty, not removed: Chromium keeps an image whose `src` was
  // removed, and with it the tile it was in, until the page is gone.
  return () =>
    queueMicrotask(() => {
      if (!image.isConnected) image.src = '';
    });
}
