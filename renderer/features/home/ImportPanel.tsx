import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import type { DatasetCard } from '../../../shared/contract/datasets.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { type ImportFormat, importFormats, type ImportReport } from '../../../shared/contract/imports.ts';
import type { Progress } from '../../../shared/contract/common.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { formatCount, formatDuration } from '../../lib/format.ts';
import { type Problem, problemOf } from '../../lib/problem.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { usePanelWidth } from '../../lib/usePanelWidth.ts';
import { useResource } from '../../lib/useResource.ts';
import { navigate } from '../../state/addressStore.ts';
import { runJob, showElsewhere } from '../../state/jobStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Field, TextField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { Select } from '../../ui/Select.tsx';
import { datasetNameFor, pathParts } from './datasetName.ts';
import { DatasetFolderField, PathField } from './PathField.tsx';
import { Report } from './Report.tsx';
import { hostText } from '../../locales/hostText.ts';

interface Props {
  readonly from: string | null;
  /** The dataset to import into; null for a new one. */
  readonly into: string | null;
  readonly cards: readonly DatasetCard[];
  readonly onClose: () => void;
}

type Step =
  | { readonly kind: 'choose' }
  | { readonly kind: 'working'; readonly checking: boolean; readonly progress: Progress | null; readonly cancel: () => void }
  | { readonly kind: 'checked'; readonly report: ImportReport }
  | { readonly kind: 'done'; readonly report: ImportReport; readonly dataset: DatasetId };

const fresh = '\u0000new';

/** What the bar of progress calls it. */
const lastPart = (path: string): string => pathParts(path).at(-1) ?? path;

const labelEndings = ['json', 'yaml', 'yml', 'data', 'xml', 'txt'] as const;
const videoEndings = ['mp4', 'm4v', 'mov', 'mkv', 'webm', 'avi', 'mpg', 'mpeg', 'ts', 'gif'] as const;

/** Choose, recognise, read the report, import. Nothing is written before the report was seen. */
export function ImportPanel({ from: given, into, cards, onClose }: Props) {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const [width, setWidth] = usePanelWidth('import', 440);
  const [from, setFrom] = useState(given ?? '');
  const [asked, setAsked] = useState(given ?? '');
  const [target, setTarget] = useState(into ?? fresh);
  const [folder, setFolder] = useState('');
  const [name, setName] = useState('');
  const [format, setFormat] = useState<ImportFormat | 'auto'>('auto');
  const [media, setMedia] = useState<'copy' | 'link'>('copy');
  const [images, setImages] = useState('');
  const [every, setEvery] = useState('1');
  const [step, setStep] = useState<Step>({ kind: 'choose' });
  const [problem, setProblem] = useState<Problem | null>(null);
  // A dataset made for this import: made once, however often one goes on with it.
  const made = useRef<{ readonly path: string; readonly id: DatasetId } | null>(null);

  // Whoever has gone elsewhere meanwhile is not pulled back.
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const working = step.kind === 'working' ? t(step.checking ? 'app:jobs.check' : 'app:jobs.import', { name: lastPart(from) }) : null;
  useEffect(() => (working === null ? undefined : showElsewhere(working)), [working]);

  useEffect(() => {
    const timer = setTimeout(() => setAsked(from.trim()), 300);
    return () => clearTimeout(timer);
  }, [from]);
  const detected = useResource(asked === '' ? null : `detect ${asked}`, () => api.imports.detect({ from: asked }));
  const best = detected.data?.candidates[0];
  const chosen = format === 'auto' ? best?.format : format;

  const newName = name.trim() === '' ? datasetNameFor(from) : name.trim();
  const newPath = folder === '' ? '' : `${folder.replace(/[/\\]$/, '')}/${newName}`;
  const ready = from.trim() !== '' && (target !== fresh || newPath !== '') && (best !== undefined || format !== 'auto');

  const datasetFor = async (): Promise<DatasetId> => {
    if (target !== fresh) return (await api.datasets.openById({ dataset: target as DatasetId })).id;
    if (made.current?.path !== newPath)
      made.current = { path: newPath, id: (await api.datasets.create({ path: newPath, name: newName })).id };
    return made.current.id;
  };

  const run = async (checking: boolean): Promise<void> => {
    setProblem(null);
    setStep({ kind: 'working', checking, progress: null, cancel: () => undefined });
    try {
      const step = Number(every);
      const input = {
        format,
        from: from.trim(),
        media,
        ...(images.trim() === '' ? {} : { images: images.trim() }),
        ...(chosen === 'video' && Number.isSafeInteger(step) && step > 1 ? { every: step } : {}),
      };
      const follow = (progress: Progress | null, cancel: () => void): void => setStep({ kind: 'working', checking, progress, cancel });
      const job = t(checking ? 'app:jobs.check' : 'app:jobs.import', { name: lastPart(from) });
      if (checking) {
        // A new dataset is made by the import and not by a look at it.
        const isNew = target === fresh && made.current?.path !== newPath;
        const known = isNew ? { dataset: null, at: newPath } : { dataset: await datasetFor() };
        const report = await runJob(job, (options) => api.imports.preview({ ...input, ...known }, options), follow);
        setStep(report.cancelled === true ? { kind: 'choose' } : { kind: 'checked', report });
        return;
      }
      const dataset = await datasetFor();
      const report = await runJob(job, (options) => api.imports.run({ ...input, dataset }, options), follow);
      setStep({ kind: 'done', report, dataset });
      const failed = report.frames.failed + report.annotations.refused;
      const isWhole = failed === 0 && report.cancelled !== true;
      // Here the report says it, and what to do next stands where a notice would cover it.
      if (here.current && !isWhole) return;
      notify({
        level: failed > 0 ? 'warning' : 'success',
        message: t(report.cancelled === true ? 'importPanel.stopped' : 'importPanel.finished', {
          frames: formatCount(report.frames.added, language),
          boxes: formatCount(report.annotations.added, language),
        }),
      });
      // With nothing to read about, the frames are what one came for.
      if (here.current) navigate({ view: 'frames', dataset, params: {} });
    } catch (error) {
      const found = problemOf(error);
      setProblem(found);
      setStep({ kind: 'choose' });
    }
  };

  return (
    <Panel
      label={t('importPanel.title')}
      side="right"
      width={width}
      onWidth={setWidth}
      min={360}
      max={720}
      resizeLabel={t('app:resize', { name: t('importPanel.title') })}
    >
      <header className="sec row">
        <h2>{t('importPanel.title')}</h2>
        <span className="right" />
        <IconButton label={t('app:close')} icon="close" onClick={onClose} />
      </header>
      {step.kind === 'choose' && (
        <form
          className="panel-form"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            if (ready) void run(true);
          }}
          onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onClose()}
        >
          <div className="panel-body scroll grow">
            {/* First: below the fields it would be out of sight. */}
            {problem !== null && <ErrorState message={problem.message} safe={t('importPanel.safe')} details={problem.details} />}
            <PathField
              label={t('importPanel.from')}
              value={from}
              onChange={setFrom}
              autoFocus
              hint={t('importPanel.fromHint')}
              error={detected.problem?.message ?? null}
              browse={[
                { kind: 'folder', words: t('importPanel.folderButton'), title: t('importPanel.fromTitle') },
                {
                  kind: 'file',
                  words: t('importPanel.fileButton'),
                  title: t('importPanel.fileTitle'),
                  extensions: [...labelEndings, ...videoEndings],
                },
              ]}
            />
            {detected.data !== null && asked !== '' && (
              <div className="found" role="status">
                {best === undefined ? (
                  <>
                    <Icon name="warning" small /> {t('importPanel.unknown')}
                  </>
                ) : (
                  <>
                    <span className="success">
                      <Icon name="check" small />
                    </span>
                    <span>
                      <b>{t(`formats.${best.format}`)}</b>
                      <span className="dim"> {hostText(best.why)}</span>
                    </span>
                  </>
                )}
              </div>
            )}
            <Field label={t('importPanel.format')}>
              <Select
                label={t('importPanel.format')}
                variant="plain"
                small={false}
                value={format}
                choices={(['auto', ...importFormats] as const).map((value) => ({
                  value,
                  label: value === 'auto' ? t('importPanel.auto') : t(`formats.${value}`),
                }))}
                onChange={setFormat}
              />
            </Field>
            {chosen === 'video' && (
              <TextField
                label={t('importPanel.every')}
                hint={t('importPanel.everyHint')}
                inputMode="numeric"
                value={every}
                onChange={(event) => setEvery(event.target.value)}
              />
            )}
            {chosen !== 'images' && chosen !== 'video' && (
              <PathField
                label={t('importPanel.images')}
                value={images}
                onChange={setImages}
                hint={t('importPanel.imagesHint')}
                browse={[{ kind: 'folder', words: t('browse'), title: t('importPanel.imagesTitle') }]}
              />
            )}
            <Field label={t('importPanel.into')}>
              <Select
                label={t('importPanel.into')}
                variant="plain"
                small={false}
                value={target}
                choices={[
                  { value: fresh, label: t('importPanel.newDataset') },
                  ...cards.filter((card) => card.reachable).map((card) => ({ value: card.id, label: card.name })),
                ]}
                onChange={setTarget}
              />
            </Field>
            {target === fresh && (
              <>
                <TextField
                  label={t('newPanel.name')}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                  placeholder={datasetNameFor(from)}
                  maxLength={128}
                />
                <DatasetFolderField value={folder} onChange={setFolder} makes={newPath} />
              </>
            )}
            <Field label={t('importPanel.media')} hint={t(`importPanel.mediaHint.${media}`)}>
              <Segmented
                label={t('importPanel.media')}
                value={media}
                choices={[
                  { value: 'copy', label: t('importPanel.copy') },
                  { value: 'link', label: t('importPanel.link') },
                ]}
                onChange={setMedia}
              />
            </Field>
          </div>
          <footer className="panel-foot">
            <Button variant="primary" type="submit" disabled={!ready}>
              {t('importPanel.check')}
            </Button>
            <span className="dim small">{t('importPanel.checkHint')}</span>
          </footer>
        </form>
      )}
      {step.kind === 'working' && (
        <div className="panel-body">
          <h3>{t(step.checking ? 'importPanel.checking' : 'importPanel.importing')}</h3>
          <ProgressBar
            name={t(step.checking ? 'app:jobs.check' : 'app:jobs.import', { name: lastPart(from) })}
            done={step.progress?.done ?? 0}
            total={step.progress?.total ?? null}
          />
          <div className="row">
            <span className="dim">
              {step.progress === null
                ? t('app:loading')
                : t('importPanel.progress', {
                    done: formatCount(step.progress.done, language),
                    total: step.progress.total === null ? '' : ` / ${formatCount(step.progress.total, language)}`,
                    unit: hostText(step.progress.unit),
                  })}
              {step.progress?.perSecond !== undefined &&
                ` · ${t('app:status.rate', { rate: formatCount(Math.round(step.progress.perSecond), language) })}`}
              {step.progress?.etaSeconds !== undefined &&
                ` · ${t('app:status.eta', { time: formatDuration(Math.max(1, step.progress.etaSeconds), language) })}`}
            </span>
            <span className="right" />
            <Button aria-label={fixedNames.cancel} onClick={step.cancel}>
              {t('cancel')}
            </Button>
          </div>
          {!step.checking && <p className="dim small">{t('importPanel.cancelHint')}</p>}
        </div>
      )}
      {(step.kind === 'checked' || step.kind === 'done') && (
        <>
          <div className="panel-body scroll grow">
            <Report report={step.report} done={step.kind === 'done'} />
          </div>
          <footer className="panel-foot">
            {step.kind === 'checked' ? (
              <>
                <Button
                  variant="primary"
                  icon="import"
                  autoFocus
                  disabled={step.report.frames.added + step.report.frames.unchanged + step.report.annotations.added === 0}
                  onClick={() => void run(false)}
                >
                  {t('importPanel.import')}
                </Button>
                <Button variant="ghost" onClick={() => setStep({ kind: 'choose' })}>
                  {t('importPanel.back')}
                </Button>
              </>
            ) : (
              <>
                <Button
                  variant="primary"
                  icon="frames"
                  autoFocus
                  onClick={() => navigate({ view: 'frames', dataset: step.dataset, params: {} })}
                >
                  {t('importPanel.show')}
                </Button>
                {step.report.cancelled === true && <Button onClick={() => void run(false)}>{t('importPanel.resume')}</Button>}
              </>
            )}
          </footer>
        </>
      )}
    </Panel>
  );
}
