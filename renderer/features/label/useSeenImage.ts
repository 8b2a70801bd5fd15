import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { isNeutral } from '../../canvas/model/adjustments.ts';
import { type Adjusted, createImageAdjuster, type DeepImage, type ImageAdjuster } from '../../platform/adjustImage.ts';
import { loadDeepImage } from './imageCache.ts';
import type { LabelSession } from './labelSession.ts';
import { useAdjustments } from './viewOptions.ts';

export interface SeenImage {
  /** What the canvas shows: the image, or what the adjustments make of it; null until there is something. */
  readonly image: ImageBitmap | null;
  /** Of a 16 bit image: the window it suggests for itself, once it is known. */
  readonly window: readonly [low: number, high: number] | null;
  readonly deep: boolean;
}

/** The image of the open frame as this person wants to see it. Adjusting happens in a worker; the canvas never waits for it. */
export function useSeenImage(session: LabelSession): SeenImage {
  const image = useStore(session.store, (state) => state.image);
  const deepUrl = useStore(session.store, (state) => state.deepUrl);
  const adjustments = useAdjustments(session.dataset);
  const [adjusted, setAdjusted] = useState<{ readonly of: ImageBitmap; readonly what: Adjusted } | null>(null);
  const [deep, setDeep] = useState<{ readonly url: string; readonly image: DeepImage } | null>(null);
  const adjuster = useRef<{ readonly adjuster: ImageAdjuster; of: ImageBitmap | null; deep: DeepImage | null } | null>(null);
  const plain = isNeutral(adjustments);
  const samples = deep !== null && deep.url === deepUrl ? deep.image : null;

  useEffect(() => {
    if (deepUrl === null || plain) return undefined;
    const asked = new AbortController();
    // Without its samples a 16 bit image is adjusted as the 8 bit picture that is shown.
    loadDeepImage(deepUrl, asked.signal).then(
      (loaded) => setDeep({ url: deepUrl, image: loaded }),
      () => undefined,
    );
    return () => asked.abort();
  }, [deepUrl, plain]);

  useEffect(() => {
    if (image === null || plain) {
      setAdjusted(null);
      return;
    }
    const made = (adjuster.current ??= {
      adjuster: createImageAdjuster((what) => {
        const of = adjuster.current?.of;
        if (of) setAdjusted({ of, what });
        else what.bitmap.close();
      }),
      of: null,
      deep: null,
    });
    if (made.of !== image || made.deep !== samples) {
      made.of = image;
      made.deep = samples;
      made.adjuster.setImage(image, samples);
    }
    made.adjuster.adjust(adjustments);
  }, [image, samples, adjustments, plain]);

  useEffect(
    () => () => {
      adjuster.current?.adjuster.close();
      adjuster.current = null;
    },
    [],
  );
  // The canvas has the next picture before this one is let go.
  useEffect(() => () => adjusted?.what.bitmap.close(), [adjusted]);

  const current = adjusted !== null && adjusted.of === image ? adjusted.what : null;
  return { image: plain ? image : (current?.bitmap ?? null), window: current?.window ?? null, deep: deepUrl !== null };
}
