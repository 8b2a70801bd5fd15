import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { CategoryChange } from '../../../../shared/contract/categories.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { formatExact, formatRelative } from '../../../lib/format.ts';
import { useNow } from '../../../lib/useNow.ts';
import { useResource } from '../../../lib/useResource.ts';

const shown = 20;

/** Who changed which category how, the latest first. */
export function ChangesList({ dataset, revision }: { readonly dataset: DatasetId; readonly revision: number }): ReactElement {
  const { t, i18n } = useTranslation('settings');
  const now = useNow(30_000);
  const { data } = useResource(`changes ${dataset} ${revision}`, () => api.categories.history({ dataset, limit: shown }));
  const entries = [...(data?.operations ?? [])].reverse();
  if (data !== null && entries.length === 0) return <p className="dim">{t('changes.none')}</p>;
  const line = (change: CategoryChange): string => {
    const fields = Object.keys(change.after ?? change.before ?? {}).map((field) => {
      const [what = '', name = ''] = field.split(/:(.*)/s);
      return t(`changes.field.${what}`, { name, defaultValue: what });
    });
    return t(`changes.kind.${change.kind}`, {
      category: change.category ?? t('categories.every'),
      fields: fields.join(', '),
      defaultValue: change.kind,
    });
  };
  return (
    <ol className="changes">
      {entries.map((change) => (
        <li key={`${change.seq} ${change.time}`}>
          <strong>{change.author}</strong> <span className="grow">{line(change)}</span>
          <time className="dimmer nowrap" dateTime={change.time} title={formatExact(change.time, i18n.language)}>
            {formatRelative(change.time, now, i18n.language)}
          </time>
        </li>
      ))}
    </ol>
  );
}
