import { availableParallelism } from 'node:os';
import type { Progress } from '../../../../shared/contract/common.ts';
import { isAppError } from '../../../../shared/errors.ts';
import type { MediaLocation } from '../../../db/types.ts';
import { readImageFile } from '../../../image/readImageFile.ts';
import { measureImage, type ImageStatistics } from '../../../image/statistics.ts';
import { forEachParallel } from '../imports/forEachParallel.ts';
import { createProgress } from '../imports/throttledProgress.ts';
import type { OpenDataset } from '../openDataset.ts';

export interface Measured {
  readonly measured: number;
  /** Images that are missing or cannot be decoded: their numbers stay unknown. */
  readonly failed: number;
}

/**
 * Measures what `frame.brightness` and its siblings read, on images that were not measured yet. An image that cannot be decoded is
 * noted and never tried again; one that is missing is tried again after the dataset was opened anew.
 */
export interface ImageMeasurer {
  /** Whoever asks while images are measured waits for the same pass; it stops when nobody waits any more, and loses nothing. */
  measure(
    dataset: OpenDataset,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress) => void },
  ): Promise<Measured>;
  /** How many images wait to be measured. */
  left(dataset: OpenDataset): Promise<number>;
  /** Before a dataset is closed: stops a pass, and waits until it is gone. */
  stop(dataset: OpenDataset): Promise<void>;
}

export interface ImageMeasurerDeps {
  readonly pathOf: (dataset: OpenDataset, location: MediaLocation) => Promise<string>;
  /** Statistics of frames were saved: 4 numbers a frame. */
  readonly onMeasured: (dataset: OpenDataset, frames: Float64Array, values: Float64Array) => void;
}

interface Pass {
  readonly controller: AbortController;
  readonly done: Promise<Measured>;
  readonly listeners: Set<(progress: Progress) => void>;
  followers: number;
}

/** What is known of an open dataset beside its database. */
interface Known {
  /** Images that cannot be read now, or whose numbers cannot be saved: not tried again while the dataset is open. */
  readonly passedOver: Set<number>;
  pass: Pass | null;
}

const maxWorkers = 4;
const pageImages = 256;

export function createImageMeasurer({ pathOf, onMeasured }: ImageMeasurerDeps): ImageMeasurer {
  const all = new WeakMap<OpenDataset['db'], Known>();
  const knownOf = ({ db }: OpenDataset): Known => {
    const known = all.get(db) ?? { passedOver: new Set(), pass: null };
    all.set(db, known);
    return known;
  };

  async function left(dataset: OpenDataset): Promise<number> {
    return Math.max(0, (await dataset.db.read('statistics.left', {})) - knownOf(dataset).passedOver.size);
  }

  /** One image. Null: it cannot be read now, which may be otherwise tomorrow. */
  async function statisticsOf(
    dataset: OpenDataset,
    location: MediaLocation,
  ): Promise<ImageStatistics | { readonly problem: string } | null> {
    let bytes;
    try {
      bytes = await readImageFile(await pathOf(dataset, location));
    } catch (error) {
      if (isAppError(error)) return null;
      throw error;
    }
    try {
      return await measureImage(bytes);
    } catch (error) {
      if (!isAppError(error)) throw error;
      // A slow minute of the machine says nothing about the image.
      return String(error.details?.['reason']).includes('timeout') ? null : { problem: error.message };
    }
  }

  /** A page of images, saved even where it is broken off. */
  async function measurePage(
    dataset: OpenDataset,
    known: Known,
    page: { readonly media: Float64Array; readonly locations: readonly MediaLocation[] },
    signal: AbortSignal,
    onImage: (failed: boolean) => void,
  ): Promise<void> {
    const media: number[] = [];
    const values: number[] = [];
    const undecodable: { media: number; problem: string }[] = [];
    const work = async (i: number): Promise<void> => {
      const id = page.media[i] as number;
      const location = page.locations[i];
      const found = location === undefined ? null : await statisticsOf(dataset, location);
      if (found === null) known.passedOver.add(id);
      else if ('problem' in found) undecodable.push({ media: id, problem: found.problem });
      else {
        media.push(id);
        values.push(found.brightness, found.lumaP95, found.contrast, found.sharpness);
      }
      onImage(found === null || 'problem' in found);
    };
    try {
      await forEachParallel(page.media.length, { workers: Math.min(maxWorkers, availableParallelism()), signal }, work);
    } finally {
      if (media.length + undecodable.length > 0)
        await save(dataset, known, { media: Float64Array.from(media), values: Float64Array.from(values), undecodable });
    }
  }

  async function save(
    dataset: OpenDataset,
    known: Known,
    found: {
      readonly media: Float64Array;
      readonly values: Float64Array;
      readonly undecodable: readonly { media: number; problem: string }[];
    },
  ): Promise<void> {
    if (dataset.readOnly) for (const id of [...found.media, ...found.undecodable.map(({ media }) => media)]) known.passedOver.add(id);
    else await dataset.db.write('statistics.note', found);
    const { frames, places } = await dataset.db.read('statistics.frames', { media: found.media });
    const values = new Float64Array(4 * frames.length);
    places.forEach((place, i) => values.set(found.values.subarray(4 * place, 4 * place + 4), 4 * i));
    onMeasured(dataset, frames, values);
  }

  async function run(dataset: OpenDataset, known: Known, signal: AbortSignal, tell: (progress: Progress) => void): Promise<Measured> {
    const progress = createProgress(tell);
    let measured = 0;
    let failed = 0;
    let total = await left(dataset);
    const step = (): Progress => ({ phase: 'measure', done: measured + failed, total, unit: 'images', ...(failed > 0 ? { failed } : {}) });
    // Nothing to do is nothing to show.
    if (total > 0) progress.now(step());
    // By key, so that images which come meanwhile are found as well, and a failed one is passed over.
    for (let after = 0; ;) {
      signal.throwIfAborted();
      const { media, frames } = await dataset.db.read('statistics.unmeasured', { after, limit: pageImages });
      const last = media.at(-1);
      if (last === undefined) break;
      after = last;
      const due = [...media.keys()].filter((i) => !known.passedOver.has(media[i] as number));
      const locations = new Map(
        (await dataset.db.read('frames.media', { ids: frames.filter((_, i) => due.includes(i)) })).map((location) => [
          Number(location.id),
          location,
        ]),
      );
      const wanted = due.filter((i) => locations.has(frames[i] as number));
      total = Math.max(total, measured + failed + wanted.length);
      await measurePage(
        dataset,
        known,
        {
          media: Float64Array.from(wanted, (i) => media[i] as number),
          locations: wanted.map((i) => locations.get(frames[i] as number) as MediaLocation),
        },
        signal,
        (isFailure) => {
          if (isFailure) failed += 1;
          else measured += 1;
          progress.soon(step());
        },
      );
    }
    total = measured + failed;
    if (total > 0) progress.now(step());
    return { measured, failed };
  }

  function startPass(dataset: OpenDataset, known: Known): Pass {
    const controller = new AbortController();
    const listeners = new Set<(progress: Progress) => void>();
    const done = run(dataset, known, controller.signal, (progress) => {
      for (const listener of listeners) listener(progress);
    }).finally(() => {
      if (known.pass?.controller === controller) known.pass = null;
    });
    // Those who wait hear of a failure; a pass that nobody waits for any more has nobody to tell.
    done.catch(() => undefined);
    return { controller, done, listeners, followers: 0 };
  }

  return {
    left,
    async measure(dataset, { signal, onProgress } = {}) {
      signal?.throwIfAborted();
      const known = knownOf(dataset);
      // A pass that was just broken off is waited for: two would measure the same images.
      while (known.pass?.controller.signal.aborted === true) await known.pass.done.catch(() => undefined);
      known.pass ??= startPass(dataset, known);
      const pass = known.pass;
      pass.followers += 1;
      if (onProgress) pass.listeners.add(onProgress);
      const left = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      try {
        return await Promise.race([pass.done, left]);
      } finally {
        if (onProgress) pass.listeners.delete(onProgress);
        pass.followers -= 1;
        if (pass.followers === 0) pass.controller.abort();
      }
    },
    async stop(dataset) {
      const { pass } = knownOf(dataset);
      pass?.controller.abort();
      await pass?.done.catch(() => undefined);
    },
  };
}
