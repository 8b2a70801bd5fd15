import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createImageCache } from '../../../../renderer/features/label/imageCache.ts';

interface Bitmap {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly close: () => void;
}

let closed: string[] = [];
let answers: Map<string, { readonly resolve: () => void; readonly fail: () => void }>;

/** Images of 100 × 100 px: 40,000 bytes each. */
beforeEach(() => {
  closed = [];
  answers = new Map();
  vi.stubGlobal('fetch', (url: string) => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const answer = (ok: boolean) => () =>
      resolve({ ok, status: 404, text: async () => 'gone', headers: new Headers(), blob: async () => ({ url }) });
    answers.set(url, { resolve: answer(true), fail: answer(false) });
    return promise;
  });
  vi.stubGlobal('createImageBitmap', async ({ url }: { readonly url: string }): Promise<Bitmap> => {
    return { url, width: 100, height: 100, close: () => closed.push(url) };
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test('the image on the canvas outlives the four that are decoded ahead of it, whatever the budget says', async () => {
  const images = createImageCache(1);
  for (const url of ['older', 'now']) {
    const loaded = images.load(url);
    answers.get(url)?.resolve();
    await loaded;
  }
  const ahead = ['a', 'b', 'c', 'd'];
  images.prefetch(ahead);
  for (const url of ahead) answers.get(url)?.resolve();
  await vi.waitFor(() => expect(closed).toEqual(['older']));
  images.clear();
  await vi.waitFor(() => expect(closed.sort()).toEqual(['a', 'b', 'c', 'd', 'now', 'older']));
});

test('an image that is still decoded is not given up while others are in the way, and its failure is told to who waits alone', async () => {
  const images = createImageCache(1);
  const late = images.load('late');
  for (const url of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const loaded = images.load(url);
    answers.get(url)?.resolve();
    await loaded;
  }
  await vi.waitFor(() => expect(closed).toEqual(['a', 'b']));
  answers.get('late')?.fail();
  await expect(late).rejects.toThrow('gone');
  // The next visit asks anew.
  const again = images.load('late');
  answers.get('late')?.resolve();
  expect(await again).toMatchObject({ url: 'late' });
});
