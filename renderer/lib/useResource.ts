import { useCallback, useEffect, useRef, useState } from 'react';
import { type Problem, problemOf } from './problem.ts';

export interface Resource<T> {
  /** The latest answer; stays while a newer one is on its way or failed. */
  readonly data: T | null;
  readonly problem: Problem | null;
  /** What was thrown, for code that acts on it. */
  readonly failure: unknown;
  readonly loading: boolean;
  /** Whether `data` or `problem` is the answer to the key of now. */
  readonly current: boolean;
  readonly reload: () => void;
}

/**
 * Asks the host when `key` changes (null asks nothing), cancels what is outdated, keeps the last answer meanwhile.
 * `load` may change every render; only `key` says what is asked.
 */
export function useResource<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key: string | null; data: T | null; problem: Problem | null; failure: unknown; loading: boolean }>({
    key: null,
    data: null,
    problem: null,
    failure: null,
    loading: key !== null,
  });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  useEffect(() => {
    latest.current = load;
  });
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    latest.current(controller.signal).then(
      (data) => {
        if (!controller.signal.aborted) setState({ key, data, problem: null, failure: null, loading: false });
      },
      (error: unknown) => {
        if (!controller.signal.aborted)
          setState((before) => ({ key, data: before.data, problem: problemOf(error), failure: error, loading: false }));
      },
    );
    return () => controller.abort();
  }, [key, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { data: state.data, problem: state.problem, failure: state.failure, loading: state.loading, current: state.key === key, reload };
}
