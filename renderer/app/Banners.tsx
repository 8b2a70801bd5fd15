import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { retryNow } from '../api/api.ts';
import { hostState } from '../api/hostState.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { SaveBanner } from './SaveBanner.tsx';

/** Conditions of the whole window. */
export function Banners() {
  const { t } = useTranslation();
  const connection = useStore(hostState, (state) => state.connection);
  const readOnly = useStore(datasetStore, (state) => state.summary?.readOnly === true);
  return (
    <>
      {connection === 'reconnecting' && (
        <Banner alert>
          {t('banner.reconnecting')}
          <Button small onClick={retryNow}>
            {t('banner.retry')}
          </Button>
        </Banner>
      )}
      {connection === 'outdated' && (
        <Banner alert>
          {t('banner.outdated')}
          <Button small onClick={() => location.reload()}>
            {t('banner.reload')}
          </Button>
        </Banner>
      )}
      {connection === 'signed-out' && <Banner alert>{t('banner.signedOut')}</Banner>}
      {connection === 'closed' && <Banner alert>{t('banner.closed')}</Banner>}
      <SaveBanner />
      {readOnly && <Banner icon="eye">{t('banner.readOnly')}</Banner>}
    </>
  );
}
