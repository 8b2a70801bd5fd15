import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { RunSummary } from '../../../shared/contract/models.ts';
import { api } from '../../api/api.ts';
import { formatCount, formatDuration, formatExact, formatRelative } from '../../lib/format.ts';
import { problemOf } from '../../lib/problem.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { runJob } from '../../state/jobStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Menu, type MenuEntry } from '../../ui/Menu.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly run: RunSummary;
  readonly chosen: boolean;
  readonly onOpen: () => void;
}

const marks = { running: 'refresh', paused: 'pause', done: 'check', cancelled: 'close', failed: 'warning', interrupted: 'pause' } as const;

/** One run: what ran on what, how far, how fast, what failed and what can be done with it. */
export function RunRow({ summary, run, chosen, onOpen }: Props): ReactElement {
  const { t } = useTranslation('models');
  const language = useLanguage();
  const [showFailed, setShowFailed] = useState(false);
  const isActive = summary.activeRun === run.name;
  const partial = run.status !== 'done' && run.totalFrames > 0;
  const act = actions(summary, run, t);
  const count = formatCount(run.frames, language);
  const rate = run.imagesPerSecond === null ? '' : t('rate', { rate: run.imagesPerSecond.toFixed(run.imagesPerSecond < 10 ? 1 : 0) });
  const took = run.finishedAt === null ? null : (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  return (
    <div className={chosen ? 'run-row chosen' : 'run-row'}>
      <Icon name={marks[run.status]} />
      <div className="grow two-lines">
        <span className="row">
          <button type="button" className="run-title clip" title={run.name} onClick={onOpen}>
            {run.name}
          </button>
          {isActive && <span className="chip on">{t('active')}</span>}
        </span>
        <span className="dim clip">
          <StatusText run={run} />
        </span>
        {partial && <ProgressBar name={t('run.job', { name: run.name })} done={run.frames} total={run.totalFrames} />}
      </div>
      <div className="two-lines number frames">
        <strong>{partial ? `${count} / ${formatCount(run.totalFrames, language)}` : t('run.frames', { count: run.frames })}</strong>
        <span className="dim">{t('boxes', { count: run.boxes })}</span>
      </div>
      <div className="two-lines number rate wide-only">
        <strong>{rate === '' ? '–' : rate}</strong>
        <span className="dim">
          {run.status === 'running' && run.etaSeconds !== null
            ? t('left', { time: formatDuration(run.etaSeconds, language) })
            : took !== null
              ? t('took', { time: formatDuration(took, language) })
              : ''}
        </span>
      </div>
      <div className="two-lines number">
        <strong>{run.ap === null || run.ap < 0 ? '–' : run.ap.toFixed(3)}</strong>
        <span className="dim">{t('ap')}</span>
      </div>
      <span className="run-acts">
        {run.status === 'running' && <IconButton label={t('pause', { name: run.name })} icon="pause" onClick={act.pause} />}
        {run.status === 'paused' && <IconButton label={t('resume', { name: run.name })} icon="play" onClick={act.resume} />}
        {(run.status === 'running' || run.status === 'paused') && (
          <IconButton label={t('cancel', { name: run.name })} icon="close" onClick={act.cancel} />
        )}
        {(run.status === 'interrupted' || run.status === 'cancelled' || run.status === 'failed') && run.model !== null && (
          <Button small icon="play" disabled={summary.readOnly} onClick={act.goOn}>
            {t('goOn')}
          </Button>
        )}
        {run.status === 'done' && (
          <Menu
            label={t('more', { name: run.name })}
            align="end"
            trigger={<IconButton label={t('more', { name: run.name })} icon="down" />}
            entries={menuOf(summary, isActive, act, onOpen, t)}
          />
        )}
      </span>
      {run.failed.length > 0 && (
        <div className="run-failed">
          <Button small variant="ghost" aria-expanded={showFailed} onClick={() => setShowFailed(!showFailed)}>
            <span className="warning">{t('failed', { count: run.failed.length })}</span>
          </Button>
          {showFailed && (
            <ul>
              {run.failed.slice(0, 50).map(({ frame, error }) => (
                <li key={frame}>
                  <span className="mono">{frame}</span>
                  <span className="dim">{hostText(error.message)}</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}

function StatusText({ run }: { readonly run: RunSummary }): ReactElement {
  const { t } = useTranslation('models');
  const language = useLanguage();
  const now = useNow();
  const started = formatExact(run.startedAt, language);
  if (run.status === 'running' && run.possibleImagesPerSecond !== null)
    return <>{t('possible', { rate: run.possibleImagesPerSecond.toFixed(1) })}</>;
  if (run.status === 'interrupted') return <span className="warning">{t('interrupted', { time: started })}</span>;
  if (run.status === 'failed') return <span className="danger">{t('runFailed', { time: started })}</span>;
  return (
    <>
      <time dateTime={run.startedAt} title={started}>
        {formatRelative(run.startedAt, now, language)}
      </time>
      {run.scoreThreshold !== null && ` · ${t('threshold', { value: run.scoreThreshold })}`}
      {run.where !== null && ` · ${run.where}`}
    </>
  );
}

type Translate = ReturnType<typeof useTranslation<'models'>>['t'];

function actions(summary: DatasetSummary, run: RunSummary, t: Translate) {
  const input = { dataset: summary.id, run: run.name };
  const guarded = (work: () => Promise<unknown>) => (): void => void work().catch(tell);
  return {
    pause: guarded(() => api.models.pauseRun(input)),
    resume: guarded(() => api.models.resumeRun(input)),
    cancel: guarded(() => api.models.cancelRun(input)),
    goOn: guarded(() => api.models.prelabel({ dataset: summary.id, model: run.model ?? '', name: run.name, resume: true })),
    activate: guarded(() => api.datasets.setActiveRun(input)),
    deactivate: guarded(() => api.datasets.setActiveRun({ dataset: summary.id, run: null })),
    remove: guarded(() => api.models.removeRun(input)),
    apply: guarded(async () => {
      const result = await runJob(t('applying', { name: run.name }), (options) => api.models.apply(input, options));
      if (result.cancelled && result.added + result.replaced === 0) return;
      notify({
        level: result.cancelled ? 'info' : 'success',
        message: t(result.cancelled ? 'appliedPart' : 'applied', result),
        action: { label: t('undo'), run: () => void api.annotations.undo({ dataset: summary.id }).catch(tell) },
      });
    }),
  };
}

function menuOf(
  summary: DatasetSummary,
  isActive: boolean,
  act: ReturnType<typeof actions>,
  onOpen: () => void,
  t: Translate,
): readonly MenuEntry[] {
  const locked = summary.readOnly;
  return [
    { id: 'evaluate', label: t('evaluate.action'), icon: 'check', onSelect: onOpen },
    { id: 'apply', label: t('apply'), icon: 'label', disabled: locked, onSelect: act.apply },
    isActive
      ? { id: 'deactivate', label: t('deactivate'), icon: 'trigger', disabled: locked, onSelect: act.deactivate }
      : { id: 'activate', label: t('activate'), icon: 'trigger', disabled: locked, onSelect: act.activate },
    { id: 'remove', label: t('removeRun'), icon: 'delete', tone: 'bad', separated: true, disabled: locked, onSelect: act.remove },
  ];
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
