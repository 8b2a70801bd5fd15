import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { VersionSummary } from '../../../shared/contract/versions.ts';
import { formatCount, formatExact, formatRelative } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useNow } from '../../lib/useNow.ts';
import { setParams } from '../../state/addressStore.ts';

interface Props {
  readonly summary: DatasetSummary;
  readonly versions: readonly VersionSummary[];
  readonly chosen: VersionSummary | null;
}

/** What the dataset is now, and below it every version, newest first. */
export function Timeline({ summary, versions, chosen }: Props): ReactElement {
  const { t } = useTranslation('versions');
  const language = useLanguage();
  const now = useNow(60_000);
  const size = (frames: number, boxes: number): string =>
    t('size', { frames: formatCount(frames, language), boxes: formatCount(boxes, language) });
  return (
    <aside className="side left timeline" aria-label={t('timeline')}>
      <h2 className="timeline-head">{t('title')}</h2>
      <ol className="scroll">
        <li className="ver working">
          <span className="ver-name">
            {t('working')} <span className="ver-when">{t('now')}</span>
          </span>
          <span>{size(summary.frames, summary.annotations)}</span>
        </li>
        {versions.map((version) => (
          <li key={version.name}>
            <button
              type="button"
              className="ver"
              aria-current={version.name === chosen?.name ? 'true' : undefined}
              onClick={() => setParams({ version: version.name })}
            >
              <span className="ver-name">
                <span className="clip">{version.name}</span>
                <time className="ver-when" dateTime={version.createdAt} title={formatExact(version.createdAt, language)}>
                  {formatRelative(version.createdAt, now, language)}
                </time>
              </span>
              {version.note !== null && <span className="ver-note">{version.note}</span>}
              <span>{size(version.frames, version.annotations)}</span>
              <span className="row">
                <span className="clip">{version.author}</span> <span className="mono">{version.sha256.slice(0, 8)}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </aside>
  );
}
