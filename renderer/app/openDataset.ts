import i18next from 'i18next';
import { api } from '../api/api.ts';
import { hostState } from '../api/hostState.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { problemOf } from '../lib/problem.ts';
import { adoptUnsaved } from '../platform/saveQueues.ts';
import { addressStore } from '../state/addressStore.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { notify } from '../state/noticeStore.ts';

let round = 0;

async function open(id: string): Promise<void> {
  round += 1;
  const mine = round;
  datasetStore.setState((before) => (before.id === id ? { ...before, problem: null } : { id, summary: null, problem: null }));
  try {
    const summary = await api.datasets.openById({ dataset: id as DatasetId });
    if (mine === round) datasetStore.setState({ id, summary, problem: null });
    void adopt(summary.id);
  } catch (error) {
    if (mine === round) datasetStore.setState((before) => ({ ...before, problem: problemOf(error) }));
  }
}

/** Edits that an earlier window could not save are saved by this one. */
async function adopt(dataset: DatasetId): Promise<void> {
  const count = await adoptUnsaved(dataset).catch(() => 0);
  if (count > 0) notify({ level: 'info', message: i18next.t('app:save.adopted', { count }) });
}

export function reopenDataset(): void {
  const { id } = datasetStore.getState();
  if (id !== null) void open(id);
}

let asking = false;
let askAgain = false;

/** One question at a time, the last one always asked: `changed` may come many times a second while a job runs. */
async function refresh(id: string): Promise<void> {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const summary = await api.datasets.summary({ dataset: id as DatasetId });
    if (datasetStore.getState().id === id) datasetStore.setState({ summary, problem: null });
  } catch {
    // The next change asks again; what is shown stays.
  } finally {
    asking = false;
  }
  if (askAgain) {
    askAgain = false;
    setTimeout(() => void refresh(id), 300);
  }
}

/** Opens the dataset that the address names and keeps its summary fresh. It stays open when one goes Home. */
export function followDataset(): void {
  const follow = (): void => {
    const { dataset } = addressStore.getState().address;
    if (dataset !== null && dataset !== datasetStore.getState().id) void open(dataset);
  };
  follow();
  addressStore.subscribe(follow);
  api.datasets.changed(({ dataset }) => {
    if (dataset === datasetStore.getState().id) void refresh(dataset);
  });
  hostState.subscribe((state, before) => {
    const { id } = datasetStore.getState();
    // After a lost line anything may have changed, and a new host has nothing open.
    if (state.connection === 'connected' && before.connection === 'reconnecting' && id !== null) void open(id);
  });
}
