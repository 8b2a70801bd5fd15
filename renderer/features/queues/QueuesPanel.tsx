import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { maxSample, parseQueueId, type QueueDefinition, type QueueWork, strata, type Stratum } from '../../../shared/review/queueId.ts';
import { api } from '../../api/api.ts';
import { formatCount } from '../../lib/format.ts';
import { queueTitle } from '../../lib/queueTitle.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Field, TextField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

interface Props {
  readonly summary: DatasetSummary;
  readonly onBegin: (queue: QueueDefinition) => void;
}

/** What there is to work through: by state, hits of armed triggers, a random sample, and what was begun. */
export function QueuesPanel({ summary, onBegin }: Props) {
  const { t } = useTranslation('review');
  const author = useStore(settingsStore, (state) => state.settings.author);
  const dataset = summary.id;
  const list = useResource(`${dataset} ${author}`, () => api.queues.list({ dataset }));
  const triggers = useResource(`triggers ${dataset}`, () => api.triggers.list({ dataset }));
  const panel = useRef<HTMLDivElement>(null);
  const loaded = list.data !== null;
  useEffect(() => {
    if (loaded) panel.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus();
  }, [loaded]);
  const armed = (triggers.data ?? []).filter((trigger) => trigger.armed && (trigger.hits ?? 0) > 0);
  const begun = (list.data?.begun ?? [])
    .map((id) => parseQueueId(id))
    .filter((queue) => queue !== null)
    .filter((queue) => queue.kind === 'frames' || queue.kind === 'sample')
    .slice(0, 5);
  if (list.problem !== null && list.data === null)
    return <ErrorState message={list.problem.message} details={list.problem.details} onRetry={list.reload} />;
  return (
    <div ref={panel} className="queues-panel scroll">
      <p className="dim small">{t('panel.text')}</p>
      <section aria-label={t('panel.work')}>
        <h3>{t('panel.work')}</h3>
        {list.data === null ? (
          <SkeletonRows rows={6} height={28} label={t('app:loading')} />
        ) : (
          <ul>
            {list.data.queues.map(({ id, frames }, i) => {
              const queue = parseQueueId(id);
              return (
                queue && (
                  <Row
                    key={id}
                    title={queueTitle(queue, author, t)}
                    count={frames}
                    focus={i === 0}
                    unit="frames"
                    onClick={() => onBegin(queue)}
                  />
                )
              );
            })}
          </ul>
        )}
      </section>
      {armed.length > 0 && (
        <section aria-label={t('panel.triggers')}>
          <h3>{t('panel.triggers')}</h3>
          <ul>
            {armed.map((trigger) => (
              <Row
                key={trigger.name}
                title={trigger.name}
                count={trigger.hits ?? 0}
                unit="panel.hits"
                icon="trigger"
                onClick={() => onBegin({ kind: 'hits', trigger: trigger.name, order: 'severity', seed: 1 })}
              />
            ))}
          </ul>
        </section>
      )}
      {begun.length > 0 && (
        <section aria-label={t('panel.begun')}>
          <h3>{t('panel.begun')}</h3>
          <ul>
            {begun.map((queue) => (
              <Row
                key={JSON.stringify(queue)}
                title={queueTitle(queue, author, t)}
                count={null}
                unit="frames"
                onClick={() => onBegin(queue)}
              />
            ))}
          </ul>
        </section>
      )}
      <SampleForm total={summary.frames} onBegin={onBegin} />
    </div>
  );
}

function Row({
  title,
  count,
  unit,
  icon = 'review',
  focus = false,
  onClick,
}: {
  readonly title: string;
  readonly count: number | null;
  readonly unit: 'frames' | 'panel.hits';
  readonly icon?: string;
  readonly focus?: boolean;
  readonly onClick: () => void;
}) {
  const { t } = useTranslation('review');
  const language = useLanguage();
  return (
    <li>
      <button
        type="button"
        className={count === 0 ? 'row-item queue-row off' : 'row-item queue-row'}
        data-autofocus={focus || undefined}
        onClick={onClick}
      >
        <Icon name={icon} small />
        <span className="clip">{title}</span>
        {count !== null && (
          <span className="right dim nowrap">
            {count === 0 ? t('panel.empty') : t(unit, { count, shown: formatCount(count, language) })}
          </span>
        )}
      </button>
    </li>
  );
}

function SampleForm({ total, onBegin }: { readonly total: number; readonly onBegin: (queue: QueueDefinition) => void }) {
  const { t } = useTranslation('review');
  const [count, setCount] = useState(String(Math.min(50, Math.max(total, 1))));
  const [per, setPer] = useState<Stratum | 'none'>('none');
  const [work, setWork] = useState<QueueWork>('review');
  const [seed, setSeed] = useState(() => String(1 + Math.floor(Math.random() * 9_999)));
  const wanted = Number(count);
  const from = Number(seed);
  const isRight = Number.isInteger(wanted) && wanted >= 1 && wanted <= maxSample && Number.isInteger(from) && from >= 0;
  const begin = (event: FormEvent): void => {
    event.preventDefault();
    if (isRight) onBegin({ kind: 'sample', count: wanted, seed: from, per: per === 'none' ? null : per, work, where: '' });
  };
  return (
    <form className="sample-form" aria-label={t('panel.sample')} onSubmit={begin}>
      <h3>{t('panel.sample')}</h3>
      <div className="sample-fields">
        <TextField
          label={per === 'none' ? t('panel.count') : t('panel.countEach', { per: t(`stratum.${per}`) })}
          inputMode="numeric"
          value={count}
          onChange={(event) => setCount(event.target.value)}
        />
        <TextField
          label={t('panel.seed')}
          title={t('panel.seedHint')}
          inputMode="numeric"
          value={seed}
          onChange={(event) => setSeed(event.target.value)}
        />
        <Field label={t('panel.per')}>
          <Select
            label={t('panel.per')}
            variant="plain"
            small={false}
            value={per}
            onChange={setPer}
            choices={(['none', ...strata] as const).map((value) => ({
              value,
              label: value === 'none' ? t('panel.none') : t(`stratum.${value}`),
            }))}
          />
        </Field>
        <Field label={t('panel.as')}>
          <Segmented
            label={t('panel.as')}
            value={work}
            onChange={setWork}
            choices={(['label', 'review'] as const).map((value) => ({ value, label: t(`panel.${value}`) }))}
          />
        </Field>
      </div>
      <Button type="submit" variant="primary" icon="play" disabled={!isRight}>
        {t('panel.startSample')}
      </Button>
    </form>
  );
}
