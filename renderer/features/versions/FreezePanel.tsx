import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReportEntry } from '../../../shared/contract/common.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { VersionSummary } from '../../../shared/contract/versions.ts';
import { api } from '../../api/api.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { runJob } from '../../state/jobStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Field, TextField } from '../../ui/Field.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Toggle } from '../../ui/Toggle.tsx';

interface Props {
  readonly summary: DatasetSummary;
  /** What it is called when nobody names it. */
  readonly nextName: string;
  readonly onClose: () => void;
  /** With what the audit of the splits found. */
  readonly onDone: (version: VersionSummary, audit: readonly ReportEntry[]) => void;
}

const splits = ['train', 'val', 'test'] as const;

/** What goes into a version and how it is split, before it is frozen for good. */
export function FreezePanel({ summary, nextName, onClose, onDone }: Props): ReactElement {
  const { t } = useTranslation('versions');
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const [where, setWhere] = useState('');
  const [approvedOnly, setApprovedOnly] = useState(false);
  const [includeConflicts, setIncludeConflicts] = useState(false);
  const [split, setSplit] = useState(true);
  const [shares, setShares] = useState({ train: '80', val: '10', test: '10' });
  const [groupBy, setGroupBy] = useState<'sequence' | 'none'>(summary.sequences > 0 ? 'sequence' : 'none');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const numbers = splits.map((key) => Number(shares[key].replace(',', '.')));
  const total = numbers.reduce((sum, value) => sum + value, 0);
  const approved = summary.states.approved + summary.states.locked;
  const sharesError =
    split && (!numbers.every((value) => value >= 0) || Math.abs(total - 100) > 0.001)
      ? t('freeze.sum', { total: Number.isFinite(total) ? total : '?' })
      : null;

  const freeze = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || sharesError !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      const version = await runJob(t('freeze.job'), (options) =>
        api.versions.freeze(
          {
            dataset: summary.id,
            ...(name.trim() === '' ? {} : { name: name.trim() }),
            ...(note.trim() === '' ? {} : { note: note.trim() }),
            ...(where.trim() === '' ? {} : { where: where.trim() }),
            ...(approvedOnly ? { approvedOnly, includeConflicts } : {}),
            ...(split ? { split: Object.fromEntries(splits.map((key, i) => [key, (numbers[i] ?? 0) / 100])), groupBy } : {}),
          },
          options,
        ),
      );
      notify({
        level: version.leaks.some(({ severity }) => severity !== 'info') ? 'warning' : 'success',
        message: t('freeze.done', { name: version.name, count: version.frames }),
      });
      onDone(version, version.leaks);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <aside className="side export" aria-label={t('freeze.action')}>
      <form className="col grow" onSubmit={(event) => void freeze(event)}>
        <div className="panel-head">
          <h2>{t('freeze.action')}</h2>
          <span className="right" />
          <IconButton label={t('app:close')} icon="close" onClick={onClose} />
        </div>
        <div className="scroll grow panel-body">
          <TextField
            autoFocus
            label={t('freeze.name')}
            placeholder={nextName}
            value={name}
            maxLength={128}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label={t('freeze.note')}
            placeholder={t('freeze.notePlaceholder')}
            value={note}
            maxLength={4096}
            onChange={(event) => setNote(event.target.value)}
          />
          <TextField
            mono
            label={t('freeze.where')}
            placeholder='frame.state = "approved"'
            hint={t('freeze.whereHint')}
            value={where}
            onChange={(event) => setWhere(event.target.value)}
          />
          <div className="row">
            <span className="grow">{t('freeze.approvedOnly')}</span>
            <Toggle label={t('freeze.approvedOnly')} checked={approvedOnly} onChange={setApprovedOnly} />
          </div>
          {approvedOnly && (
            <>
              <p className="dim small">{t('freeze.approvedCounts', { approved, others: summary.frames - approved })}</p>
              <div className="row">
                <span className="grow">{t('freeze.includeConflicts')}</span>
                <Toggle label={t('freeze.includeConflicts')} checked={includeConflicts} onChange={setIncludeConflicts} />
              </div>
            </>
          )}
          <div className="row">
            <span className="grow">{t('freeze.split')}</span>
            <Toggle label={t('freeze.split')} checked={split} onChange={setSplit} />
          </div>
          {split && (
            <>
              <div className="shares">
                {splits.map((key) => (
                  <TextField
                    key={key}
                    label={key}
                    inputMode="decimal"
                    value={shares[key]}
                    trailing={<span className="dim">%</span>}
                    onChange={(event) => setShares({ ...shares, [key]: event.target.value })}
                  />
                ))}
              </div>
              {sharesError !== null && (
                <p className="danger small" role="alert">
                  {sharesError}
                </p>
              )}
              <Field label={t('freeze.groupBy')} hint={t(`freeze.groupHint.${groupBy}`)}>
                <Segmented
                  label={t('freeze.groupBy')}
                  value={groupBy}
                  onChange={setGroupBy}
                  choices={(['sequence', 'none'] as const).map((value) => ({ value, label: t(`freeze.group.${value}`) }))}
                />
              </Field>
            </>
          )}
          {problem !== null && (
            <p className="danger" role="alert">
              {problem.message}
            </p>
          )}
        </div>
        <div className="panel-foot">
          <span className="dim small">{t('freeze.immutable')}</span>
          <Button variant="primary" type="submit" disabled={busy || sharesError !== null} chord="Enter">
            {t('freeze.submit')}
          </Button>
        </div>
      </form>
    </aside>
  );
}
