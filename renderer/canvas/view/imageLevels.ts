/** An image and halves of it, so that a reduced view is drawn from pixels of about its own size: several times cheaper, and no shimmer. */
export interface ImageLevels {
  /** What to draw at a scale (device px per image px), stretched over the place of the whole image. */
  at(scale: number): CanvasImageSource;
  close(): void;
}

const smallestSide = 256;

/** Makes the halves beside the work, largest first; until one is there the next larger one stands for it. `onLevel` says that one came. */
export function createImageLevels(image: ImageBitmap, onLevel: () => void): ImageLevels {
  const halves: ImageBitmap[] = [];
  let closed = false;

  async function halve(): Promise<void> {
    let from = image;
    while (Math.min(from.width, from.height) >= 2 * smallestSide) {
      const half = await createImageBitmap(from, {
        resizeWidth: Math.ceil(from.width / 2),
        resizeHeight: Math.ceil(from.height / 2),
        resizeQuality: 'medium',
      });
      if (closed) {
        half.close();
        return;
      }
      halves.push(half);
      onLevel();
      from = half;
    }
  }
  // An image that was closed meanwhile has no halves, and nobody who wants them.
  void halve().catch(() => undefined);

  return {
    at(scale) {
      const level = Math.floor(Math.log2(1 / Math.max(scale, 1e-6)));
      return halves[Math.min(level, halves.length) - 1] ?? image;
    },
    close() {
      closed = true;
      for (const half of halves) half.close();
    },
  };
}
