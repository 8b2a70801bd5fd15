import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { AuthorMenu } from '../features/people/AuthorMenu.tsx';
import { fixedNames } from '../lib/fixedNames.ts';
import { formatClock, formatCount, formatDuration } from '../lib/format.ts';
import { shortReason } from '../lib/shortReason.ts';
import { useLanguage } from '../lib/useLanguage.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { hostStore, providerInUse } from '../state/hostStore.ts';
import { jobStore, type RunningJob } from '../state/jobStore.ts';
import { saveStore } from '../state/saveStore.ts';
import { IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { hostText } from '../locales/hostText.ts';

export function StatusBar() {
  const { t } = useTranslation();
  const dataset = useStore(datasetStore, (state) => state.summary);
  const { jobs: running, elsewhere } = useStore(jobStore);
  const jobs = running.filter((job) => !elsewhere.has(job.name));
  return (
    <footer className="status">
      <SaveState />
      <span className="place dim">{dataset === null ? t('status.noDataset') : t('status.onThisComputer')}</span>
      <span className="right" />
      <AuthorMenu />
      <Provider />
      {jobs.slice(-1).map((job) => (
        <Job key={job.id} job={job} />
      ))}
      {jobs.length > 1 && <span>{t('status.more', { count: jobs.length - 1 })}</span>}
    </footer>
  );
}

/** The spoken words are fixed (UI.md); the drawn ones are in the user's language. */
function SaveState() {
  const { t } = useTranslation();
  const language = useLanguage();
  const save = useStore(saveStore);
  const fixed =
    save.state === 'saved' ? fixedNames.saved : save.state === 'saving' ? fixedNames.saving : fixedNames.notSaved(save.reason ?? '');
  const shown = save.state === 'failed' ? t('status.notSaved', { reason: hostText(save.reason ?? '') }) : t(`status.${save.state}`);
  return (
    <span className="row save">
      <span className={save.state === 'failed' ? 'row danger' : save.state === 'saved' ? 'row success' : 'row'}>
        <Icon name={save.state === 'failed' ? 'warning' : save.state === 'saved' ? 'check' : 'refresh'} small />
        <span role="status" aria-label={fixedNames.saveState}>
          {shown === fixed ? (
            fixed
          ) : (
            <>
              <span className="sr-only">{fixed}</span>
              <span aria-hidden>{shown}</span>
            </>
          )}
        </span>
      </span>
      {save.at !== null && save.state === 'saved' && (
        <span className="dimmer meta">{t('status.savedAt', { time: formatClock(save.at, language) })}</span>
      )}
    </span>
  );
}

/** The provider models run on, and why not a better one: never dropped, however narrow the window. */
function Provider() {
  const { t } = useTranslation();
  const doctor = useStore(hostStore, (state) => state.doctor);
  const used = doctor === null ? null : providerInUse(doctor);
  return (
    <span className="row provider">
      <Icon name="cpu" small />
      {used === null ? (
        <span className="dimmer">{t('status.probing')}</span>
      ) : (
        <>
          <span>{used.device === null ? used.name : `${used.name} ${hostText(used.device)}`}</span>
          {used.reason !== null && (
            <span className="dimmer clip" title={used.reason}>
              {shortReason(used.reason)}
            </span>
          )}
        </>
      )}
    </span>
  );
}

function Job({ job }: { readonly job: RunningJob }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { progress } = job;
  const count =
    progress === null
      ? ''
      : `${formatCount(progress.done, language)}${progress.total === null ? '' : ` / ${formatCount(progress.total, language)}`}`;
  const rate =
    progress?.perSecond === undefined || job.paused
      ? ''
      : t('status.rate', { rate: formatCount(Math.round(progress.perSecond), language) });
  const eta =
    progress?.etaSeconds === undefined || job.paused
      ? ''
      : t('status.eta', { time: formatDuration(Math.max(1, progress.etaSeconds), language) });
  const text = [count, job.paused ? t('status.paused') : rate, eta].filter((part) => part !== '').join(' · ');
  return (
    <span className="row job">
      <span className="clip">{job.name}</span>
      <span className="nowrap">{count}</span>
      <ProgressBar name={job.name} done={progress?.done ?? 0} total={progress?.total ?? null} text={text} />
      <span className="nowrap">{[job.paused ? t('status.paused') : rate, eta].filter((part) => part !== '').join(' · ')}</span>
      {(progress?.failed ?? 0) > 0 && <span className="warning nowrap">{t('status.failed', { count: progress?.failed ?? 0 })}</span>}
      {job.paused
        ? job.resume !== undefined && <IconButton small label={t('status.resume', { name: job.name })} icon="play" onClick={job.resume} />
        : job.pause !== undefined && <IconButton small label={t('status.pause', { name: job.name })} icon="pause" onClick={job.pause} />}
      <IconButton small label={fixedNames.cancel} icon="close" onClick={job.cancel} />
    </span>
  );
}
