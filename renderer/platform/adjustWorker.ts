import { adjust, type Adjustments } from '../canvas/model/adjustments.ts';
import { suggestedWindow, windowed } from '../../shared/pixels/window16.ts';
import type { AdjustAnswer, AdjustRequest, DeepImage } from './adjustImage.ts';

/** The part of a worker's own scope that is used; the page's types know windows only. */
interface WorkerScope {
  postMessage(message: AdjustAnswer, transfer: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<AdjustRequest>) => void): void;
}
const scope = self as unknown as WorkerScope;

/** Quick pictures while a slider moves are at most this large; the whole follows. */
const previewPixels = 400_000;

interface Source {
  /** Pixels of the image, `share` of its size on each side. */
  pixels(share: number, adjustments: Adjustments): ImageData;
  readonly width: number;
  readonly height: number;
  /** What an untouched 16 bit image shows. */
  readonly window: readonly [number, number] | null;
}

let source: Source | null = null;
let sourceId = 0;
let wanted: { readonly request: number; readonly adjustments: Adjustments } | null = null;
let busy = false;

scope.addEventListener('message', ({ data }) => {
  if (data.kind === 'image') {
    source = data.deep ? deepSource(data.deep) : bitmapSource(data.image);
    sourceId = data.id;
    wanted = null;
    return;
  }
  if (data.id !== sourceId) return;
  wanted = data;
  if (!busy) void work();
});

/** The latest wish, first small, then whole; a newer wish that came meanwhile goes before the whole. */
async function work(): Promise<void> {
  busy = true;
  while (wanted && source) {
    const { request, adjustments } = wanted;
    wanted = null;
    const share = Math.min(Math.sqrt(previewPixels / (source.width * source.height)), 1);
    if (share < 1) await answer(request, share, adjustments);
    // Lets messages in that wait.
    await new Promise((resolve) => setTimeout(resolve));
    if (!wanted) await answer(request, 1, adjustments);
  }
  busy = false;
}

async function answer(request: number, share: number, adjustments: Adjustments): Promise<void> {
  if (!source) return;
  const id = sourceId;
  const image = source.pixels(share, adjustments);
  adjust(image.data, image.width, image.height, adjustments);
  const bitmap = await createImageBitmap(image);
  scope.postMessage({ id, request, whole: share === 1, bitmap, window: source.window }, [bitmap]);
}

function bitmapSource(image: ImageBitmap): Source {
  return {
    width: image.width,
    height: image.height,
    window: null,
    pixels(share) {
      const canvas = new OffscreenCanvas(Math.max(Math.round(image.width * share), 1), Math.max(Math.round(image.height * share), 1));
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (!context) throw new Error('This browser gives no 2D canvas');
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return context.getImageData(0, 0, canvas.width, canvas.height);
    },
  };
}

function deepSource({ samples, perPixel, width, height }: DeepImage): Source {
  const window = suggestedWindow(samples);
  return {
    width,
    height,
    window,
    pixels(share, adjustments) {
      const step = Math.max(Math.round(1 / share), 1);
      const [w, h] = [Math.ceil(width / step), Math.ceil(height / step)];
      const shown = step === 1 ? samples : everyNth(samples, perPixel, width, height, step);
      return new ImageData(windowed(shown, perPixel, adjustments.window ?? window), w, h);
    },
  };
}

function everyNth(samples: Uint16Array, perPixel: 1 | 3, width: number, height: number, step: number): Uint16Array {
  const picked = new Uint16Array(Math.ceil(width / step) * Math.ceil(height / step) * perPixel);
  let to = 0;
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      for (let channel = 0; channel < perPixel; channel++) picked[to++] = samples[(y * width + x) * perPixel + channel]!;
    }
  }
  return picked;
}
