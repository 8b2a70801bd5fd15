import { Suspense, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { CommandPalette } from '../features/palette/CommandPalette.tsx';
import { BackupList } from '../features/settings/BackupsSection.tsx';
import { RestoreHost } from '../features/settings/RestoreHost.tsx';
import '../features/settings/settings.css';
import { PeopleHost } from '../features/people/PeopleHost.tsx';
import { QueuesHost } from '../features/queues/QueuesHost.tsx';
import type { DatasetId } from '../../shared/domain/ids.ts';
import { BarSlots } from '../lib/barSlots.tsx';
import { formatAddress, home } from '../lib/address.ts';
import { addressStore, navigate } from '../state/addressStore.ts';
import { datasetStore } from '../state/datasetStore.ts';
import { dismiss, noticeStore } from '../state/noticeStore.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorState } from '../ui/ErrorState.tsx';
import { Notices } from '../ui/Notices.tsx';
import { SkeletonRows } from '../ui/Skeleton.tsx';
import { TooltipProvider } from '../ui/Tooltip.tsx';
import { FilePickerHost } from '../platform/FilePicker.tsx';
import { Banners } from './Banners.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { HelpPanel } from './HelpPanel.tsx';
import { Rail } from './Rail.tsx';
import { reopenDataset } from './openDataset.ts';
import { StatusBar } from './StatusBar.tsx';
import { TopBar } from './TopBar.tsx';
import { Tour } from './Tour.tsx';
import { views } from './views.tsx';

export function App() {
  const [middle, setMiddle] = useState<HTMLElement | null>(null);
  const [end, setEnd] = useState<HTMLElement | null>(null);
  const slots = useMemo(() => ({ middle, end }), [middle, end]);
  const notices = useStore(noticeStore, (state) => state.notices);
  return (
    <TooltipProvider delayDuration={400} skipDelayDuration={200}>
      <BarSlots value={slots}>
        <div className="app">
          <Rail />
          <TopBar middle={setMiddle} end={setEnd} />
          <main className="work">
            <Banners />
            <div className="view">
              <CurrentView />
              <HelpPanel />
              <Tour />
            </div>
          </main>
          <StatusBar />
        </div>
        <CommandPalette />
        <QueuesHost />
        <PeopleHost />
        <RestoreHost />
        <FilePickerHost />
        <Notices notices={notices} onDismiss={dismiss} />
      </BarSlots>
    </TooltipProvider>
  );
}

function CurrentView() {
  const { t } = useTranslation();
  const address = useStore(addressStore, (state) => state.address);
  const view = views.find((candidate) => candidate.name === address.view) ?? views[0]!;
  const opening = <SkeletonRows rows={12} label={t('open.loading')} />;
  return (
    <ErrorBoundary resetKey={formatAddress({ ...address, params: {} })}>
      <Suspense fallback={opening}>
        {address.dataset === null ? <view.Component /> : <WithDataset dataset={address.dataset} View={view.Component} opening={opening} />}
      </Suspense>
    </ErrorBoundary>
  );
}

function WithDataset({
  dataset,
  View,
  opening,
}: {
  readonly dataset: string;
  readonly View: React.ComponentType;
  readonly opening: React.ReactNode;
}) {
  const { t } = useTranslation();
  const state = useStore(datasetStore);
  if (state.id !== dataset) return opening;
  if (state.problem !== null && state.summary === null) {
    const { code } = state.problem;
    const known = ['not_found', 'busy', 'newer_version', 'corrupt'].includes(code) ? code : 'other';
    return (
      <ErrorState
        message={state.problem.message}
        safe={t('open.safe')}
        tryThis={t(`open.${known}`)}
        details={state.problem.details}
        onRetry={reopenDataset}
        {...(code === 'corrupt'
          ? { below: <BackupList dataset={dataset as DatasetId} writable={false} onRestored={reopenDataset} /> }
          : {})}
      >
        <Button icon="home" onClick={() => navigate(home)}>
          {t('error.open')}
        </Button>
      </ErrorState>
    );
  }
  return state.summary === null ? opening : <View key={dataset} />;
}
