import { useTranslation } from 'react-i18next';
import type { ReportEntry } from '../../../shared/contract/common.ts';
import type { ImportReport } from '../../../shared/contract/imports.ts';
import { formatCount, formatDuration } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { Icon } from '../../ui/Icon.tsx';
import { hostText } from '../../locales/hostText.ts';

const tones: { readonly [S in ReportEntry['severity']]: string } = {
  info: 'dim',
  repaired: 'success',
  warning: 'warning',
  refused: 'danger',
};
const order: readonly ReportEntry['severity'][] = ['refused', 'warning', 'repaired', 'info'];

/** What was read, repaired and refused, with counts and examples. */
export function Report({ report, done }: { readonly report: ImportReport; readonly done: boolean }) {
  const { t } = useTranslation('home');
  const language = useLanguage();
  const count = (value: number): string => formatCount(value, language);
  const rows: readonly (readonly [string, number, string])[] = [
    ['framesAdded', report.frames.added, ''],
    ['framesUnchanged', report.frames.unchanged, ''],
    ['framesFailed', report.frames.failed, 'danger'],
    ['boxesAdded', report.annotations.added, ''],
    ['boxesRepaired', report.annotations.repaired, 'warning'],
    ['boxesRefused', report.annotations.refused, 'danger'],
  ];
  return (
    <>
      <p className="dim">
        {t(done ? 'report.done' : 'report.nothingWritten')}{' '}
        {t('report.took', { format: t(`formats.${report.format}`), time: formatDuration(report.ms / 1000, language) })}
      </p>
      <dl className="report-counts">
        {rows.map(
          ([key, value, tone]) =>
            (value > 0 || key.endsWith('Added')) && (
              <div key={key}>
                <dt>{t(`report.${key}`)}</dt>
                <dd className={value > 0 ? tone : ''}>{count(value)}</dd>
              </div>
            ),
        )}
      </dl>
      {report.run !== undefined && <p>{t('report.run', { name: report.run })}</p>}
      {report.categories.length > 0 && (
        <section>
          <h3>{t('report.categories', { count: report.categories.length })}</h3>
          <p className="chips">
            {report.categories.slice(0, 40).map((name) => (
              <span key={name} className="chip">
                {name}
              </span>
            ))}
            {report.categories.length > 40 && (
              <span className="dim">{t('report.moreCategories', { count: report.categories.length - 40 })}</span>
            )}
          </p>
        </section>
      )}
      {report.report.length > 0 && (
        <section>
          <h3>{t('report.findings')}</h3>
          <ul className="findings">
            {[...report.report]
              .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
              .map((entry) => (
                <li key={`${entry.code} ${entry.item}`}>
                  <span className={tones[entry.severity]}>
                    <Icon name={entry.severity === 'info' || entry.severity === 'repaired' ? 'check' : 'warning'} small />
                  </span>
                  <details>
                    <summary>
                      <span>{hostText(entry.message)}</span>
                      <span className="dim nowrap">
                        {t(`report.severity.${entry.severity}`, { count: entry.count, shown: count(entry.count) })}
                      </span>
                    </summary>
                    <ul className="mono examples">
                      {[...new Set([entry.item, ...(entry.examples ?? [])])].map((item) => (
                        <li key={item}>{item}</li>
                      ))}
                    </ul>
                  </details>
                </li>
              ))}
          </ul>
        </section>
      )}
    </>
  );
}
