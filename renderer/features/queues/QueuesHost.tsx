import { useEffect } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { formatQueueId, type QueueDefinition } from '../../../shared/review/queueId.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { addressStore, navigate } from '../../state/addressStore.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { modalOpened } from '../../state/overlayStore.ts';
import { openFloating, panelStore } from '../../state/panelStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { QueuesPanel } from './QueuesPanel.tsx';
import './queues.css';

/** Queues from anywhere: one key opens the list, the palette starts each of them. */
export function QueuesHost() {
  const { t } = useTranslation('review');
  const open = useStore(panelStore, (state) => state.panel === 'queues');
  const summary = useStore(datasetStore, (state) => state.summary);
  // Whoever goes elsewhere leaves it.
  const view = useStore(addressStore, ({ address }) => `${address.view} ${address.dataset ?? ''}`);
  useEffect(() => openFloating(null), [view]);
  const begin = (queue: QueueDefinition): void => {
    openFloating(null);
    if (summary !== null) navigate({ view: 'label', dataset: summary.id, params: { queue: formatQueueId(queue) } });
  };
  const start = (queue: () => QueueDefinition) => ({ run: () => begin(queue()), when: () => summary !== null && summary.frames > 0 });
  useCommands({
    'review.queues': { run: () => openFloating(open ? null : 'queues'), when: () => summary !== null },
    'review.startUnlabeled': start(() => ({ kind: 'unlabeled' })),
    'review.startUnreviewed': start(() => ({ kind: 'unreviewed' })),
    'review.startRejected': start(() => ({ kind: 'rejected' })),
    'review.startChanged': start(() => ({ kind: 'changed' })),
    'review.startCorrected': start(() => ({ kind: 'corrected' })),
    'review.startComments': start(() => ({ kind: 'comments' })),
    'review.startMine': start(() => ({ kind: 'assigned', to: settingsStore.getState().settings.author })),
  });
  return (
    <Dialog title={t('panel.title')} open={open && summary !== null} onClose={() => openFloating(null)} onOpened={modalOpened}>
      {open && summary !== null && <QueuesPanel summary={summary} onBegin={begin} />}
    </Dialog>
  );
}
