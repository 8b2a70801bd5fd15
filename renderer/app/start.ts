import i18next from 'i18next';
import { api } from '../api/api.ts';
import { hostState } from '../api/hostState.ts';
import { setLanguage, resolveLanguage } from '../locales/i18n.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { scales } from '../../shared/contract/settings.ts';
import { home } from '../lib/address.ts';
import { type DatasetView } from '../lib/address.ts';
import { addressStore, navigate } from '../state/addressStore.ts';
import { handleCommands } from '../state/commandStore.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { hostStore } from '../state/hostStore.ts';
import { endJob, putJob } from '../state/jobStore.ts';
import { notify } from '../state/noticeStore.ts';
import { openPalette, overlayStore } from '../state/overlayStore.ts';
import { receiveSettings, saveLayoutWith, settingsStore } from '../state/settingsStore.ts';
import { followMeasuring, measureImages } from './measureImages.ts';
import { shownTheme } from './theme.ts';
import { views } from './views.tsx';

async function loadHost(): Promise<void> {
  const [settings, info] = await Promise.all([api.settings.get({}), api.host.info({})]);
  receiveSettings(settings);
  hostStore.setState({ info });
  // Probing providers takes seconds; the window does not wait for it.
  const doctor = await api.host.doctor({});
  hostStore.setState({ doctor });
}

/** Settings, the machine's report, notices and runs: what every view shares. */
export function followHost(): void {
  saveLayoutWith((patch) => api.settings.set(patch));
  const load = (): void => void loadHost().catch(() => undefined);
  load();
  hostState.subscribe((state, before) => {
    if (state.connection === 'connected' && before.connection === 'reconnecting') load();
  });
  api.settings.changed(receiveSettings);
  api.host.notice(({ level, message }) => notify({ level, message }));
  api.models.runChanged(({ dataset, run }) => showRun(dataset, run));
  followMeasuring();
  settingsStore.subscribe(({ settings }, before) => {
    if (settings.language !== before.settings.language) void setLanguage(resolveLanguage(settings.language, navigator.languages));
  });
}

type Run = Parameters<Parameters<typeof api.models.runChanged>[0]>[0]['run'];

/** A run is shown while it runs, whoever started it and wherever. */
function showRun(dataset: DatasetId, run: Run): void {
  const id = `run ${dataset} ${run.name}`;
  if (run.status !== 'running' && run.status !== 'paused') return endJob(id);
  const input = { dataset, run: run.name };
  const tell = (error: unknown): void => void notify({ level: 'error', message: error instanceof Error ? error.message : String(error) });
  putJob({
    id,
    name: i18next.t('app:jobs.prelabel', { name: run.name }),
    progress: {
      phase: 'prelabel',
      done: run.frames,
      total: run.totalFrames,
      unit: 'frames',
      failed: run.failed.length,
      ...(run.imagesPerSecond === null ? {} : { perSecond: run.imagesPerSecond }),
      ...(run.etaSeconds === null ? {} : { etaSeconds: run.etaSeconds }),
    },
    paused: run.status === 'paused',
    cancel: () => void api.models.cancelRun(input).catch(tell),
    pause: () => void api.models.pauseRun(input).catch(tell),
    resume: () => void api.models.resumeRun(input).catch(tell),
  });
}

function goTo(view: DatasetView): { readonly run: () => void; readonly when: () => boolean } {
  return {
    run: () => {
      const { id } = datasetStore.getState();
      const last = addressStore.getState().last[view];
      navigate(last !== undefined && last.dataset === id ? last : { view, dataset: id, params: {} });
    },
    when: () => datasetStore.getState().id !== null && views.some((candidate) => candidate.name === view),
  };
}

const setting = (patch: Parameters<typeof api.settings.set>[0]) => (): void => {
  void api.settings.set(patch).then(receiveSettings, (error: unknown) => notify({ level: 'error', message: String(error) }));
};

/** One step larger or smaller; not offered at the end. */
function scaled(by: 1 | -1): { readonly run: () => void; readonly when: () => boolean } {
  const next = (): (typeof scales)[number] | undefined => scales[scales.indexOf(settingsStore.getState().settings.scale) + by];
  return { run: () => setting({ scale: next() ?? 1 })(), when: () => next() !== undefined };
}

export function handleGlobalCommands(): void {
  handleCommands({
    'app.palette': { run: () => openPalette(!overlayStore.getState().palette) },
    'app.home': { run: () => navigate(home) },
    'app.frames': goTo('frames'),
    'app.label': goTo('label'),
    'app.triggers': goTo('triggers'),
    'app.models': goTo('models'),
    'app.versions': goTo('versions'),
    'app.settings': { run: () => navigate({ view: 'settings', dataset: null, params: {} }) },
    'app.toggleTheme': {
      run: () => setting({ theme: shownTheme(settingsStore.getState().settings.theme) === 'dark' ? 'light' : 'dark' })(),
    },
    'app.systemTheme': { run: setting({ theme: 'system' }), when: () => settingsStore.getState().settings.theme !== 'system' },
    'app.toggleContrast': {
      run: () => setting({ contrast: document.documentElement.dataset.contrast === 'more' ? 'normal' : 'more' })(),
    },
    'app.larger': scaled(1),
    'app.smaller': scaled(-1),
    'app.english': { run: setting({ language: 'en' }), when: () => i18next.language !== 'en' },
    'app.korean': { run: setting({ language: 'ko' }), when: () => i18next.language !== 'ko' },
    'app.measureImages': {
      run: () => void measureImages(datasetStore.getState().id as DatasetId),
      when: () => datasetStore.getState().id !== null,
    },
    'app.closeDataset': {
      run: () => {
        const { id } = datasetStore.getState();
        if (id === null) return;
        datasetStore.setState({ id: null, summary: null, problem: null });
        navigate(home);
        void api.datasets.close({ dataset: id as DatasetId }).catch(() => undefined);
      },
      when: () => datasetStore.getState().id !== null,
      detail: () => datasetStore.getState().summary?.name ?? '',
    },
  });
}
