import { type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCategory } from '../../../../shared/contract/categories.ts';
import { choosable, type Category } from '../../../../shared/domain/category.ts';
import type { DatasetId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { categoryColor } from '../../../lib/categoryColors.ts';
import { formatCount } from '../../../lib/format.ts';
import { problemOf, type Problem } from '../../../lib/problem.ts';
import { useLanguage } from '../../../lib/useLanguage.ts';
import { useResource } from '../../../lib/useResource.ts';
import { runJob } from '../../../state/jobStore.ts';
import { notify } from '../../../state/noticeStore.ts';
import { saving } from '../../../state/saveStore.ts';
import { Button } from '../../../ui/Button.tsx';
import { Combobox } from '../../../ui/Combobox.tsx';
import { Icon } from '../../../ui/Icon.tsx';

interface Props {
  readonly dataset: DatasetId;
  readonly from: ListedCategory;
  readonly categories: readonly Category[];
  readonly revision: number;
  readonly onDone: (into: Category | null) => void;
  readonly onUndo: () => void;
}

const named = 6;

/** What a merge changes and where, before it is made; it runs in the status bar, where it can be stopped. */
export function MergePanel({ dataset, from, categories, revision, onDone, onUndo }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const [into, setInto] = useState<Category | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const use = useResource(`use ${dataset} ${from.id} ${revision}`, () => api.categories.use({ dataset, category: from.id }));
  const others = choosable(categories).filter(({ id }) => id !== from.id);

  const merge = async (): Promise<void> => {
    if (into === null || busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const { boxes } = await saving(() =>
        runJob(t('categories.mergeJob', { from: from.name, into: into.name }), (options) =>
          api.categories.merge({ dataset, from: from.id, into: into.id }, options),
        ),
      );
      notify({
        level: 'success',
        message: t('categories.merged', { count: boxes, shown: formatCount(boxes, language), from: from.name, into: into.name }),
        action: { label: t('categories.undo'), run: onUndo },
      });
      onDone(into);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };

  const list = (names: readonly string[]): string =>
    names.slice(0, named).join(', ') + (names.length > named ? ` +${names.length - named}` : '');
  const data = use.data;
  return (
    <div className="merge-panel" role="group" aria-label={t('categories.mergeTitle', { name: from.name })}>
      <div className="row gap8">
        <span className="sw" style={{ background: categoryColor(from) }} />
        <strong className="clip">{from.name}</strong>
        <Icon name="next" small />
        <Combobox
          label={t('categories.mergeInto')}
          placeholder={t('categories.mergeInto')}
          trigger={
            <button type="button" className="input category-field grow" autoFocus disabled={busy}>
              <span className="sr-only">{t('categories.mergeInto')}: </span>
              {into && <span className="sw" style={{ background: categoryColor(into) }} />}
              <span className="clip">{into?.name ?? t('categories.mergeInto')}</span>
              <span className="right" />
              <Icon name="down" small />
            </button>
          }
          options={others.map((category) => ({
            value: String(category.id),
            label: category.name,
            adornment: <span className="sw" style={{ background: categoryColor(category) }} />,
          }))}
          onChoose={(id) => setInto(others.find((category) => String(category.id) === id) ?? null)}
        />
      </div>
      {data === null ? (
        <p className="dim" aria-busy={use.loading}>
          {use.problem?.message ?? t('categories.counting')}
        </p>
      ) : (
        <ul className="plain-list">
          <li>
            {t('categories.mergeBoxes', { count: data.boxes, shown: formatCount(data.boxes, language) })}{' '}
            {t('categories.mergeFrames', { count: data.frames, shown: formatCount(data.frames, language) })}
          </li>
          {data.approvedFrames > 0 && (
            <li className="warning">
              {t('categories.mergeApproved', { count: data.approvedFrames, shown: formatCount(data.approvedFrames, language) })}
            </li>
          )}
          {data.triggers.length > 0 && <li>{t('categories.mergeTriggers', { names: list(data.triggers) })}</li>}
          {data.fixtures.length > 0 && (
            <li>
              {t('categories.mergeFixtures', { count: data.fixtures.length, names: list(data.fixtures.map(({ fixture }) => fixture)) })}
            </li>
          )}
          {data.runs.length > 0 && <li>{t('categories.mergeRuns', { names: list(data.runs) })}</li>}
          {data.versions.length > 0 && <li>{t('categories.mergeVersions', { names: list(data.versions) })}</li>}
          <li className="dim">{t('categories.mergeAfter', { name: from.name })}</li>
        </ul>
      )}
      {problem !== null && (
        <p className="bad" role="alert">
          {problem.message}
        </p>
      )}
      <div className="row gap8">
        <Button variant="primary" disabled={into === null || busy || data === null} onClick={() => void merge()}>
          {busy
            ? t('categories.merging')
            : t('categories.mergeNow', { count: data?.boxes ?? 0, shown: formatCount(data?.boxes ?? 0, language) })}
        </Button>
        <Button variant="ghost" disabled={busy} onClick={() => onDone(null)}>
          {t('categories.cancel')}
        </Button>
      </div>
    </div>
  );
}
