import { adjust, type Adjustments } from '../canvas/model/adjustments.ts';

/** Samples of a 16 bit image, rows from the top. */
export interface DeepImage {
  readonly width: number;
  readonly height: number;
  readonly perPixel: 1 | 3;
  readonly samples: Uint16Array<ArrayBuffer>;
}

export type AdjustRequest =
  | { readonly kind: 'image'; readonly id: number; readonly image: ImageBitmap; readonly deep: DeepImage | null }
  | { readonly kind: 'adjust'; readonly id: number; readonly request: number; readonly adjustments: Adjustments };

export interface AdjustAnswer {
  readonly id: number;
  readonly request: number;
  /** False for the small picture that comes first. */
  readonly whole: boolean;
  readonly bitmap: ImageBitmap;
  readonly window: readonly [number, number] | null;
}

export interface ImageAdjuster {
  /** Another image; `deep` where its 16 bit samples are known. */
  setImage(image: ImageBitmap, deep: DeepImage | null): void;
  /** Asks for a picture; a newer wish takes the place of an older one. */
  adjust(adjustments: Adjustments): void;
  close(): void;
}

export interface Adjusted {
  readonly bitmap: ImageBitmap;
  /** The window a 16 bit image suggests for itself. */
  readonly window: readonly [number, number] | null;
}

/** Adjusts images beside the page, in a worker: the canvas never waits. Bitmaps that are given out belong to who gets them. */
export function createImageAdjuster(onAdjusted: (adjusted: Adjusted) => void): ImageAdjuster {
  const worker = startWorker();
  if (!worker) return adjustHere(onAdjusted);
  let id = 0;
  let request = 0;
  worker.onmessage = ({ data }: MessageEvent<AdjustAnswer>) => {
    if (data.id === id && data.request === request) onAdjusted(data);
    else data.bitmap.close();
  };
  const send = (message: AdjustRequest): void => worker.postMessage(message);
  return {
    setImage: (image, deep) => send({ kind: 'image', id: ++id, image, deep }),
    adjust: (adjustments) => send({ kind: 'adjust', id, request: ++request, adjustments }),
    close: () => worker.terminate(),
  };
}

function startWorker(): Worker | null {
  try {
    return new Worker(new URL('./adjustWorker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
}

/** Where no worker can be had: a picture of at most this size, so that the page does not stand still. */
const mostPixelsHere = 500_000;

function adjustHere(onAdjusted: (adjusted: Adjusted) => void): ImageAdjuster {
  let image: ImageBitmap | null = null;
  let turn = 0;
  return {
    setImage(next) {
      image = next;
      turn++;
    },
    adjust(adjustments) {
      const mine = ++turn;
      if (!image) return;
      const share = Math.min(Math.sqrt(mostPixelsHere / (image.width * image.height)), 1);
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(Math.round(image.width * share), 1);
      canvas.height = Math.max(Math.round(image.height * share), 1);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) return;
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      const data = context.getImageData(0, 0, canvas.width, canvas.height);
      adjust(data.data, data.width, data.height, adjustments);
      void createImageBitmap(data).then((bitmap) => {
        if (mine === turn) onAdjusted({ bitmap, window: null });
        else bitmap.close();
      });
    },
    close: () => turn++,
  };
}
