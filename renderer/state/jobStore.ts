import { createStore } from 'zustand/vanilla';
import type { Progress } from '../../shared/contract/common.ts';

/** Long work, as the status bar shows it. */
export interface RunningJob {
  readonly id: string;
  /** What it does, in words; the progress bar carries this name. */
  readonly name: string;
  readonly progress: Progress | null;
  readonly paused: boolean;
  readonly cancel: () => void;
  readonly pause?: () => void;
  readonly resume?: () => void;
}

interface JobState {
  readonly jobs: readonly RunningJob[];
  /** Names of jobs that a panel shows now, with its own Cancel: the status bar leaves them to it. */
  readonly elsewhere: ReadonlySet<string>;
}

export const jobStore = createStore<JobState>(() => ({ jobs: [], elsewhere: new Set() }));

/** A panel shows this job itself until it calls what is returned. */
export function showElsewhere(name: string): () => void {
  jobStore.setState(({ elsewhere }) => ({ elsewhere: new Set([...elsewhere, name]) }));
  return () => jobStore.setState(({ elsewhere }) => ({ elsewhere: new Set([...elsewhere].filter((other) => other !== name)) }));
}

export function putJob(job: RunningJob): void {
  jobStore.setState(({ jobs }) => ({
    jobs: jobs.some((j) => j.id === job.id) ? jobs.map((j) => (j.id === job.id ? job : j)) : [...jobs, job],
  }));
}

export function endJob(id: string): void {
  jobStore.setState(({ jobs }) => ({ jobs: jobs.filter((job) => job.id !== id) }));
}

let next = 1;

export interface JobOptions<P> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: P) => void;
}

/**
 * Runs a job of the contract and shows it while it runs: `runJob(name, (options) => api().imports.run(input, options))`.
 * `onProgress` hears of it at once, with null, so that it can be cancelled before it has come to anything.
 */
export async function runJob<P extends Progress, R>(
  name: string,
  work: (options: JobOptions<P>) => Promise<R>,
  onProgress?: (progress: P | null, cancel: () => void) => void,
): Promise<R> {
  const id = `local-${next}`;
  next += 1;
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  putJob({ id, name, progress: null, paused: false, cancel });
  onProgress?.(null, cancel);
  try {
    return await work({
      signal: controller.signal,
      onProgress: (progress) => {
        putJob({ id, name, progress, paused: false, cancel });
        onProgress?.(progress, cancel);
      },
    });
  } finally {
    endJob(id);
  }
}
