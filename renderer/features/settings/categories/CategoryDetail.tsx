import { type ReactElement, type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCategory } from '../../../../shared/contract/categories.ts';
import type { Category } from '../../../../shared/domain/category.ts';
import type { BoxId } from '../../../../shared/domain/ids.ts';
import { api } from '../../../api/api.ts';
import { formatCount } from '../../../lib/format.ts';
import { useLanguage } from '../../../lib/useLanguage.ts';
import { useResource } from '../../../lib/useResource.ts';
import { Button } from '../../../ui/Button.tsx';
import { Field, TextField } from '../../../ui/Field.tsx';
import { AttributesEditor } from './AttributesEditor.tsx';
import { ColorField } from './ColorField.tsx';
import { GroupsField } from './GroupsField.tsx';
import { GuidelineField } from './GuidelineField.tsx';
import { HotkeyField } from './HotkeyField.tsx';
import { MergePanel } from './MergePanel.tsx';
import { renameGroup } from './renameGroup.ts';
import type { CategoryStore } from './useCategoryStore.ts';

interface Props {
  readonly store: CategoryStore;
  readonly category: ListedCategory;
  readonly categories: readonly ListedCategory[];
  readonly shownKey: string | undefined;
  readonly nameField: RefObject<HTMLInputElement | null>;
  readonly onChoose: (category: Category | null) => void;
  readonly onUndo: () => void;
}

/** One category with everything that can be said about it. Each change is saved at once and taken back by undo. */
export function CategoryDetail({ store, category, categories, shownKey, nameField, onChoose, onUndo }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const { dataset, readOnly, change, revision } = store;
  const [merging, setMerging] = useState(false);
  const [name, setName] = useState(category.name);
  useEffect(() => setName(category.name), [category.name]);
  const update = (patch: Omit<Parameters<typeof api.categories.update>[0], 'dataset' | 'category'>): Promise<boolean> =>
    change(() => api.categories.update({ dataset, category: category.id, ...patch }));
  const rename = (): void => {
    const wanted = name.trim();
    if (wanted === '' || wanted === category.name) setName(category.name);
    else void update({ name: wanted }).then((worked) => !worked && setName(category.name));
  };
  const groups = [...new Set(categories.flatMap((other) => other.groups))].sort();
  return (
    <div className="category-detail">
      <TextField
        ref={nameField}
        label={t('categories.name')}
        aria-label={t('nameOf', { name: category.name })}
        value={name}
        maxLength={128}
        disabled={readOnly}
        hint={t('boxes', { count: category.boxes, shown: formatCount(category.boxes, language) })}
        onChange={(event) => setName(event.target.value)}
        onBlur={rename}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setName(category.name);
        }}
      />
      <Field label={t('categories.color')}>
        <ColorField category={category} disabled={readOnly} onChange={(color) => void update({ color })} />
      </Field>
      <Field label={t('categories.hotkey')}>
        <HotkeyField
          key={category.id}
          name={category.name}
          shown={shownKey}
          hotkey={category.hotkey}
          disabled={readOnly}
          onChange={(hotkey) => void update({ hotkey })}
        />
      </Field>
      <Field label={t('categories.groups')} hint={t('categories.groupsHint')}>
        <GroupsField
          category={category}
          known={groups}
          disabled={readOnly}
          onChange={(next) => void update({ groups: [...next] })}
          onRename={(from, to) => void change(() => renameGroup(dataset, from, to))}
        />
      </Field>
      <Field label={t('categories.attributes')}>
        <AttributesEditor
          key={category.id}
          label={t('categories.attributesOf', { name: category.name })}
          attributes={store.attributes.filter((attribute) => attribute.category === category.id)}
          disabled={readOnly}
          onDeclare={(key, spec) => change(() => api.categories.declare({ dataset, category: category.id, key, spec }))}
        />
      </Field>
      <Field label={t('categories.guideline')}>
        <GuidelineField
          key={category.id}
          dataset={dataset}
          category={category}
          revision={revision}
          disabled={readOnly}
          onText={(guideline) => void update({ guideline })}
          onExamples={(examples: readonly BoxId[]) => void update({ examples: [...examples] })}
        />
      </Field>
      {merging ? (
        <MergePanel
          dataset={dataset}
          from={category}
          categories={categories}
          revision={revision}
          onUndo={onUndo}
          onDone={(into) => {
            setMerging(false);
            if (into !== null) {
              store.list.reload();
              onChoose(into);
            }
          }}
        />
      ) : (
        !readOnly && (
          <div className="row gap8 wrap">
            <Button onClick={() => setMerging(true)}>{t('categories.merge')}</Button>
            <Button onClick={() => void update({ archived: true })}>{t('categories.archive')}</Button>
            <DeleteButton
              store={store}
              category={category}
              onDelete={() => {
                void change(() => api.categories.remove({ dataset, category: category.id }));
                onChoose(null);
              }}
            />
          </div>
        )
      )}
    </div>
  );
}

/** Only what nothing uses can be deleted; the button says what does. */
function DeleteButton({
  store,
  category,
  onDelete,
}: {
  readonly store: CategoryStore;
  readonly category: ListedCategory;
  readonly onDelete: () => void;
}): ReactElement {
  const { t } = useTranslation('settings');
  const { dataset, revision } = store;
  const { data } = useResource(`use ${dataset} ${category.id} ${revision}`, () => api.categories.use({ dataset, category: category.id }));
  const users =
    data === null
      ? []
      : [
          ...(data.boxes > 0 ? [t('categories.users.boxes')] : []),
          ...(data.boxes === 0 && data.deletedBoxes > 0 ? [t('categories.users.deletedBoxes')] : []),
          ...(data.versions.length > 0 ? [t('categories.users.versions')] : []),
          ...(data.triggers.length > 0 ? [t('categories.users.triggers')] : []),
          ...(data.runs.length > 0 ? [t('categories.users.runs')] : []),
          ...(data.merged > 0 ? [t('categories.users.merged')] : []),
        ];
  return (
    <>
      <Button tone="bad" variant="ghost" icon="delete" disabled={data === null || users.length > 0} onClick={onDelete}>
        {t('categories.delete')}
      </Button>
      {users.length > 0 && <span className="dim small">{t('categories.usedBy', { what: users.join(', ') })}</span>}
    </>
  );
}
