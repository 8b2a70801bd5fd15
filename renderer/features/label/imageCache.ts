import type { DeepImage } from '../../platform/adjustImage.ts';

/** Decoded images of frames, those used last at the end, held below a number of bytes. Bitmaps hold memory outside the heap, so they are closed, not dropped. */
export interface ImageCache {
  /** The upright image (the browser applies EXIF orientation while decoding). Rejects with the reason as its message. */
  load(url: string, signal?: AbortSignal): Promise<ImageBitmap>;
  /** Whether an image that was loaded has 16 bits a channel. */
  isDeep(url: string): boolean;
  /** Decodes ahead, quietly. */
  prefetch(urls: readonly string[]): void;
  clear(): void;
}

interface Entry {
  readonly image: Promise<ImageBitmap>;
  /** 0 while it is decoded. */
  bytes: number;
}

const defaultBudgetBytes = 512 * 2 ** 20;
/** Never closed, whatever the budget says: the frame on the canvas and the four around it that are decoded ahead. */
const alwaysKept = 5;

export function createImageCache(budgetBytes = defaultBudgetBytes): ImageCache {
  const entries = new Map<string, Entry>();
  const deep = new Set<string>();

  function touch(url: string): Entry {
    const known = entries.get(url);
    const entry = known ?? start(url);
    entries.delete(url);
    entries.set(url, entry);
    return entry;
  }

  function start(url: string): Entry {
    const image = decode(url, () => deep.add(url));
    const entry: Entry = { image, bytes: 0 };
    image.then(
      (bitmap) => {
        entry.bytes = bitmap.width * bitmap.height * 4;
        trim();
      },
      // A failure is not kept: the next visit tries again.
      () => entries.delete(url),
    );
    return entry;
  }

  function trim(): void {
    let total = 0;
    for (const entry of entries.values()) total += entry.bytes;
    for (const [url, entry] of entries) {
      if (total <= budgetBytes || entries.size <= alwaysKept) return;
      // Nothing is won by one that is still decoded, and somebody may be waiting for it.
      if (entry.bytes === 0) continue;
      total -= entry.bytes;
      entries.delete(url);
      void entry.image.then((bitmap) => bitmap.close());
    }
  }

  return {
    load: (url, signal) =>
      touch(url).image.then((bitmap) => {
        signal?.throwIfAborted();
        return bitmap;
      }),
    isDeep: (url) => deep.has(url),
    prefetch(urls) {
      for (const url of urls) touch(url).image.catch(() => undefined);
    },
    clear() {
      for (const { image } of entries.values()) {
        image.then(
          (bitmap) => bitmap.close(),
          () => undefined,
        );
      }
      entries.clear();
    },
  };
}

async function decode(url: string, onDeep: () => void): Promise<ImageBitmap> {
  // eslint-disable-next-line no-restricted-globals -- pixels come from /media, never through the API
  const response = await fetch(url);
  if (!response.ok) throw new Error((await response.text()) || `The image could not be read (${response.status}).`);
  if (response.headers.get('X-Image-Depth') === '16') onDeep();
  return createImageBitmap(await response.blob());
}

/** The samples of a 16 bit image, as `electron/host/media` sends them. Rejects where they cannot be had. */
export async function loadDeepImage(url: string, signal: AbortSignal): Promise<DeepImage> {
  // eslint-disable-next-line no-restricted-globals -- pixels come from /media, never through the API
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error((await response.text()) || `The image could not be read (${response.status}).`);
  const [width = 0, height = 0, perPixel] = (response.headers.get('X-Image-Size') ?? '').split(' ').map(Number);
  const samples = new Uint16Array(await response.arrayBuffer());
  if ((perPixel !== 1 && perPixel !== 3) || samples.length !== width * height * perPixel) throw new Error('The samples are not whole.');
  return { width, height, perPixel, samples };
}
