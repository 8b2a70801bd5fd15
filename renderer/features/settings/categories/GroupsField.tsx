import { type ReactElement, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Category } from '../../../../shared/domain/category.ts';
import { Icon } from '../../../ui/Icon.tsx';

interface Props {
  readonly category: Category;
  /** Names of all groups of the dataset. */
  readonly known: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (groups: readonly string[]) => void;
}

/** What triggers can name without quotes. */
const groupName = /^[\p{L}_][\p{L}\p{N}\p{M}_]*$/u;

/** The groups a category is in: names that triggers and queries use for several categories at once. */
export function GroupsField({ category, known, disabled, onChange }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const [text, setText] = useState('');
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
        {category.groups.map((group) => (
          <button
            key={group}
            type="button"
            className="chip on"
            disabled={disabled}
            aria-label={t('categories.leaveGroup', { group, name: category.name })}
            onClick={() => onChange(category.groups.filter((other) => other !== group))}
          >
            {group}
            <Icon name="close" small />
          </button>
        ))}
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
