import { type ReactElement, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import type { Backup, SinceBackup } from '../../../shared/domain/backup.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { api } from '../../api/api.ts';
import { formatBytes, formatCount, formatExact, formatRelative } from '../../lib/format.ts';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { useResource } from '../../lib/useResource.ts';
import { hostText } from '../../locales/hostText.ts';
import { retrySaving } from '../../platform/saveQueues.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import './backups.css';

/** The backups of the dataset that is open. */
export function BackupsSection() {
  const { t } = useTranslation('settings');
  const { id, summary } = useStore(datasetStore);
  if (id === null) return <p className="dim">{t('backups.noDataset')}</p>;
  return (
    <>
      <p className="dim">{t('backups.text')}</p>
      <BackupList dataset={id as DatasetId} writable={summary?.readOnly === false} onRestored={() => undefined} />
    </>
  );
}

interface ListProps {
  readonly dataset: DatasetId;
  /** The dataset is open and sound, so that a new backup can be made of it. */
  readonly writable: boolean;
  readonly onRestored: () => void;
}

/** Copies of the database with time, size and what they hold, and the way back to each. Also for a dataset that cannot be opened. */
export function BackupList({ dataset, writable, onRestored }: ListProps) {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const { data, problem: unread, reload } = useResource(`${dataset}`, () => api.datasets.backups({ dataset }));
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const run = async (work: () => Promise<unknown>, done: string): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      notify({ level: 'success', message: done });
      reload();
      return true;
    } catch (failure) {
      setProblem(problemOf(failure));
      return false;
    } finally {
      setBusy(false);
      setAsked(null);
    }
  };
  const restore = async (backup: string | null): Promise<void> => {
    if (!(await run(() => api.datasets.restoreBackup({ dataset, backup }), t('backups.restored')))) return;
    retrySaving();
    onRestored();
  };

  if (data === null && unread !== null) return <ErrorState message={hostText(unread.message)} details={unread.details} onRetry={reload} />;
  if (data === null) return <SkeletonRows rows={4} label={t('backups.loading')} />;
  return (
    <section className="backups" aria-label={t('section.backups')}>
      <div className="row">
        <span className="dim grow">
          {t('backups.total', { count: data.backups.length, size: formatBytes(data.bytes, language) })}
          <span className="dimmer clip path" title={data.folder}>
            {data.folder}
          </span>
        </span>
        {writable && (
          <Button icon="check" disabled={busy} onClick={() => void run(() => api.datasets.backUp({ dataset }), t('backups.made'))}>
            {t('backups.make')}
          </Button>
        )}
      </div>
      {problem !== null && (
        <p className="row danger" role="alert">
          <Icon name="warning" small />
          {hostText(problem.message)}
        </p>
      )}
      {data.backups.length === 0 && <p className="dim">{t('backups.none')}</p>}
      <ul className="backup-list">
        {data.backups.map((backup) => (
          <BackupRow
            key={backup.name}
            backup={backup}
            busy={busy}
            asked={asked === backup.name}
            onAsk={(on) => setAsked(on ? backup.name : null)}
            onRestore={() => void restore(backup.name)}
          />
        ))}
      </ul>
      <div className="backup-row">
        <span className="grow">
          <span>{t('backups.rebuild')}</span>
          <span className="dim small block">{t('backups.rebuildText')}</span>
        </span>
        <Asking asked={asked === ''} busy={busy} onAsk={(on) => setAsked(on ? '' : null)} onRestore={() => void restore(null)} />
      </div>
    </section>
  );
}

const lost = ['runs', 'triggers', 'versions'] as const;

/** "2 runs and 1 version", of what only backups hold; empty where nothing came since. */
function useLost(since: SinceBackup | null): string {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const parts = since === null ? [] : lost.filter((kind) => since[kind] > 0).map((kind) => t(`backups.${kind}`, { count: since[kind] }));
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(parts);
}

/** What came since a backup: what the journal brings back, and what goes. */
function Since({ since }: { readonly since: SinceBackup }): ReactElement {
  const { t } = useTranslation('settings');
  const gone = useLost(since);
  return (
    <span className="small block tabular">
      <span className="dim">{since.edits === 0 ? t('backups.noEdits') : t('backups.edits', { count: since.edits })}</span>
      {gone !== '' && <span className="goes"> {t('backups.goes', { what: gone })}</span>}
    </span>
  );
}

interface AskingProps {
  readonly asked: boolean;
  readonly busy: boolean;
  readonly onAsk: (on: boolean) => void;
  readonly onRestore: () => void;
}

function BackupRow({ backup, ...asking }: AskingProps & { readonly backup: Backup }) {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const now = useNow(60_000);
  const { at, reason, bytes, frames, boxes, since } = backup;
  return (
    <li className="backup-row">
      <span className="grow">
        <time dateTime={at} title={formatExact(at, language)}>
          {formatRelative(at, now, language)}
        </time>
        <span className="dim"> · {t(`backups.reason.${reason}`)}</span>
        <span className="dim small block tabular">
          {[
            frames === null
              ? null
              : t('backups.holds', { frames: formatCount(frames, language), boxes: formatCount(boxes ?? 0, language) }),
            formatBytes(bytes, language),
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
        {since !== null && <Since since={since} />}
      </span>
      <Asking {...asking} since={since} />
    </li>
  );
}

/** What is there now is kept aside, so one more press is enough of a question. */
function Asking({ asked, busy, onAsk, onRestore, since = null }: AskingProps & { readonly since?: SinceBackup | null }) {
  const { t } = useTranslation('settings');
  const gone = useLost(since);
  if (!asked)
    return (
      <Button small disabled={busy} onClick={() => onAsk(true)}>
        {t('backups.restore')}
      </Button>
    );
  return (
    <span className="row backup-ask">
      <span className="dim small" role="status">
        {gone === '' ? t('backups.sure') : t('backups.sureWithout', { what: gone })}
      </span>
      <Button small variant="primary" autoFocus disabled={busy} onClick={onRestore}>
        {busy ? t('backups.restoring') : t('backups.restoreNow')}
      </Button>
      <Button small variant="ghost" disabled={busy} onClick={() => onAsk(false)}>
        {t('backups.cancel')}
      </Button>
    </span>
  );
}
