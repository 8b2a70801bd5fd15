import type { ReactElement, ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { TriggerRunResult, TriggerSummary } from '../../../shared/contract/triggers.ts';
import { formatCount } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import { type HitOrder, hitOrders, severityBins } from './hits.ts';

interface Props {
  readonly result: TriggerRunResult;
  readonly frames: number;
  /** The version whose hits these are, while the text has moved on and does not check. */
  readonly stale: string | null;
  readonly order: HitOrder;
  readonly onOrder: (order: HitOrder) => void;
}

/** How often a question is true, how long that took, and where it has no answer. */
export function AnswerLine({ result, frames, stale, order, onOrder }: Props): ReactElement {
  const { t } = useTranslation('triggers');
  const language = useLanguage();
  const count = (value: number): string => formatCount(value, language);
  const hits = t('hits', { count: result.hits, shown: count(result.hits) });
  const causes = Object.entries(result.unknown.causes).map(([cause, n]) => t(`cause.${cause}`, { count: n, shown: count(n) }));
  return (
    <div className="answer" role="status" aria-label={t('answer')}>
      {stale === null ? (
        <>
          <b>{hits}</b> <span className="dim">{t('inFrames', { shown: count(result.frames), all: count(frames), count: frames })}</span>{' '}
          <span className="dimmer">{t('ms', { ms: result.ms < 10 ? result.ms.toFixed(1) : count(result.ms) })}</span>
          {result.unknown.frames > 0 && (
            <span className="warning small clip unknown" title={causes.join(', ')}>
              <b>?</b> {t('unknownFrames', { count: result.unknown.frames, shown: count(result.unknown.frames) })}
              {causes.length > 0 && <span className="wide">: {causes.join(', ')}</span>}
            </span>
          )}
        </>
      ) : (
        <>
          <span className="chip mono">{stale}</span>
          <span className="dim clip">
            <Trans ns="triggers" i18nKey="ofLastVersion" values={{ hits }} components={{ b: <b /> }} />{' '}
            <span className="dimmer wide">{t('keptUntil')}</span>
          </span>
        </>
      )}
      <span className="right" />
      <Segmented
        label={t('order.label')}
        value={order}
        choices={hitOrders.map((value) => ({ value, label: t(`order.${value}`) }))}
        onChange={onOrder}
      />
    </div>
  );
}

interface ReviewProps {
  readonly result: TriggerRunResult;
  readonly place: number;
  readonly reviewed: number;
  readonly order: HitOrder;
  readonly severity: number | null;
  readonly precision: TriggerSummary['precision'];
}

const barWidth = 320;
const barHeight = 26;

/** Where the hits lie by severity, and how far the review has come. */
export function ReviewLine({ result, place, reviewed, order, severity, precision }: ReviewProps): ReactElement {
  const { t } = useTranslation('triggers');
  const language = useLanguage();
  const bins = severityBins(result);
  const count = (value: number): string => formatCount(value, language);
  return (
    <div className="hist">
      {bins !== null && (
        <>
          <span className="small dim hist-name">
            {t('severity')}
            <br />
            <span className="dimmer">{t('hitsColumn').toLowerCase()}</span>
          </span>
          <Histogram bins={bins} at={severity} language={language} />
        </>
      )}
      <span className="grow hist-progress">
        <span className="row small">
          <b>{t('placeOf', { place: count(place + 1), total: count(result.hits) })}</b>
          <span className="dim clip">{order === 'random' ? t('randomCounts') : t('randomOnly')}</span>
          <span className="right" />
          {precision !== null && (
            <span className="nowrap" title={t('precisionTitle')}>
              {t('precision', { value: precision.value.toFixed(2) })}{' '}
              <span className="dimmer">
                {precision.low.toFixed(2)}–{precision.high.toFixed(2)}
              </span>
            </span>
          )}
          <span className="dim nowrap">{t('reviewed', { count: reviewed, shown: count(reviewed) })}</span>
        </span>
        <span className="bar-mini">
          <i style={{ width: `${result.hits === 0 ? 0 : (reviewed / result.hits) * 100}%` }} />
        </span>
      </span>
    </div>
  );
}

function Histogram({
  bins,
  at,
  language,
}: {
  readonly bins: NonNullable<ReturnType<typeof severityBins>>;
  readonly at: number | null;
  readonly language: string;
}): ReactElement {
  const most = Math.max(...bins.map(({ hits }) => hits), 1);
  const [low, high] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1];
  const step = barWidth / bins.length;
  const digits = high - low < 20 ? 1 : 0;
  const ticks: readonly (readonly [number, 'start' | 'middle' | 'end'])[] = [
    [0, 'start'],
    [0.5, 'middle'],
    [1, 'end'],
  ];
  const x = at === null ? null : Math.min(1, Math.max(0, (at - low) / (high - low))) * barWidth;
  return (
    <svg className="sev" viewBox={`0 0 ${barWidth + 24} 44`} aria-hidden>
      {bins.map(({ hits }, i) => (
        <rect
          key={i}
          x={i * step + 0.5}
          y={4 + barHeight - (barHeight * hits) / most}
          width={step - 1.5}
          height={(barHeight * hits) / most}
          fill="var(--accent)"
          opacity={0.55}
        />
      ))}
      <path d={`M0 ${barHeight + 4.5}H${barWidth}`} stroke="var(--line-strong)" />
      {ticks.map(([share, anchor]) => (
        <text key={share} x={share * barWidth} y={42} textAnchor={anchor}>
          {Number((low + share * (high - low)).toFixed(digits + 1))}
        </text>
      ))}
      <text x={barWidth + 6} y={13}>
        {formatCount(most, language)}
      </text>
      {x !== null && (
        <>
          <path d={`M${x} 0V${barHeight + 4}`} stroke="var(--text)" strokeWidth={1.5} />
          <circle cx={x} cy={2} r={2.5} fill="var(--text)" />
        </>
      )}
    </svg>
  );
}

/** The same height while the answer is on its way. */
export function AnswerPending({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="answer dim">{children}</div>;
}
