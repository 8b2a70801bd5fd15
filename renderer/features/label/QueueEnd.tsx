import { type ReactElement, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { api } from '../../api/api.ts';
import { parseQueueId } from '../../../shared/review/queueId.ts';
import { formatCount, formatDuration } from '../../lib/format.ts';
import { queueTitle } from '../../lib/queueTitle.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { navigate } from '../../state/addressStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import type { QueueSession } from './queueSession.ts';

/** Everything in the queue is done: how it went, and what is next. The last frame stays on the canvas. */
export function QueueFinished({ dataset, queue }: { readonly dataset: DatasetId; readonly queue: QueueSession }): ReactElement | null {
  const { t } = useTranslation('review');
  const language = useLanguage();
  const state = useStore(queue.store);
  const author = useStore(settingsStore, (settings) => settings.settings.author);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.finished) first.current?.querySelector<HTMLElement>('.acts button')?.focus();
  }, [state.finished]);
  if (!state.finished || state.definition === null) return null;
  return (
    <div ref={first} className="pop queue-end" role="status" aria-label={t('finished')}>
      <div className="row">
        <span className="success">
          <Icon name="check" />
        </span>
        <h2>{t('finished')}</h2>
        <span className="right" />
        <IconButton small label={t('app:close')} icon="close" onClick={() => queue.look()} />
      </div>
      <p>
        {t('finishedText', {
          count: state.total,
          shown: formatCount(state.total, language),
          queue: queueTitle(state.definition, author, t),
        })}
        {state.medianMs !== null && ` ${t('medianText', { time: formatDuration(state.medianMs / 1000, language) })}`}
      </p>
      <Others dataset={dataset} current={state.id} />
      <div className="row acts">
        <Button icon="refresh" onClick={() => void queue.renew()}>
          {t('lookAgain')}
        </Button>
        <Button icon="frames" variant="ghost" onClick={() => navigate({ view: 'frames', dataset, params: {} })}>
          {t('toFrames')}
        </Button>
      </div>
    </div>
  );
}

/** Nothing waits in this queue. */
export function QueueEmpty({ dataset, queue }: { readonly dataset: DatasetId; readonly queue: QueueSession }): ReactElement {
  const { t } = useTranslation('review');
  const { definition, id } = useStore(queue.store);
  const author = useStore(settingsStore, (settings) => settings.settings.author);
  return (
    <EmptyState
      icon="check"
      title={definition === null ? t('noSuchQueue') : t('emptyQueue')}
      text={definition === null ? t('noSuchQueueText') : t('emptyQueueText', { queue: queueTitle(definition, author, t) })}
    >
      <Others dataset={dataset} current={id} />
      {definition !== null && (
        <Button icon="refresh" onClick={() => void queue.renew()}>
          {t('lookAgain')}
        </Button>
      )}
      <Button icon="frames" onClick={() => navigate({ view: 'frames', dataset, params: {} })}>
        {t('toFrames')}
      </Button>
    </EmptyState>
  );
}

/** Other queues in which something waits. */
function Others({ dataset, current }: { readonly dataset: DatasetId; readonly current: string | null }): ReactElement | null {
  const { t } = useTranslation('review');
  const language = useLanguage();
  const author = useStore(settingsStore, (settings) => settings.settings.author);
  const { data } = useResource(`${dataset} ${author} ${current ?? ''}`, () => api.queues.list({ dataset }));
  const waiting = (data?.queues ?? []).filter(({ id, frames }) => frames > 0 && id !== current);
  if (waiting.length === 0) return null;
  return (
    <ul className="queue-list" aria-label={t('otherQueues')}>
      {waiting.map(({ id, frames }) => {
        const definition = parseQueueId(id);
        return (
          definition && (
            <li key={id}>
              <button type="button" className="row-item" onClick={() => navigate({ view: 'label', dataset, params: { queue: id } })}>
                <span className="clip">{queueTitle(definition, author, t)}</span>
                <span className="right dim">{t('frames', { count: frames, shown: formatCount(frames, language) })}</span>
              </button>
            </li>
          )
        );
      })}
    </ul>
  );
}
