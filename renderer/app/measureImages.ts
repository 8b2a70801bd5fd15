import i18next from 'i18next';
import { api } from '../api/api.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { problemOf } from '../lib/problem.ts';
import { runJob } from '../state/jobStore.ts';
import { notify } from '../state/noticeStore.ts';

/** Datasets whose images are being measured for this window, and those where somebody has cancelled that. */
const running = new Set<DatasetId>();
const declined = new Set<DatasetId>();

/** Measures the images of a dataset in sight of the status bar, one pass at a time. */
export async function measureImages(dataset: DatasetId): Promise<void> {
  if (running.has(dataset)) return;
  running.add(dataset);
  declined.delete(dataset);
  try {
    await runJob(i18next.t('app:jobs.measure'), (options) => api.frames.measure({ dataset }, options));
  } catch (error) {
    // Also after a failure: a question that is asked again must not start it over and over.
    declined.add(dataset);
    const problem = problemOf(error);
    if (problem !== null) notify({ level: 'error', message: problem.message });
  } finally {
    running.delete(dataset);
  }
}

/** Starts measuring when a question needs it; after a cancel only by the command. */
export function followMeasuring(): void {
  api.frames.measureWanted(({ dataset }) => {
    if (!declined.has(dataset)) void measureImages(dataset);
  });
}
