/** Decoded images of frames, newest first, held below a number of bytes. Bitmaps hold memory outside the heap, so they are closed, not dropped. */
export interface ImageCache {
  /** The upright image (the browser applies EXIF orientation while decoding). Rejects with the reason as its message. */
  load(url: string, signal?: AbortSignal): Promise<ImageBitmap>;
  /** Decodes ahead, quietly. */
  prefetch(urls: readonly string[]): void;
  clear(): void;
}

interface Entry {
  readonly image: Promise<ImageBitmap>;
  bytes: number;
}

const defaultBudgetBytes = 512 * 2 ** 20;
/** Never closed, whatever the budget says: the frame on the canvas and its neighbours. */
const alwaysKept = 4;

export function createImageCache(budgetBytes = defaultBudgetBytes): ImageCache {
  const entries = new Map<string, Entry>();

  function touch(url: string): Entry {
    const known = entries.get(url);
    const entry = known ?? start(url);
    entries.delete(url);
    entries.set(url, entry);
    return entry;
  }

  function start(url: string): Entry {
    const image = decode(url);
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

async function decode(url: string): Promise<ImageBitmap> {
  // eslint-disable-next-line no-restricted-globals -- pixels come from /media, never through the API
  const response = await fetch(url);
  if (!response.ok) throw new Error((await response.text()) || `The image could not be read (${response.status}).`);
  return createImageBitmap(await response.blob());
}
