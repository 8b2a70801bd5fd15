import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import { Button } from '../../ui/Button.tsx';
import type { HitOrder } from './hits.ts';
import { HitsPanel } from './HitsPanel.tsx';
import { problemsOf, textError, type TextProblem } from './problems.ts';
import { useLiveHits } from './useLiveHits.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly query: string;
  readonly order: HitOrder;
  readonly onOrder: (order: HitOrder) => void;
  readonly source: string | null;
  readonly colorOf: (category: string) => string;
  readonly onProblems: (query: string, problems: readonly TextProblem[]) => void;
  readonly onKeep: () => void;
  readonly onLeave: () => void;
  readonly focusRef: { current: (() => void) | null };
}

/** A question that is asked once: its hits, and the way to make a trigger of it. */
export function QueryWork(props: Props): ReactElement {
  const { summary, query, order, source, onProblems } = props;
  const { t } = useTranslation('triggers');
  const [settled, setSettled] = useState(query);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(query), 180);
    return () => clearTimeout(timer);
  }, [query]);
  const live = useLiveHits(summary.id, settled.trim() === '' ? null : { text: settled, order, source });
  const error = textError(live.failure);
  const problems = useMemo(() => problemsOf(error, settled), [error, settled]);
  useEffect(() => onProblems(settled, problems), [settled, problems, onProblems]);
  const leaveKey = useShortcut('triggers.leaveQuery');
  return (
    <>
      <div className="work-head">
        <h2>{t('askedOnce')}</h2>
        <span className="mono clip dim" title={query}>
          {query}
        </span>
        <span className="right" />
        <Button small icon="plus" disabled={summary.readOnly || error !== null} onClick={props.onKeep}>
          {t('makeTrigger')}
        </Button>
        <Button small variant="ghost" icon="close" chord={leaveKey} onClick={props.onLeave}>
          {t('leaveQuery')}
        </Button>
      </div>
      <HitsPanel
        summary={summary}
        live={live}
        title={settled.trim()}
        order={order}
        onOrder={props.onOrder}
        stale={error !== null && live.result !== null ? t('lastAnswer') : null}
        paused={t('paused.query')}
        unanswerable={null}
        precision={null}
        colorOf={props.colorOf}
        focusRef={props.focusRef}
      />
    </>
  );
}
