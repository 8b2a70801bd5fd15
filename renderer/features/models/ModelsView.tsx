import { type ReactElement, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { ModelSummary, RunSummary } from '../../../shared/contract/models.ts';
import { api } from '../../api/api.ts';
import { BarEnd } from '../../lib/barSlots.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useResource } from '../../lib/useResource.ts';
import { addressStore, setParams } from '../../state/addressStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { choosePath } from '../../platform/choosePath.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { AddModelPanel } from './AddModelPanel.tsx';
import { EvaluationPanel } from './EvaluationPanel.tsx';
import { ModelRow } from './ModelRow.tsx';
import './models.css';
import { RunModelPanel } from './RunModelPanel.tsx';
import { RunRow } from './RunRow.tsx';
import { settingsStore } from '../../state/settingsStore.ts';

/** In the address: the panel of the run in use was closed. No run is named so. */
const noRun = '-';

type Panel = { readonly kind: 'add'; readonly path: string } | { readonly kind: 'run'; readonly model: string | null } | null;

export function ModelsView(): ReactElement {
  const summary = useStore(datasetStore, (state) => state.summary);
  return summary === null ? <></> : <Models summary={summary} />;
}

function Models({ summary }: { readonly summary: DatasetSummary }): ReactElement {
  const { t } = useTranslation('models');
  const dataset = summary.id;
  const models = useResource(dataset, () => api.models.list({ dataset }));
  const { reload: reloadModels } = models;
  const { runs, problem: runsProblem, reload: reloadRuns } = useRuns(dataset, reloadModels);
  const [panel, setPanel] = useState<Panel>(null);
  const shown = useStore(addressStore, (state) => state.address.params['run']);
  // Beside few rows stands what one comes for: the numbers of the run in use, until somebody closes them.
  const roomy = useRoomy();
  const inUse = runs?.find((run) => run.name === summary.activeRun && run.status === 'done') ?? runs?.find((run) => run.status === 'done');
  const wanted = shown ?? (roomy ? inUse?.name : undefined);
  const evaluated = panel === null ? (runs?.find((run) => run.name === wanted) ?? null) : null;
  // "Run a model on many frames" of another view leads here with the panel open.
  const asked = useStore(addressStore, (state) => state.address.params['panel'] === 'run');
  const firstModel = models.data?.[0]?.name;
  const mayRun = asked && !summary.readOnly && firstModel !== undefined;
  useEffect(() => {
    if (!mayRun) return;
    setPanel({ kind: 'run', model: firstModel });
    setParams({ panel: null });
  }, [mayRun, firstModel]);
  const closeRun = (): void => setParams({ run: noRun });

  const add = async (): Promise<void> => {
    const path = await choosePath({ kind: 'file', title: t('add.choose'), extensions: ['onnx'] });
    if (path !== null) setPanel({ kind: 'add', path });
  };
  const list = models.data ?? [];
  useCommands({
    'models.close': {
      run: () => (panel === null ? closeRun() : setPanel(null)),
      when: () => panel !== null || evaluated !== null,
    },
    'models.add': { run: () => void add(), when: () => !summary.readOnly },
    'models.run': { run: () => setPanel({ kind: 'run', model: list[0]?.name ?? null }), when: () => !summary.readOnly && list.length > 0 },
  });

  const problem = models.problem ?? runsProblem;
  if (models.data === null || runs === null) {
    return problem === null ? (
      <SkeletonRows rows={10} label={t('loading')} />
    ) : (
      <ErrorState message={problem.message} safe={t('error.safe')} details={problem.details} onRetry={reloadModels} />
    );
  }
  const addButton = (variant: 'primary' | 'ghost'): ReactElement => (
    <Button icon="plus" variant={variant} chord="N" disabled={summary.readOnly} onClick={() => void add()}>
      {t('add.action')}
    </Button>
  );
  return (
    <div className="models-view">
      <BarEnd>
        {addButton('ghost')}
        {list.length > 0 && (
          <Button icon="play" chord="R" disabled={summary.readOnly} onClick={() => setPanel({ kind: 'run', model: list[0]?.name ?? null })}>
            {t('run.action')}
          </Button>
        )}
      </BarEnd>
      <div className="models-lists scroll">
        {list.length === 0 && runs.length === 0 ? (
          <EmptyState icon="box" title={t('empty.title')} text={t('empty.text')}>
            {addButton('primary')}
          </EmptyState>
        ) : (
          <>
            <section aria-label={t('title')}>
              <h2 className="list-head">
                {t('title')} <span className="dim">{list.length}</span>
              </h2>
              {list.length === 0 && <p className="dim list-none">{t('none')}</p>}
              {list.map((model) => (
                <ModelRow
                  key={model.name}
                  model={model}
                  best={bestAp(runs, model)}
                  readOnly={summary.readOnly}
                  onRun={() => setPanel({ kind: 'run', model: model.name })}
                  onRemove={() => void api.models.remove({ dataset, model: model.name }).then(reloadModels, tell)}
                />
              ))}
            </section>
            <section aria-label={t('runs')}>
              <h2 className="list-head">
                {t('runs')} <span className="dim">{runs.length}</span>
              </h2>
              {runs.length === 0 && <p className="dim list-none">{t('noRuns')}</p>}
              {runs.map((run) => (
                <RunRow
                  key={run.name}
                  summary={summary}
                  run={run}
                  chosen={run.name === evaluated?.name}
                  onOpen={() => {
                    setPanel(null);
                    setParams({ run: run.name });
                  }}
                />
              ))}
            </section>
          </>
        )}
      </div>
      {panel?.kind === 'add' && (
        <AddModelPanel
          key={panel.path}
          summary={summary}
          path={panel.path}
          onClose={() => setPanel(null)}
          onAdded={(model) => {
            reloadModels();
            setPanel({ kind: 'run', model: model.name });
          }}
        />
      )}
      {panel?.kind === 'run' && (
        <RunModelPanel
          key={panel.model ?? ''}
          summary={summary}
          models={list}
          model={panel.model}
          onClose={() => setPanel(null)}
          onStarted={() => setPanel(null)}
        />
      )}
      {evaluated !== null && (
        <EvaluationPanel key={evaluated.name} summary={summary} run={evaluated} onMeasured={reloadRuns} onClose={closeRun} />
      )}
    </div>
  );
}

/** Whether lists and panel stand side by side without crowding each other. */
function useRoomy(): boolean {
  const scale = useStore(settingsStore, (state) => state.settings.scale);
  return useSyncExternalStore(followWindow, () => window.innerWidth > 1240 * scale);
}

function followWindow(changed: () => void): () => void {
  window.addEventListener('resize', changed);
  return () => window.removeEventListener('resize', changed);
}

/** The runs of a dataset, kept fresh by what the host says while one runs. */
function useRuns(
  dataset: DatasetSummary['id'],
  /** How fast a model is and what it scores follows from its runs. */
  onEnded: () => void,
): {
  readonly runs: readonly RunSummary[] | null;
  readonly problem: ReturnType<typeof problemOf>;
  readonly reload: () => void;
} {
  const asked = useResource(dataset, () => api.models.runs({ dataset }));
  const { reload } = asked;
  const [live, setLive] = useState<readonly RunSummary[]>([]);
  useEffect(
    () =>
      api.models.runChanged((event) => {
        if (event.dataset !== dataset) return;
        setLive((before) => [event.run, ...before.filter((run) => run.name !== event.run.name)]);
        if (event.run.status === 'running') return;
        reload();
        onEnded();
      }),
    [dataset, reload, onEnded],
  );
  if (asked.data === null) return { runs: null, problem: asked.problem, reload };
  const merged = asked.data.map((run) => {
    const newer = live.find((candidate) => candidate.name === run.name);
    return newer?.status === 'running' || newer?.status === 'paused' ? newer : run;
  });
  const started = live.filter((run) => run.status === 'running' && !merged.some((other) => other.name === run.name));
  return { runs: [...started, ...merged], problem: asked.problem, reload };
}

function bestAp(runs: readonly RunSummary[], model: ModelSummary): number | null {
  const values = runs.filter((run) => run.model === model.name && run.ap !== null && run.ap >= 0).map((run) => run.ap as number);
  return values.length === 0 ? null : Math.max(...values);
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
