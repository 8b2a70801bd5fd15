import { AppError, type WireError, isAppError, toWireError } from '../../shared/errors.ts';
import { type Child, ProcessGone } from './child.ts';
import type { DetectedImage } from './types.ts';

export type FrameResult = { readonly image: DetectedImage } | { readonly error: WireError };

export interface PoolOptions {
  /** Processes at work; each gets at most `window` images at a time, so that it decodes while it computes. */
  readonly processes: number;
  readonly window: number;
  /** Starts a process and opens the model in it. */
  readonly start: () => Promise<Child>;
  /** Takes back a process that is no longer needed. */
  readonly release: (child: Child) => void;
  /** The place of an image; may throw a coded error, which becomes the result. */
  readonly detect: (child: Child, index: number) => Promise<DetectedImage>;
  readonly frames: number;
  /** Results come as they are ready, in no order, but never further ahead than `ahead` of the first that is open. */
  readonly ahead: number;
  readonly onResult: (index: number, result: FrameResult) => void;
  readonly onRestart?: (reason: string) => void;
  readonly signal: AbortSignal;
  /** Resolves at once, or when a pause ends. */
  readonly gate: () => Promise<void>;
  /** Base of the growing wait before a restart, in ms. */
  readonly backoff?: number;
}

/** So many deaths in a row without one good image mean that it is not the images. */
const maxDeaths = 6;

/**
 * Runs frames 0 … frames − 1 through a few processes. A process that dies is started again after a growing wait; the images
 * it had are then tried one at a time, so that an image that ends it a second time is known, named and skipped.
 * Rejects when cancelled (`cancelled`) or when processes die whatever they get (`model_failed`).
 */
export async function runPool(options: PoolOptions): Promise<void> {
  const { frames, signal } = options;
  const crashes = new Map<number, number>();
  /** Images that were at work when a process died, to be tried alone. */
  const suspects: number[] = [];
  const done = new Uint8Array(frames);
  let first = 0;
  let next = 0;
  let deaths = 0;
  let wake = Promise.withResolvers<void>();
  let failure: Error | null = null;
  const children = new Set<Child>();
  const notify = (): void => {
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const finish = (index: number, result: FrameResult): void => {
    done[index] = 1;
    while (first < frames && done[first] === 1) first++;
    options.onResult(index, result);
    notify();
  };
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error));
    for (const child of children) child.kill();
    notify();
  };
  const onAbort = (): void => fail(new AppError('cancelled', 'The run was stopped.'));
  if (signal.aborted) throw new AppError('cancelled', 'The run was stopped.');
  signal.addEventListener('abort', onAbort, { once: true });

  /** One process and its successors. */
  const slot = async (): Promise<void> => {
    let child: Child | null = null;
    const atWork = new Set<number>();
    let alone = false;
    let died: string | null = null;
    const begin = (index: number, running: Child): void => {
      atWork.add(index);
      options.detect(running, index).then(
        (image) => {
          deaths = 0;
          atWork.delete(index);
          finish(index, { image });
        },
        (error: unknown) => {
          if (error instanceof ProcessGone) died ??= error.reason;
          else {
            atWork.delete(index);
            if (isAppError(error)) finish(index, { error: toWireError(error) });
            else fail(error);
          }
          notify();
        },
      );
    };
    while (failure === null && first < frames) {
      if (died !== null) {
        options.onRestart?.(died);
        if (child !== null) children.delete(child);
        child = null;
        for (const index of [...atWork].sort((a, b) => a - b)) {
          const times = (crashes.get(index) ?? 0) + 1;
          crashes.set(index, times);
          if (times < 2) suspects.push(index);
          else
            finish(index, {
              error: {
                code: 'model_failed',
                message: 'The inference process ended twice on this image, so it is skipped.',
                details: { reason: died },
              },
            });
        }
        atWork.clear();
        alone = false;
        died = null;
        if (++deaths > maxDeaths) {
          fail(new AppError('model_failed', 'The inference process ends again and again, whatever image it gets.', { deaths }));
          break;
        }
        await sleep(Math.min(5_000, (options.backoff ?? 50) * 2 ** (deaths - 1)), signal);
        continue;
      }
      await options.gate();
      if (failure !== null) break;
      if (child === null) {
        if (suspects.length === 0 && next >= frames) {
          // Others are at the last images; this one is needed only if they fail.
          await wake.promise;
          continue;
        }
        try {
          child = await options.start();
          children.add(child);
          if (failure !== null) child.kill();
        } catch (error) {
          if (error instanceof ProcessGone) died = error.reason;
          else fail(error);
        }
        continue;
      }
      if (suspects.length > 0 && !alone) {
        if (atWork.size === 0) {
          alone = true;
          begin(suspects.shift() as number, child);
        }
      } else if (alone && atWork.size === 0) {
        alone = false;
        continue;
      } else if (!alone && atWork.size < options.window && next < frames && next < first + options.ahead) {
        begin(next++, child);
        continue;
      }
      await wake.promise;
    }
    if (child !== null && failure === null && died === null) options.release(child);
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(options.processes, frames)) }, slot));
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  if (failure !== null) throw failure;
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
