/**
 * Calls `work` for 0 … count − 1 with at most `workers` calls at once, in rising order of start. Stops at the first
 * error and at the signal; calls that run are waited for, so that nothing goes on after it returns.
 */
export async function forEachParallel(
  count: number,
  options: { readonly workers: number; readonly signal: AbortSignal },
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const run = async (): Promise<void> => {
    while (failure === null && next < count && !options.signal.aborted) {
      const index = next++;
      try {
        await work(index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.workers, count) }, run));
  options.signal.throwIfAborted();
  const failed = failure as { readonly error: unknown } | null;
  if (failed !== null) throw failed.error;
}
