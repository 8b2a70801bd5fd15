import { type FormEvent, useState } from 'react';
import { useStore } from 'zustand';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/api.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import type { Category } from '../../../shared/domain/category.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { formatCount } from '../../lib/format.ts';
import { problemOf } from '../../lib/problem.ts';
import { useLanguage } from '../../lib/useLanguage.ts';
import { useResource } from '../../lib/useResource.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';

type Listed = Category & { readonly boxes: number };

/** Categories of the open dataset in the order of the import; the first ten have the digits. */
export function CategoriesSection() {
  const { t } = useTranslation('settings');
  const { id, summary } = useStore(datasetStore);
  const list = useResource(id === null ? null : `categories ${id} ${summary?.categories.length ?? 0}`, () =>
    api.categories.list({ dataset: id as DatasetId }),
  );
  const [name, setName] = useState('');
  if (id === null) return <EmptyState icon="tag" title={t('noDataset')} text={t('noDatasetText')} />;
  if (list.problem !== null && list.data === null)
    return <ErrorState message={list.problem.message} details={list.problem.details} onRetry={list.reload} />;
  const readOnly = summary?.readOnly === true;
  const change = (work: () => Promise<unknown>): void =>
    void saving(work).then(list.reload, (error: unknown) => {
      const problem = problemOf(error);
      if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
      list.reload();
    });
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const text = name.trim();
    if (text === '') return;
    setName('');
    change(() => api.categories.add({ dataset: id as DatasetId, name: text }));
  };
  return (
    <>
      <p className="dim">{t('categoriesText', { name: summary?.name ?? '' })}</p>
      {list.data === null ? (
        <SkeletonRows rows={6} label={t('app:loading')} />
      ) : (
        <ul className="categories" aria-label={t('section.categories')}>
          {list.data.map((category, i) => (
            <CategoryRow
              key={`${category.id} ${category.name} ${category.color ?? ''}`}
              category={category}
              digit={i < 9 ? String(i + 1) : i === 9 ? '0' : null}
              readOnly={readOnly}
              onChange={(patch) => change(() => api.categories.update({ dataset: id as DatasetId, category: category.id, ...patch }))}
            />
          ))}
        </ul>
      )}
      {!readOnly && (
        <form className="row" onSubmit={add}>
          <div className="input grow">
            <input
              aria-label={t('newCategory')}
              placeholder={t('newCategory')}
              value={name}
              maxLength={128}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
          <Button type="submit" icon="plus" disabled={name.trim() === ''}>
            {t('addCategory')}
          </Button>
        </form>
      )}
    </>
  );
}

function CategoryRow({
  category,
  digit,
  readOnly,
  onChange,
}: {
  readonly category: Listed;
  readonly digit: string | null;
  readonly readOnly: boolean;
  readonly onChange: (patch: { name?: string; color?: string | null }) => void;
}) {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const [name, setName] = useState(category.name);
  const [color, setColor] = useState(categoryColor(category));
  const saveName = (): void => {
    const text = name.trim();
    if (text === '') setName(category.name);
    else if (text !== category.name) onChange({ name: text });
  };
  return (
    <li className="category-row">
      <input
        type="color"
        className="color"
        aria-label={t('colorOf', { name: category.name })}
        value={color}
        disabled={readOnly}
        onChange={(event) => setColor(event.target.value)}
        onBlur={() => color !== categoryColor(category) && onChange({ color })}
      />
      <input
        className="name"
        aria-label={t('nameOf', { name: category.name })}
        value={name}
        disabled={readOnly}
        maxLength={128}
        onChange={(event) => setName(event.target.value)}
        onBlur={saveName}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setName(category.name);
        }}
      />
      <span className="dim nowrap">{t('boxes', { count: category.boxes, shown: formatCount(category.boxes, language) })}</span>
      <span className="digit">{digit !== null && <kbd>{digit}</kbd>}</span>
      <IconButton
        small
        label={t('presetColor', { name: category.name })}
        icon="undo"
        disabled={readOnly || category.color === null}
        onClick={() => onChange({ color: null })}
      />
    </li>
  );
}
