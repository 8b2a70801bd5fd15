import { GripVertical } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListedCategory } from '../../../../shared/contract/categories.ts';
import type { CategoryId } from '../../../../shared/domain/ids.ts';
import { categoryColor } from '../../../lib/categoryColors.ts';
import { formatCount } from '../../../lib/format.ts';
import { useLanguage } from '../../../lib/useLanguage.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { KeyHint } from '../../../ui/KeyHint.tsx';
import { VirtualList } from '../../../ui/VirtualList.tsx';

interface Props {
  readonly categories: readonly ListedCategory[];
  readonly keys: ReadonlyMap<CategoryId, string>;
  readonly chosen: CategoryId | null;
  /** Off while the list is searched, where the neighbours are not those of the order. */
  readonly sortable: boolean;
  readonly onChoose: (id: CategoryId) => void;
  /** `before` null: to the end. */
  readonly onMove: (id: CategoryId, before: CategoryId | null) => void;
  readonly onRename: () => void;
}

const rowHeight = 32;

/** Categories in the order of the lists. Arrows choose, Alt with an arrow moves, F2 or Enter renames; rows can be dragged. */
export function CategoryList({ categories, keys, chosen, sortable, onChoose, onMove, onRename }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const language = useLanguage();
  const [dragged, setDragged] = useState<CategoryId | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const at = categories.findIndex(({ id }) => id === chosen);

  const move = (to: number): void => {
    if (chosen === null || to < 0 || to >= categories.length || !sortable) return;
    // Down: behind the next one, which is before the one after it.
    const before = to > at ? categories[to + 1] : categories[to];
    onMove(chosen, before?.id ?? null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && event.altKey) move(at + by);
    else if (by !== 0 || event.key === 'Home' || event.key === 'End') {
      const to = event.key === 'Home' ? 0 : event.key === 'End' ? categories.length - 1 : at + by;
      const next = categories[Math.min(Math.max(to, 0), categories.length - 1)];
      if (next) onChoose(next.id);
    } else if (event.key === 'F2' || event.key === 'Enter') onRename();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    if (dragged !== null && over !== null) onMove(dragged, categories[over]?.id ?? null);
    setDragged(null);
    setOver(null);
  };

  return (
    <VirtualList
      role="listbox"
      aria-label={t('section.categories')}
      aria-activedescendant={at < 0 ? undefined : `category-${chosen}`}
      tabIndex={0}
      className="category-list"
      style={{ height: `min(${Math.max(categories.length, 1) * rowHeight + 2}px, 60vh)` }}
      count={categories.length}
      rowHeight={rowHeight}
      active={at}
      onKeyDown={onKeyDown}
      onDragOver={(event) => dragged !== null && event.preventDefault()}
      onDrop={drop}
      row={(index) => {
        const category = categories[index];
        if (!category) return null;
        return (
          <div
            id={`category-${category.id}`}
            role="option"
            aria-selected={category.id === chosen}
            aria-posinset={index + 1}
            aria-setsize={categories.length}
            aria-description={t('boxes', { count: category.boxes, shown: formatCount(category.boxes, language) })}
            className="row-item category-item"
            draggable={sortable}
            data-over={over === index ? '' : undefined}
            data-over-end={over === categories.length && index === categories.length - 1 ? '' : undefined}
            onClick={() => onChoose(category.id)}
            onDoubleClick={onRename}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', category.name);
              setDragged(category.id);
            }}
            onDragOver={(event) => {
              if (dragged === null) return;
              const { top, height } = event.currentTarget.getBoundingClientRect();
              setOver(event.clientY > top + height / 2 ? index + 1 : index);
            }}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
          >
            {sortable && <GripVertical className="i s grip" aria-hidden />}
            <span className="sw" style={{ background: categoryColor(category) }} />
            <span className="clip" title={category.name}>
              {category.name}
            </span>
            {category.guided && (
              <span className="dimmer" title={t('categories.guided')} aria-hidden>
                <Icon name="guideline" small />
              </span>
            )}
            <span className="right dim nowrap" aria-hidden>
              {formatCount(category.boxes, language)}
            </span>
            <span className="digit" aria-hidden>
              <KeyHint chord={keys.get(category.id)} />
            </span>
          </div>
        );
      }}
    />
  );
}
