import { createStore } from 'zustand/vanilla';
import type { DatasetSummary } from '../../shared/contract/datasets.ts';
import type { Problem } from '../lib/problem.ts';

/** The dataset of the address: its summary, or why it could not be opened. */
export interface DatasetState {
  readonly id: string | null;
  readonly summary: DatasetSummary | null;
  readonly problem: Problem | null;
}

export const datasetStore = createStore<DatasetState>(() => ({ id: null, summary: null, problem: null }));
