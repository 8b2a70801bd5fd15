import { type KeyboardEvent, type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Category } from '../../../shared/domain/category.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { useCalmStore } from '../../lib/useCalmStore.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { Select } from '../../ui/Select.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';

const orders = ['byScore', 'byCategory', 'bySize', 'byPlace'] as const;
type Order = (typeof orders)[number];

const compare: { readonly [O in Order]: (a: SceneBox, b: SceneBox) => number } = {
  byScore: (a, b) => (b.score ?? 2) - (a.score ?? 2),
  byCategory: (a, b) => a.category - b.category,
  bySize: (a, b) => b.bbox[2] * b.bbox[3] - a.bbox[2] * a.bbox[3],
  byPlace: (a, b) => a.bbox[1] - b.bbox[1] || a.bbox[0] - b.bbox[0],
};

interface Props {
  readonly editor: Editor;
  readonly categories: ReadonlyMap<number, Category>;
  readonly onZoom: (box: SceneBox) => void;
}

/** Every box of the frame, named; what is chosen here is chosen on the canvas. */
export function BoxList({ editor, categories, onZoom }: Props): ReactElement {
  const { t } = useTranslation('label');
  const [order, setOrder] = useState<Order>('byScore');
  const selected = useCalmStore(editor.store, (state) => state.selected);
  // The scene keeps its identity until something in it changes.
  const scene = useStore(editor.store, () => editor.scene());
  const boxes = useMemo(() => [...scene].sort((a, b) => compare[order](a, b) || a.id - b.id), [scene, order]);
  const active = boxes.findIndex((box) => selected.has(box.id));
  const nameOf = (box: SceneBox): string => categories.get(box.category)?.name ?? `#${box.category}`;

  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || boxes.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = boxes[Math.min(Math.max(active + by, 0), boxes.length - 1)];
    if (next) editor.select([next.id]);
  };

  return (
    <section className="sec-fill">
      <h3 className="sec-head">
        {t('boxes.title')} <span className="dimmer">{boxes.length}</span>
        <span className="right" />
        <Select
          label={t('boxes.sort')}
          value={order}
          align="end"
          icon="sort"
          onChange={setOrder}
          choices={orders.map((value) => ({ value, label: t(`boxes.${value}`) }))}
        />
      </h3>
      {boxes.length === 0 && <p className="dim sec-note">{t('boxes.empty', { key: 'R' })}</p>}
      <VirtualList
        role="listbox"
        aria-label={fixedNames.boxes}
        aria-multiselectable
        tabIndex={0}
        className="grow"
        count={boxes.length}
        rowHeight={28}
        active={active}
        onKeyDown={onKeyDown}
        row={(index) => {
          const box = boxes[index];
          if (!box) return null;
          const edited = box.origin === 'human' && box.score !== null;
          return (
            <div
              role="option"
              aria-selected={selected.has(box.id)}
              aria-posinset={index + 1}
              aria-setsize={boxes.length}
              aria-label={box.score === null ? nameOf(box) : `${nameOf(box)}, ${box.score.toFixed(2)}`}
              className="row-item"
              onClick={(event) => editor.select(event.shiftKey || event.ctrlKey || event.metaKey ? toggled(selected, box.id) : [box.id])}
              onDoubleClick={() => onZoom(box)}
            >
              <span className="sw" style={{ background: categoryColor(categories.get(box.category) ?? { id: box.category }) }} />
              <span className="clip">{nameOf(box)}</span>
              {edited && <span className="dimmer small">{t('boxes.edited')}</span>}
              {box.flags.map((flag) => (
                <span key={flag} className="dimmer small">
                  {t(`flag.${flag}`)}
                </span>
              ))}
              <span className="right dim">{box.score === null ? '' : box.score.toFixed(2)}</span>
            </div>
          );
        }}
      />
    </section>
  );
}

function toggled<T>(set: ReadonlySet<T>, item: T): readonly T[] {
  return set.has(item) ? [...set].filter((other) => other !== item) : [...set, item];
}
