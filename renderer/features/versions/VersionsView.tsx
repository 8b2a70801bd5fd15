import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ReportEntry } from '../../../shared/contract/common.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { VersionSummary } from '../../../shared/contract/versions.ts';
import { api } from '../../api/api.ts';
import { BarEnd, BarMiddle } from '../../lib/barSlots.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useResource } from '../../lib/useResource.ts';
import { addressStore, navigate, setParams } from '../../state/addressStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { runJob } from '../../state/jobStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ExportPanel } from './ExportPanel.tsx';
import { nextVersionName } from '../../../shared/versions/nextName.ts';
import { FreezePanel } from './FreezePanel.tsx';
import { Timeline } from './Timeline.tsx';
import { VersionPage } from './VersionPage.tsx';
import './versions.css';

export function VersionsView(): ReactElement {
  const summary = useStore(datasetStore, (state) => state.summary);
  return summary === null ? <></> : <Versions summary={summary} />;
}

function Versions({ summary }: { readonly summary: DatasetSummary }): ReactElement {
  const { t } = useTranslation('versions');
  const dataset = summary.id;
  const list = useResource(dataset, () => api.versions.list({ dataset }));
  const { reload } = list;
  const wanted = useStore(addressStore, (state) => state.address.params['version']);
  const [freezing, setFreezing] = useState(false);
  useEffect(() => api.versions.changed((event) => event.dataset === dataset && reload()), [dataset, reload]);

  /** Of the version that was frozen last: what its audit found is read before it is exported. */
  const [audit, setAudit] = useState<{ readonly version: string; readonly report: readonly ReportEntry[] } | null>(null);
  const versions = (list.data ?? []).toReversed();
  const chosen = versions.find((version) => version.name === wanted) ?? versions[0] ?? null;
  const step = (by: number): void => {
    const next = versions[Math.min(Math.max(versions.indexOf(chosen as VersionSummary) + by, 0), versions.length - 1)];
    if (next) setParams({ version: next.name });
  };
  const verify = (): void => void verifyDataset(dataset, t);
  const restore = (): void => {
    if (chosen) void restoreVersion(dataset, chosen.name, t);
  };
  useCommands({
    'versions.freeze': { run: () => setFreezing(true), when: () => !summary.readOnly && summary.frames > 0 },
    'versions.verify': verify,
    'versions.restore': { run: restore, when: () => chosen !== null && !summary.readOnly },
    'versions.up': () => step(-1),
    'versions.down': () => step(1),
  });

  if (list.data === null) {
    return list.problem === null ? (
      <SkeletonRows rows={10} label={t('loading')} />
    ) : (
      <ErrorState message={list.problem.message} safe={t('error.safe')} details={list.problem.details} onRetry={reload} />
    );
  }
  const freezeButton = (variant: 'primary' | 'plain'): ReactElement => (
    <Button
      variant={variant}
      icon="versions"
      chord="F"
      disabled={summary.readOnly || summary.frames === 0}
      onClick={() => setFreezing(true)}
    >
      {t('freeze.action')}
    </Button>
  );
  return (
    <div className="versions-view">
      <BarMiddle>
        {chosen !== null && (
          <>
            <Icon name="next" small />
            <span className="clip">{chosen.name}</span>
            <span className="chip">{t('frozen')}</span>
          </>
        )}
      </BarMiddle>
      <BarEnd>
        <Button variant="ghost" icon="check" onClick={verify}>
          {t('verify.action')}
        </Button>
        {chosen !== null && (
          <Button
            variant="ghost"
            icon="undo"
            title={t('restore.action', { name: chosen.name })}
            disabled={summary.readOnly}
            onClick={restore}
          >
            <span className="wide">{t('restore.action', { name: chosen.name })}</span>
          </Button>
        )}
        {freezeButton('plain')}
      </BarEnd>
      {versions.length > 0 && <Timeline summary={summary} versions={versions} chosen={chosen} />}
      {chosen === null ? (
        <div className="versions-none">
          <EmptyState
            icon="versions"
            title={t('empty.title')}
            text={summary.frames === 0 ? `${t('empty.text')} ${t('empty.first')}` : t('empty.text')}
          >
            {summary.frames === 0 ? (
              <Button variant="primary" icon="import" onClick={() => navigate({ view: 'frames', dataset, params: {} })}>
                {t('empty.import')}
              </Button>
            ) : (
              freezeButton('primary')
            )}
          </EmptyState>
        </div>
      ) : (
        <VersionPage
          key={chosen.name}
          summary={summary}
          versions={versions}
          version={chosen}
          audit={audit?.version === chosen.name ? audit.report : []}
        />
      )}
      {freezing ? (
        <FreezePanel
          summary={summary}
          nextName={nextVersionName(versions.map(({ name }) => name))}
          onClose={() => setFreezing(false)}
          onDone={(version, report) => {
            setAudit({ version: version.name, report });
            setFreezing(false);
            reload();
            setParams({ version: version.name });
          }}
        />
      ) : (
        // Another key than that of the page beside it: of two children with one key React lets the old one stand.
        chosen !== null && <ExportPanel key={`export ${chosen.name}`} summary={summary} version={chosen} />
      )}
    </div>
  );
}

type Translate = ReturnType<typeof useTranslation<'versions'>>['t'];

async function verifyDataset(dataset: DatasetSummary['id'], t: Translate): Promise<void> {
  try {
    const result = await runJob(t('verify.job'), (options) => api.datasets.verify({ dataset }, options));
    if (result.ok) notify({ level: 'success', message: t('verify.ok', { count: result.checked }) });
    else
      notify({
        level: 'error',
        message: t('verify.bad', { count: result.problems.length }),
        details: JSON.stringify(result.problems, null, 2),
      });
  } catch (error) {
    tell(error);
  }
}

async function restoreVersion(dataset: DatasetSummary['id'], version: string, t: Translate): Promise<void> {
  try {
    const { frames, later } = await runJob(t('restore.job', { name: version }), (options) =>
      api.versions.restore({ dataset, version }, options),
    );
    notify({
      level: 'success',
      message: t('restore.done', { name: version, count: frames, later }),
      action: { label: t('restore.undo'), run: () => void api.annotations.undo({ dataset }).catch(tell) },
    });
  } catch (error) {
    tell(error);
  }
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
