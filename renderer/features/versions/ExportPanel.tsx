import { type ReactElement, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import { exportFormats, type ExportFormat, type ExportResult, type VersionSummary } from '../../../shared/contract/versions.ts';
import { api } from '../../api/api.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { problemOf, type Problem } from '../../lib/problem.ts';
import { useCommands } from '../../lib/useCommands.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { choosePath } from '../../platform/choosePath.ts';
import { hostStore } from '../../state/hostStore.ts';
import { runJob } from '../../state/jobStore.ts';
import { copyText } from '../../platform/copyText.ts';
import { notify } from '../../state/noticeStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Field, TextField } from '../../ui/Field.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ReportList } from './ReportList.tsx';
import { hostText } from '../../locales/hostText.ts';

type Media = 'copy' | 'link' | 'none';
type Verified = { readonly ok: boolean; readonly checked: number; readonly problems: readonly { message: string; item: string }[] };

/** Where a version goes and what of it the format can carry; after that, whether it was read back equal. */
export function ExportPanel({ summary, version }: { readonly summary: DatasetSummary; readonly version: VersionSummary }): ReactElement {
  const { t } = useTranslation('versions');
  const dataset = summary.id;
  const [format, setFormat] = useState<ExportFormat>('coco');
  const [media, setMedia] = useState<Media>('copy');
  // Typed; else a free one is suggested, in the folder that was chosen.
  const [typed, setTyped] = useState<string | null>(null);
  const [parent, setParent] = useState<string | null>(null);
  const [written, setWritten] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [last, setLast] = useState<{
    readonly result: ExportResult;
    readonly format: ExportFormat;
    readonly verified: Verified | null;
  } | null>(null);
  const preflight = useResource(`${dataset} ${version.name} ${format}`, () =>
    api.versions.preflight({ dataset, version: version.name, format }),
  );
  const free = useResource(`${dataset} ${version.name} ${format} ${parent ?? ''} ${written}`, () =>
    api.versions.exportFolder({ dataset, version: version.name, format, ...(parent === null ? {} : { parent }) }),
  );
  const out = typed ?? free.data?.out ?? '';
  const ready = typed === null ? free.current && free.problem === null : typed.trim() !== '';

  const run = async (): Promise<void> => {
    if (busy || !ready) return;
    setBusy(true);
    setProblem(null);
    try {
      const result = await runJob(t('export.job', { name: version.name }), (options) =>
        api.versions.export({ dataset, version: version.name, format, media, out }, options),
      );
      setLast({ result, format, verified: null });
      setTyped(null);
      setWritten((count) => count + 1);
      const verified = await runJob(t('export.verifyJob'), (options) => api.versions.verifyExport({ out: result.out }, options));
      setLast({ result, format, verified });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  useCommands({ 'versions.export': () => void run() });

  const warnings = preflight.data?.report.filter((entry) => entry.severity !== 'info').length ?? 0;
  return (
    <aside className="side export" aria-label={t('export.title', { name: version.name })}>
      <div className="panel-head">
        <h2>{t('export.title', { name: version.name })}</h2>
      </div>
      <div className="panel-body">
        <Field label={t('export.format')}>
          <Segmented
            label={t('export.format')}
            value={format}
            onChange={setFormat}
            choices={exportFormats.map((value) => ({ value, label: t(`export.formats.${value}`) }))}
          />
        </Field>
        <Field label={t('export.media')} hint={t(`export.mediaHint.${media}`)}>
          <Segmented
            label={t('export.media')}
            value={media}
            onChange={setMedia}
            choices={(['copy', 'link', 'none'] as const).map((value) => ({ value, label: t(`export.mediaKinds.${value}`) }))}
          />
        </Field>
        <TextField
          label={t('export.folder')}
          value={out}
          title={out}
          showEnd
          error={typed === null ? (free.problem?.message ?? null) : null}
          onChange={(event) => setTyped(event.target.value)}
          trailing={
            <IconButton
              small
              icon="folder"
              label={t('export.choose')}
              onClick={() =>
                void choosePath({ kind: 'folder', title: t('export.choose') }).then((path) => {
                  if (path === null) return;
                  setParent(path);
                  setTyped(null);
                })
              }
            />
          }
        />
      </div>
      <div className="scroll grow panel-body preflight">
        <h3>
          {t('export.preflight')}
          {warnings > 0 && <span className="right warning">{t('export.warnings', { count: warnings })}</span>}
        </h3>
        {preflight.data === null ? (
          preflight.problem === null ? (
            <SkeletonRows rows={3} label={t('export.preflight')} />
          ) : (
            <p className="danger">{preflight.problem.message}</p>
          )
        ) : preflight.data.report.length === 0 ? (
          <p className="row success">
            <Icon name="check" small /> {t('export.carriesAll')}
          </p>
        ) : (
          <ReportList report={preflight.data.report} />
        )}
        {problem !== null && (
          <p className="danger" role="alert">
            {problem.message}
          </p>
        )}
      </div>
      {last !== null && <LastExport last={last} />}
      <div className="panel-foot">
        <span className="dim small">{t('export.safe')}</span>
        <Button variant="primary" disabled={busy || !ready} chord="Mod+Enter" onClick={() => void run()}>
          {t('export.action', { name: version.name })}
        </Button>
      </div>
    </aside>
  );
}

function LastExport({
  last,
}: {
  readonly last: { readonly result: ExportResult; readonly format: ExportFormat; readonly verified: Verified | null };
}): ReactElement {
  const { t } = useTranslation('versions');
  const language = useLanguage();
  const { result, verified } = last;
  // A page in a browser cannot open a folder; it can at least hand over where it is.
  const canReveal = useStore(hostStore, ({ info }) => info?.capabilities.reveal === true);
  return (
    <div className="panel-body last-export" role="status">
      <h3>{t('export.last')}</h3>
      <span>
        {t(`export.formats.${last.format}`)} ·{' '}
        {t('export.files', { files: formatCount(result.files, language), bytes: formatBytes(result.bytes, language) })}
      </span>
      <span className="row last-path">
        <span className="dim clip grow" title={result.out}>
          {result.out}
        </span>
        {canReveal ? (
          <IconButton
            small
            icon="folder"
            label={t('export.reveal')}
            onClick={() => void api.host.reveal({ path: result.out }).catch(tell)}
          />
        ) : (
          <IconButton small icon="copy" label={t('export.copyPath')} onClick={() => void copyText(result.out, t('export.pathCopied'))} />
        )}
      </span>
      {verified === null ? (
        <span className="dim">{t('export.verifying')}</span>
      ) : verified.ok ? (
        <span className="row success">
          <Icon name="check" small /> {t(`export.equal.${last.format}`)}
        </span>
      ) : (
        <span className="danger">
          {t('export.differs', { count: verified.problems.length })} {hostText(verified.problems[0]?.message ?? '')}{' '}
          {verified.problems[0]?.item}
        </span>
      )}
    </div>
  );
}

function tell(error: unknown): void {
  const problem = problemOf(error);
  if (problem) notify({ level: 'error', message: problem.message, details: problem.details });
}
