import type { ReactElement } from 'react';
import type { ReportEntry } from '../../../shared/contract/common.ts';
import { formatCount } from '../../lib/format.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { Icon } from '../../ui/Icon.tsx';
import { hostText } from '../../locales/hostText.ts';

/** Lines of a report: what the format cannot carry, what was set aside, with counts. */
export function ReportList({ report }: { readonly report: readonly ReportEntry[] }): ReactElement {
  const language = useLanguage();
  return (
    <ul className="report">
      {report.map((entry) => (
        <li key={`${entry.code} ${entry.item}`} data-severity={entry.severity}>
          <Icon name={entry.severity === 'info' ? 'check' : 'warning'} small />
          <span>
            {hostText(entry.message)}
            {entry.item !== '' && entry.severity !== 'info' && <span className="dimmer clip report-item">{entry.item}</span>}
          </span>
          <span className="right dim nowrap">{formatCount(entry.count, language)}</span>
        </li>
      ))}
    </ul>
  );
}
