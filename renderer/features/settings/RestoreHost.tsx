import { type ReactElement, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { api } from '../../api/api.ts';
import { addressStore, setParams } from '../../state/addressStore.ts';
import { modalOpened } from '../../state/overlayStore.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { BackupList } from './BackupsSection.tsx';

/** The dialog that a card of Home asks for, by the address. */
export function RestoreHost(): ReactElement | null {
  const { view, params } = useStore(addressStore, (state) => state.address);
  if (view !== 'home' || params.restore === undefined) return null;
  return <RestoreDialog key={params.restore} dataset={params.restore as DatasetId} onClose={() => setParams({ restore: null })} />;
}

/** The backups of any dataset, and the way back to one. It is opened for it: what came since is known only then. */
function RestoreDialog({ dataset, onClose }: { readonly dataset: DatasetId; readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation('settings');
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    let isHere = true;
    const show = (found: string): void => {
      if (isHere) setName(found);
    };
    // One that cannot be opened has its backups all the same.
    api.datasets.openById({ dataset }).then(
      (summary) => show(summary.name),
      () => show(''),
    );
    return () => {
      isHere = false;
    };
  }, [dataset]);
  return (
    <Dialog
      title={name === null || name === '' ? t('backups.dialog') : t('backups.dialogOf', { name })}
      open
      onClose={onClose}
      onOpened={modalOpened}
    >
      <div className="body scroll backup-dialog">
        <p className="dim">{t('backups.text')}</p>
        {name === null ? (
          <SkeletonRows rows={4} label={t('backups.loading')} />
        ) : (
          <BackupList dataset={dataset} writable={name !== ''} onRestored={onClose} />
        )}
      </div>
    </Dialog>
  );
}
