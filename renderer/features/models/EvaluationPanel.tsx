import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { Evaluation, RunSummary } from '../../../shared/contract/models.ts';
import { api } from '../../api/api.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { formatCount } from '../../lib/format.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { runJob } from '../../state/jobStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Select } from '../../ui/Select.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

interface Props {
  readonly summary: DatasetSummary;
  readonly run: RunSummary;
  readonly onMeasured: () => void;
  readonly onClose: () => void;
}

const headline = [
  'ap',
  'ap50',
  'ap75',
  'apSmall',
  'apMedium',
  'apLarge',
  'ar1',
  'ar10',
  'ar100',
  'arSmall',
  'arMedium',
  'arLarge',
] as const;
const now = '';

/** COCO numbers of a run against what people labeled: the dataset as it is, or a frozen version. */
export function EvaluationPanel({ summary, run, onMeasured, onClose }: Props): ReactElement {
  const { t } = useTranslation('models');
  const dataset = summary.id;
  const [version, setVersion] = useState(now);
  const [result, setResult] = useState<{ readonly version: string; readonly evaluation: Evaluation } | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const versions = useResource(dataset, () => api.versions.list({ dataset }));

  const evaluate = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const evaluation = await runJob(t('evaluate.job', { name: run.name }), (options) =>
        api.models.evaluate({ dataset, run: run.name, ...(version === now ? {} : { version }) }, options),
      );
      setResult({ version, evaluation });
      onMeasured();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  // Measured before: the numbers are wanted again, and the boxes are in memory or soon will be.
  const again = useRef(run.ap !== null);
  const latest = useRef(evaluate);
  useEffect(() => {
    latest.current = evaluate;
  });
  useEffect(() => {
    if (again.current) void latest.current();
    again.current = false;
  }, []);

  return (
    <aside className="side model-panel" aria-label={t('evaluate.title', { name: run.name })}>
      <div className="panel-head">
        <h2 className="clip">{t('evaluate.title', { name: run.name })}</h2>
        <span className="right" />
        <IconButton label={t('app:close')} icon="close" onClick={onClose} />
      </div>
      <div className="row evaluate-bar">
        <span className="dim">{t('evaluate.against')}</span>
        <Select
          variant="plain"
          label={t('evaluate.against')}
          value={version}
          onChange={setVersion}
          choices={[{ value: now, label: t('evaluate.now') }, ...(versions.data ?? []).map(({ name }) => ({ value: name, label: name }))]}
        />
        <span className="right" />
        <Button variant="primary" disabled={busy} onClick={() => void evaluate()}>
          {t('evaluate.action')}
        </Button>
      </div>
      <div className="scroll grow" tabIndex={0} role="region" aria-label={t('evaluate.title', { name: run.name })}>
        {problem !== null && (
          <p className="danger sec" role="alert">
            {problem.message}
          </p>
        )}
        {busy && result === null && <SkeletonRows rows={8} label={t('evaluate.job', { name: run.name })} />}
        {result === null && !busy && problem === null && <p className="dim sec">{t('evaluate.intro')}</p>}
        {result !== null && <Numbers summary={summary} evaluation={result.evaluation} />}
      </div>
    </aside>
  );
}

const shown = (value: number | undefined): string => (value === undefined || value < 0 ? '–' : value.toFixed(3));

function Numbers({ summary, evaluation }: { readonly summary: DatasetSummary; readonly evaluation: Evaluation }): ReactElement {
  const { t } = useTranslation('models');
  const language = useLanguage();
  const colors = new Map(summary.categories.map((category) => [category.name, categoryColor(category)]));
  const measured = evaluation.perCategory.filter((row) => row.groundTruths > 0 || row.detections > 0);
  return (
    <>
      <section className="sec">
        <dl className="eval-numbers">
          {headline.map((name, index) => (
            <div key={name} data-main={index === 0 ? '' : undefined}>
              <dd>{shown(evaluation.stats[index])}</dd>
              <dt>{t(`metric.${name}`)}</dt>
            </div>
          ))}
        </dl>
        <p className="dim small">{t('evaluate.on', { count: evaluation.frames, ms: Math.round(evaluation.ms) })}</p>
      </section>
      <section>
        <table className="tbl evaluation">
          <thead>
            <tr>
              <th>{t('category')}</th>
              <th className="n">{t('metric.ap')}</th>
              <th className="n">{t('metric.ap50')}</th>
              <th className="n">{t('metric.ap75')}</th>
              <th className="n">{t('metric.ar100')}</th>
              <th className="n">{t('groundTruths')}</th>
              <th className="n">{t('detections')}</th>
            </tr>
          </thead>
          <tbody>
            {[...measured]
              .sort((a, b) => b.groundTruths - a.groundTruths)
              .map((row) => (
                <tr key={row.category}>
                  <td>
                    <span className="row">
                      <span className="sw" style={{ background: colors.get(row.category) ?? '#9aa4b2' }} />
                      {row.category}
                    </span>
                  </td>
                  <td className="n">{shown(row.ap)}</td>
                  <td className="n dim">{shown(row.ap50)}</td>
                  <td className="n dim">{shown(row.ap75)}</td>
                  <td className="n dim">{shown(row.ar100)}</td>
                  <td className="n">{formatCount(row.groundTruths, language)}</td>
                  <td className="n dim">{formatCount(row.detections, language)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
      {Object.keys(evaluation.tide).length > 0 && (
        <section className="sec">
          <h3>{t('evaluate.errors')}</h3>
          <ul className="tide">
            {Object.entries(evaluation.tide).map(([kind, value]) => (
              <li key={kind}>
                <span>{t(`tide.${kind}`, { defaultValue: kind })}</span>
                <span className="bar-mini">
                  <i style={{ width: `${Math.min(Math.max(value, 0), 1) * 100}%` }} />
                </span>
                <span className="n">{value.toFixed(3)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
