import { type FormEvent, type ReactElement, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { categoryKeys, choosable, type Category } from '../../../shared/domain/category.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { isAppError } from '../../../shared/errors.ts';
import { api } from '../../api/api.ts';
import { chordOf } from '../../lib/keys.ts';
import { isMac } from '../../lib/platformKeys.ts';
import { problemOf } from '../../lib/problem.ts';
import { addressStore, setParams } from '../../state/addressStore.ts';
import { notify } from '../../state/noticeStore.ts';
import { saving } from '../../state/saveStore.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { AttributesEditor } from './categories/AttributesEditor.tsx';
import { CategoryDetail } from './categories/CategoryDetail.tsx';
import { CategoryList } from './categories/CategoryList.tsx';
import { ChangesList } from './categories/ChangesList.tsx';
import { useCategoryStore, type CategoryStore } from './categories/useCategoryStore.ts';

/** The categories of the open dataset: a list in the order of the digits, and everything about the one that is chosen. */
export function CategoriesSection(): ReactElement {
  const { t } = useTranslation('settings');
  const store = useCategoryStore();
  if (store === null) return <EmptyState icon="tag" title={t('noDataset')} text={t('noDatasetText')} />;
  const { list } = store;
  if (list.problem !== null && list.data === null)
    return <ErrorState message={list.problem.message} details={list.problem.details} onRetry={list.reload} />;
  if (list.data === null) return <SkeletonRows rows={8} label={t('app:loading')} />;
  return <Manager store={store} />;
}

function Manager({ store }: { readonly store: CategoryStore }): ReactElement {
  const { t } = useTranslation('settings');
  const { dataset, readOnly, change } = store;
  const all = useMemo(() => store.list.data ?? [], [store.list.data]);
  const listed = useMemo(() => choosable(all), [all]);
  const keys = useMemo(() => new Map([...categoryKeys(all)].map(([key, category]) => [category.id, key])), [all]);
  const [find, setFind] = useState('');
  const wanted = find.trim().toLowerCase();
  const found = wanted === '' ? listed : listed.filter((category) => category.name.toLowerCase().includes(wanted));
  const asked = useStore(addressStore, ({ address }) => Number(address.params['category'] ?? Number.NaN));
  const chosen = listed.find(({ id }) => id === asked) ?? found[0] ?? null;
  const nameField = useRef<HTMLInputElement>(null);
  const choose = (category: Pick<Category, 'id'> | null): void => setParams({ category: category === null ? null : String(category.id) });
  const travel = useUndo(store);

  const add = (event: FormEvent): void => {
    event.preventDefault();
    const name = find.trim();
    if (name === '') return;
    void change(async () => {
      const added = await api.categories.add({ dataset, name });
      setFind('');
      choose(added);
    });
  };
  return (
    <>
      <p className="dim">{t('categoriesText')}</p>
      <div className="categories-manager">
        <div className="col gap8 categories-side">
          <form className="row gap8" onSubmit={add} role="search">
            <div className="input grow">
              <Icon name="search" small />
              <input
                type="search"
                aria-label={t('categories.find')}
                placeholder={readOnly ? t('categories.find') : t('categories.findOrAdd')}
                value={find}
                maxLength={128}
                onChange={(event) => setFind(event.target.value)}
                onKeyDown={(event) => {
                  // Enter goes to what was found, as in the list on the canvas: a slip must not leave a "wine" beside the "wine glass".
                  const [first] = found;
                  if (event.key !== 'Enter' || event.nativeEvent.isComposing || wanted === '' || first === undefined) return;
                  event.preventDefault();
                  choose(first);
                }}
              />
            </div>
            {!readOnly && (
              <Button type="submit" icon="plus" disabled={wanted === '' || all.some(({ name }) => name === find.trim())}>
                {t('add')}
              </Button>
            )}
          </form>
          {listed.length === 0 && <p className="dim">{t('categories.none')}</p>}
          {listed.length > 0 && found.length === 0 && <p className="dim">{t('categories.noneFound', { text: find.trim() })}</p>}
          {found.length > 0 && (
            <CategoryList
              categories={found}
              keys={keys}
              chosen={chosen?.id ?? null}
              sortable={!readOnly && wanted === ''}
              onChoose={(id) => choose({ id })}
              onMove={(category, before) => category !== before && void change(() => api.categories.move({ dataset, category, before }))}
              onRename={() => {
                nameField.current?.focus();
                nameField.current?.select();
              }}
            />
          )}
          <p className="dimmer small">{t('categories.listKeys')}</p>
          {!readOnly && (
            <div className="row gap8">
              <IconButton icon="undo" chord="Mod+Z" label={t('categories.undoLast')} onClick={() => travel('undo')} />
              <IconButton icon="redo" chord="Mod+Shift+Z" label={t('categories.redoLast')} onClick={() => travel('redo')} />
            </div>
          )}
          <Archived store={store} />
        </div>
        {chosen !== null && (
          <CategoryDetail
            key={chosen.id}
            store={store}
            category={chosen}
            categories={all}
            shownKey={keys.get(chosen.id)}
            nameField={nameField}
            onChoose={choose}
            onUndo={() => travel('undo')}
          />
        )}
      </div>
      <section className="gap8">
        <h3>{t('categories.every')}</h3>
        <p className="dim">{t('categories.everyText')}</p>
        <AttributesEditor
          label={t('categories.every')}
          attributes={store.attributes.filter((attribute) => attribute.category === null)}
          disabled={readOnly}
          onDeclare={(key, spec) => change(() => api.categories.declare({ dataset, category: null, key, spec }))}
        />
      </section>
      <section>
        <h3>{t('changes.title')}</h3>
        <ChangesList dataset={dataset} revision={store.revision} />
      </section>
    </>
  );
}

/** Out of the lists, with their boxes; a merged one says where those are. */
function Archived({ store }: { readonly store: CategoryStore }): ReactElement | null {
  const { t } = useTranslation('settings');
  const all = store.list.data ?? [];
  const archived = all.filter((category) => category.archived);
  if (archived.length === 0) return null;
  const nameOf = (id: CategoryId): string => all.find((category) => category.id === id)?.name ?? '';
  return (
    <details className="archived">
      <summary>{t('categories.archived', { count: archived.length })}</summary>
      <ul className="plain-list">
        {archived.map((category) => (
          <li key={category.id} className="row gap8">
            <span className="clip">{category.name}</span>
            <span className="dim clip">
              {category.mergedInto === null
                ? t('boxes', { count: category.boxes, shown: category.boxes })
                : t('categories.mergedInto', { name: nameOf(category.mergedInto) })}
            </span>
            <span className="right" />
            {!store.readOnly && (
              <Button
                small
                aria-label={t('categories.restoreNamed', { name: category.name })}
                onClick={() =>
                  void store.change(() => api.categories.update({ dataset: store.dataset, category: category.id, archived: false }))
                }
              >
                {t('categories.restore')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Takes back the latest change of a category, by button or key; where somebody types, the key belongs to the text. */
function useUndo({ dataset, readOnly, list }: CategoryStore): (direction: 'undo' | 'redo') => void {
  const { t } = useTranslation('settings');
  const travel = (direction: 'undo' | 'redo'): void => {
    saving(async () => {
      try {
        await api.categories[direction]({ dataset });
        return true;
      } catch (error) {
        // The end of the list is no failed save.
        if (isAppError(error, 'nothing_to_undo') || isAppError(error, 'nothing_to_redo')) return false;
        throw error;
      }
    })
      .then(
        (done) =>
          notify({ level: 'info', message: t(`categories.${direction === 'undo' ? 'undone' : 'redone'}.${done ? 'done' : 'end'}`) }),
        (error: unknown) => {
          const problem = problemOf(error);
          if (problem !== null) notify({ level: 'error', message: problem.message, details: problem.details });
        },
      )
      .finally(list.reload);
  };
  const latest = useRef(travel);
  useEffect(() => {
    latest.current = travel;
  });
  useEffect(() => {
    if (readOnly) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLElement && event.target.matches('input:not([type=color]), textarea, [contenteditable]')) return;
      const chord = chordOf(event, isMac);
      const direction = chord === 'Mod+Z' ? 'undo' : chord === 'Mod+Shift+Z' || chord === 'Mod+Y' ? 'redo' : null;
      if (direction === null) return;
      event.preventDefault();
      latest.current(direction);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [readOnly]);
  return travel;
}
