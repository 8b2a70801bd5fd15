import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../api/api.ts';
import { problemOf } from '../lib/problem.ts';
import { hostText } from '../locales/hostText.ts';
import { choosePath } from '../platform/choosePath.ts';
import { retrySaving } from '../platform/saveQueues.ts';
import { navigate } from '../state/addressStore.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { notify } from '../state/noticeStore.ts';
import { saveStore } from '../state/saveStore.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';

/** What has words of its own; the connection has a banner of its own. */
const told = ['disk_full', 'read_only', 'folder_gone', 'busy', 'corrupt', 'unreadable'] as const;

/** While edits wait: what happened, what is safe, what to try. */
export function SaveBanner() {
  const { t } = useTranslation();
  const { code, waiting } = useStore(saveStore);
  const known = told.find((one) => one === code);
  if (known === undefined) return null;
  return (
    <Banner alert>
      <span className="save-words">
        <strong>{t(`save.${known}`)}</strong> {t('save.safe', { count: waiting })} {t(`save.try.${known}`)}
      </span>
      <span className="row">
        {known === 'folder_gone' && (
          <Button small onClick={() => void locate(t('save.locate'))}>
            {t('save.locate')}
          </Button>
        )}
        {known === 'corrupt' && (
          <Button small onClick={() => navigate({ view: 'settings', dataset: null, params: { section: 'backups' } })}>
            {t('save.backups')}
          </Button>
        )}
        <Button small chord="Mod+S" onClick={retrySaving}>
          {t('banner.retry')}
        </Button>
      </span>
    </Banner>
  );
}

/** The dataset was moved: opened where it is now, it is the same one, and what waits goes there. */
async function locate(title: string): Promise<void> {
  const path = await choosePath({ kind: 'folder', title });
  if (path === null) return;
  try {
    const summary = await api.datasets.open({ path });
    if (summary.id === datasetStore.getState().id) datasetStore.setState({ summary, problem: null });
    retrySaving();
  } catch (error) {
    const problem = problemOf(error);
    if (problem) notify({ level: 'error', message: hostText(problem.message), details: problem.details });
  }
}
