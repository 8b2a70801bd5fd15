import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { choosable } from '../../../shared/domain/category.ts';
import type { ReportEntry } from '../../../shared/contract/common.ts';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { VersionSummary } from '../../../shared/contract/versions.ts';
import { formatCount, formatExact, formatPercent } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { copyText } from '../../platform/copyText.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Select } from '../../ui/Select.tsx';
import { DiffSection } from './DiffSection.tsx';
import { ReportList } from './ReportList.tsx';

interface Props {
  readonly summary: DatasetSummary;
  readonly versions: readonly VersionSummary[];
  readonly version: VersionSummary;
  readonly audit: readonly ReportEntry[];
}

const noSplit = '';
/** The order people name splits in; others follow. */
const usual = ['train', 'val', 'test'];
const rankOf = (split: string): number => (usual.indexOf(split) + usual.length + 1) % (usual.length + 1);

/** One version: its counts, its splits, and what changed since another one. */
export function VersionPage({ summary, versions, version, audit }: Props): ReactElement {
  const { t } = useTranslation('versions');
  const language = useLanguage();
  const earlier = versions[versions.indexOf(version) + 1]?.name ?? null;
  const [base, setBase] = useState(version.parent ?? earlier);
  const others = versions.filter((other) => other.name !== version.name);
  const splits = Object.entries(version.splits)
    .filter(([, frames]) => frames > 0)
    .sort(([a], [b]) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));
  const numbers = [
    { value: version.frames, name: t('count.frames') },
    { value: version.annotations, name: t('count.boxes') },
    { value: choosable(summary.categories).length, name: t('count.categories') },
    { value: splits.filter(([split]) => split !== noSplit).length, name: t('count.splits') },
  ];
  return (
    <div className="version-page scroll">
      <section>
        <div className="version-head">
          <h2>{version.name}</h2>
          <span className="dim clip">
            {version.author}, <time dateTime={version.createdAt}>{formatExact(version.createdAt, language)}</time>
          </span>
          <span className="right mono dim nowrap">
            sha256 {version.sha256.slice(0, 12)}…{version.sha256.slice(-4)}
          </span>
          <IconButton small icon="copy" label={t('copyHash')} onClick={() => void copyText(version.sha256, t('hashCopied'))} />
        </div>
        {version.note !== null && <p className="version-note">{version.note}</p>}
        <dl className="version-numbers">
          {numbers.map(({ value, name }) => (
            <div key={name}>
              <dd>{formatCount(value, language)}</dd>
              <dt>{name}</dt>
            </div>
          ))}
        </dl>
        {version.where !== null && (
          <p className="dim small">
            {t('where')} <code className="mono">{version.where}</code>
          </p>
        )}
      </section>
      <section>
        <h3 className="section-title">{t('splits')}</h3>
        {splits.length === 0 || (splits.length === 1 && splits[0]?.[0] === noSplit) ? (
          <p className="dim">{t('noSplits')}</p>
        ) : (
          <>
            <div className="split-bar" aria-hidden>
              {splits.map(([split, frames]) => (
                <i key={split} style={{ flexGrow: frames }} />
              ))}
            </div>
            <table className="split-table">
              <thead>
                <tr>
                  <th>{t('split')}</th>
                  <th className="n">{t('count.frames')}</th>
                  <th className="n">{t('share')}</th>
                </tr>
              </thead>
              <tbody>
                {splits.map(([split, frames]) => (
                  <tr key={split}>
                    <td>
                      <i className="split-mark" aria-hidden />
                      {split === noSplit ? t('withoutSplit') : split}
                    </td>
                    <td className="n">{formatCount(frames, language)}</td>
                    <td className="n dim">{formatPercent((frames / Math.max(version.frames, 1)) * 100, language, 1)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </section>
      {audit.length > 0 && (
        <section aria-label={t('audit')}>
          <h3 className="section-title">{t('audit')}</h3>
          <ReportList report={audit} />
        </section>
      )}
      <section className="version-changes">
        <div className="row">
          <h3 className="section-title">{others.length > 0 ? t('diff.title') : t('diff.alone')}</h3>
          {others.length > 0 && (
            <Select
              label={t('diff.title')}
              variant="plain"
              value={base}
              placeholder={t('diff.choose')}
              onChange={setBase}
              choices={others.map(({ name }) => ({ value: name, label: name }))}
            />
          )}
          {base !== null && (
            <span className="right row diff-legend" aria-hidden>
              <i data-before /> {base} <i /> {version.name}
            </span>
          )}
        </div>
        {base === null ? (
          <p className="dim">{others.length > 0 ? t('diff.pick') : t('diff.first')}</p>
        ) : (
          <DiffSection key={base} summary={summary} base={base} version={version.name} />
        )}
      </section>
    </div>
  );
}
