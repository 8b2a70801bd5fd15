import { type ReactElement, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Category } from '../../../../shared/domain/category.ts';
import { IconButton } from '../../../ui/Button.tsx';

interface Props {
  readonly category: Category;
  /** Names of all groups of the dataset. */
  readonly known: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (groups: readonly string[]) => void;
  /** In all categories of the group. */
  readonly onRename: (from: string, to: string) => void;
}

/** What triggers can name without quotes. */
const groupName = /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u;

/** The groups a category is in: names that triggers and queries use for several categories at once. */
export function GroupsField({ category, known, disabled, onChange, onRename }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const [text, setText] = useState('');
  const [renaming, setRenaming] = useState<string | null>(null);
  const id = useId();
  const wanted = text.trim();
  const isBad = wanted !== '' && !groupName.test(wanted);
  const add = (): void => {
    if (wanted === '' || isBad) return;
    setText('');
    if (!category.groups.includes(wanted)) onChange([...category.groups, wanted]);
  };
  return (
    <div className="col gap6">
      <div className="flags">
        {category.groups.map((group) =>
          group === renaming ? (
            <GroupName
              key={group}
              group={group}
              onDone={(to) => {
                setRenaming(null);
                if (to !== null) onRename(group, to);
              }}
            />
          ) : (
            <span key={group} className="chip on acts">
              {group}
              <IconButton
                small
                icon="edit"
                label={t('categories.renameGroup', { group })}
                disabled={disabled}
                onClick={() => setRenaming(group)}
              />
              <IconButton
                small
                icon="close"
                label={t('categories.leaveGroup', { group, name: category.name })}
                disabled={disabled}
                onClick={() => onChange(category.groups.filter((other) => other !== group))}
              />
            </span>
          ),
        )}
        <span className={isBad ? 'input bad' : 'input'}>
          <input
            aria-label={t('categories.addGroup', { name: category.name })}
            placeholder={t('categories.groupPlaceholder')}
            list={id}
            value={text}
            disabled={disabled}
            maxLength={64}
            aria-invalid={isBad}
            onChange={(event) => setText(event.target.value)}
            onBlur={add}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === 'Enter') add();
              if (event.key === 'Escape') setText('');
            }}
          />
        </span>
        <datalist id={id}>
          {known
            .filter((group) => !category.groups.includes(group))
            .map((group) => (
              <option key={group} value={group} />
            ))}
        </datalist>
      </div>
      {isBad && <span className="bad small">{t('categories.groupRule')}</span>}
    </div>
  );
}

function GroupName({ group, onDone }: { readonly group: string; readonly onDone: (to: string | null) => void }): ReactElement {
  const { t } = useTranslation('settings');
  const [text, setText] = useState(group);
  const wanted = text.trim();
  const isBad = wanted !== '' && !groupName.test(wanted);
  // Enter takes the field away, and a field that goes loses the focus.
  const finished = useRef(false);
  const finish = (to: string | null): void => {
    if (finished.current) return;
    finished.current = true;
    onDone(to);
  };
  const commit = (): void => finish(wanted === '' || isBad || wanted === group ? null : wanted);
  return (
    <span className={isBad ? 'input bad' : 'input'} title={isBad ? t('categories.groupRule') : undefined}>
      <input
        autoFocus
        aria-label={t('categories.renameGroup', { group })}
        value={text}
        maxLength={64}
        aria-invalid={isBad}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape') {
            event.stopPropagation();
            finish(null);
          }
        }}
      />
    </span>
  );
}
