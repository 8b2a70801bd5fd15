import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { ModelSummary } from '../../../shared/contract/models.ts';
import { providerNames, type ProviderName } from '../../../shared/contract/host.ts';
import { api } from '../../api/api.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { useResource } from '../../lib/useResource.ts';
import { hostStore, providerLabel } from '../../state/hostStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Field, TextField } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly models: readonly ModelSummary[];
  readonly model: string | null;
  readonly onClose: () => void;
  readonly onStarted: () => void;
}

/** Which model on which frames, by which provider. */
export function RunModelPanel({ summary, models, model, onClose, onStarted }: Props): ReactElement {
  const { t } = useTranslation('models');
  const doctor = useStore(hostStore, (state) => state.doctor);
  const [chosen, setChosen] = useState(model ?? models[0]?.name ?? '');
  const [where, setWhere] = useState('');
  const [name, setName] = useState('');
  const [threshold, setThreshold] = useState('0.25');
  const [provider, setProvider] = useState<'auto' | ProviderName>('auto');
  const [problem, setProblem] = useState<Problem | null>(null);
  // Counted with the same query that the run will use.
  const count = useResource(`${summary.id} ${where}`, () =>
    api.frames.query({ dataset: summary.id, selection: where.trim() === '' ? {} : { where: where.trim() } }),
  );
  const score = Number(threshold.replace(',', '.'));
  const scoreError = score >= 0 && score <= 1 && threshold.trim() !== '' ? null : t('run.thresholdError');

  const start = (event: FormEvent): void => {
    event.preventDefault();
    if (scoreError !== null) return;
    setProblem(null);
    let started = false;
    api.models
      .prelabel(
        {
          dataset: summary.id,
          model: chosen,
          provider,
          scoreThreshold: score,
          ...(where.trim() === '' ? {} : { where: where.trim() }),
          ...(name.trim() === '' ? {} : { name: name.trim() }),
        },
        {
          onProgress: () => {
            if (!started) onStarted();
            started = true;
          },
        },
      )
      .then(
        (result) => {
          notify({
            level: result.failed.length > 0 ? 'warning' : 'success',
            message: [
              t('run.done', { name: result.run, count: result.frames, boxes: result.boxes }),
              ...(result.failed.length > 0 ? [t('failed', { count: result.failed.length })] : []),
            ].join(', '),
          });
          if (!started) onStarted();
        },
        (error: unknown) => {
          const failure = problemOf(error);
          if (!started) setProblem(failure);
          else if (failure) notify({ level: 'error', message: failure.message, details: failure.details });
        },
      );
  };

  const choices = (['auto', ...providerNames] as const).map((value) => {
    const report = doctor?.providers.find((candidate) => candidate.name === value);
    return {
      value,
      label: value === 'auto' ? t('run.auto') : providerLabel(value),
      disabled: value !== 'auto' && report?.available === false,
      ...(report?.reason === undefined ? {} : { meta: hostText(report.reason) }),
    };
  });
  return (
    <aside className="side model-panel narrow" aria-label={t('run.action')}>
      <form className="col grow" onSubmit={start}>
        <div className="panel-head">
          <h2>{t('run.action')}</h2>
          <span className="right" />
          <IconButton label={t('app:close')} icon="close" onClick={onClose} />
        </div>
        <div className="scroll grow panel-body">
          <Field label={t('run.which')}>
            <Select
              variant="plain"
              label={t('run.which')}
              value={chosen}
              onChange={setChosen}
              choices={models.map((item) => ({ value: item.name, label: item.name }))}
            />
          </Field>
          <TextField
            mono
            autoFocus
            label={t('run.where')}
            placeholder='frame.state = "unlabeled"'
            value={where}
            onChange={(event) => setWhere(event.target.value)}
            error={count.problem?.message ?? null}
            hint={count.data === null ? t('run.whereHint') : t('run.frames', { count: count.data.total })}
          />
          <TextField
            label={t('run.threshold')}
            inputMode="decimal"
            value={threshold}
            error={scoreError}
            hint={t('run.thresholdHint')}
            onChange={(event) => setThreshold(event.target.value)}
          />
          <Field label={t('run.provider')} hint={t('run.providerHint')}>
            <Select variant="plain" label={t('run.provider')} value={provider} onChange={setProvider} choices={choices} />
          </Field>
          <TextField
            label={t('run.name')}
            placeholder={t('run.namePlaceholder')}
            value={name}
            maxLength={128}
            onChange={(event) => setName(event.target.value)}
          />
          {problem !== null && (
            <p className="danger" role="alert">
              {problem.message}
            </p>
          )}
        </div>
        <div className="panel-foot">
          <span className="dim small">{t('run.safe')}</span>
          <Button variant="primary" type="submit" icon="play" disabled={chosen === '' || scoreError !== null || count.data?.total === 0}>
            {t('run.start')}
          </Button>
        </div>
      </form>
    </aside>
  );
}
