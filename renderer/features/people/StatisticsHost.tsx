import { useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { Statistics } from '../../../shared/contract/people.ts';
import { changeKinds } from '../../../shared/review/boxChange.ts';
import { api } from '../../api/api.ts';
import { formatCount, formatDuration } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { modalOpened } from '../../state/overlayStore.ts';
import { openFloating, panelStore } from '../../state/panelStore.ts';
import { settingsStore } from '../../state/settingsStore.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import './people.css';

const spans = [1, 7, 30] as const;

/** A person's own work; nobody else sees it, and nobody is compared. */
export function StatisticsHost() {
  const { t } = useTranslation('review');
  const open = useStore(panelStore, (state) => state.panel === 'statistics');
  const summary = useStore(datasetStore, (state) => state.summary);
  return (
    <Dialog title={t('statistics.title')} open={open && summary !== null} onClose={() => openFloating(null)} onOpened={modalOpened}>
      {open && summary !== null && <Content summary={summary} />}
    </Dialog>
  );
}

function Content({ summary }: { readonly summary: DatasetSummary }) {
  const { t } = useTranslation('review');
  const author = useStore(settingsStore, (state) => state.settings.author);
  const [days, setDays] = useState<(typeof spans)[number]>(7);
  const { data, problem, reload } = useResource(`${summary.id} ${author} ${days}`, () =>
    api.people.statistics({ dataset: summary.id, days, offsetMinutes: -new Date().getTimezoneOffset() }),
  );
  return (
    <div className="statistics scroll">
      <p className="dim small">{t('statistics.text', { author, dataset: summary.name })}</p>
      <Segmented
        label={t('statistics.days')}
        value={String(days)}
        choices={spans.map((value) => ({ value: String(value), label: t('statistics.lastDays', { count: value }) }))}
        onChange={(value) => setDays(spans.find((span) => String(span) === value) ?? 7)}
      />
      {problem !== null && data === null ? (
        <ErrorState message={problem.message} details={problem.details} onRetry={reload} />
      ) : data === null ? (
        <SkeletonRows rows={6} height={24} label={t('app:loading')} />
      ) : (
        <Figures data={data} />
      )}
    </div>
  );
}

function Figures({ data }: { readonly data: Statistics }) {
  const { t } = useTranslation('review');
  const language = useLanguage();
  const number = (value: number): string => formatCount(value, language);
  const time = (ms: number | null): string => (ms === null || ms === 0 ? '—' : formatDuration(ms / 1000, language));
  const date = new Intl.DateTimeFormat(language, { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' });
  const most = Math.max(1, ...data.days.map(({ frames }) => frames));
  const kinds = changeKinds.filter((kind) => data.corrections.some((one) => (one.kinds[kind] ?? 0) > 0));
  return (
    <>
      <dl className="figures">
        {(
          [
            ['frames', number(data.frames)],
            ['boxes', number(data.boxes)],
            ['median', time(data.medianMs)],
            ['time', time(data.days.reduce((sum, one) => sum + one.ms, 0))],
          ] as const
        ).map(([key, value]) => (
          <div key={key}>
            <dt className="dim small">{t(`statistics.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="dimmer small">{t('statistics.pause')}</p>
      <section aria-label={t('statistics.byDay')}>
        <h3>{t('statistics.byDay')}</h3>
        {data.days.length === 0 ? (
          <p className="dim">{t('statistics.nothing')}</p>
        ) : (
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">{t('statistics.day')}</th>
                <th scope="col" className="num">
                  {t('statistics.frames')}
                </th>
                <th scope="col" aria-hidden />
                <th scope="col" className="num">
                  {t('statistics.boxes')}
                </th>
                <th scope="col" className="num">
                  {t('statistics.median')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.days.map((day) => (
                <tr key={day.day}>
                  <th scope="row">{date.format(new Date(`${day.day}T00:00:00Z`))}</th>
                  <td className="num">{number(day.frames)}</td>
                  <td className="bar-cell" aria-hidden>
                    <span className="bar-mini">
                      <i style={{ width: `${(day.frames / most) * 100}%` }} />
                    </span>
                  </td>
                  <td className="num">{number(day.boxes)}</td>
                  <td className="num">{time(day.medianMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section aria-label={t('statistics.corrections')}>
        <h3>
          {t('statistics.corrections')}{' '}
          {data.correctedFrames > 0 && (
            <span className="dim small">{t('statistics.correctedFrames', { count: data.correctedFrames })}</span>
          )}
        </h3>
        {data.corrections.length === 0 ? (
          <p className="dim">{t('statistics.none')}</p>
        ) : (
          <table className="tbl">
            <thead>
              <tr>
                <th scope="col">{t('statistics.category')}</th>
                {kinds.map((kind) => (
                  <th key={kind} scope="col" className="num">
                    {t(`statistics.kind.${kind}`)}
                  </th>
                ))}
                <th scope="col" className="num">
                  {t('statistics.sum')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.corrections.map((row) => (
                <tr key={row.category}>
                  <th scope="row" className="clip">
                    {row.category}
                  </th>
                  {kinds.map((kind) => (
                    <td key={kind} className="num">
                      {row.kinds[kind] === undefined ? '' : number(row.kinds[kind])}
                    </td>
                  ))}
                  <td className="num">{number(Object.values(row.kinds).reduce((sum, n) => sum + n, 0))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}
