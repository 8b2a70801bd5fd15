import { AppError, isAppError } from '../../../shared/errors.ts';

/** Work that must not run twice at a time for one key waits for its turn, in the order it was asked for. */
export interface Turns<Key> {
  /** Errors: cancelled (`waiting` fired before the turn came; its reason where that is coded), and those of `work`. */
  take<T>(key: Key, waiting: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Resolves when all who were in line by now are done; never rejects. */
  idle(key: Key): Promise<void>;
}

export function createTurns<Key>(): Turns<Key> {
  /** Settles when the last one in line is done; never rejects. */
  const last = new Map<Key, Promise<void>>();
  return {
    async take(key, waiting, work) {
      const before = last.get(key) ?? Promise.resolve();
      const { promise: turn, resolve: finish } = Promise.withResolvers<void>();
      const line = before.then(() => turn);
      last.set(key, line);
      try {
        await Promise.race([before, aborted(waiting)]);
        if (waiting.aborted)
          throw isAppError(waiting.reason) ? waiting.reason : new AppError('cancelled', 'It was stopped before it began.');
        return await work();
      } finally {
        // Who gave up waiting still keeps the ones behind in line.
        finish();
        void line.then(() => last.get(key) === line && last.delete(key));
      }
    },
    idle: (key) => last.get(key) ?? Promise.resolve(),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
