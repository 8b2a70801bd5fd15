import { type KeyboardEvent, type ReactElement, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AttributeDeclaration } from '../../../shared/domain/attribute.ts';
import type { Category } from '../../../shared/domain/category.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { fixedNames } from '../../lib/fixedNames.ts';
import { useCalmStore } from '../../lib/useCalmStore.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Select } from '../../ui/Select.tsx';
import { VirtualList } from '../../ui/VirtualList.tsx';
import { incompleteBoxes } from './incomplete.ts';
import { LayersMenu } from './LayersMenu.tsx';

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
  readonly attributes: readonly AttributeDeclaration[];
  readonly onZoom: (box: SceneBox) => void;
}

const isIgnored = (box: SceneBox): boolean => box.flags.includes('ignore');

/** Every box of the frame, named; what is chosen here is chosen on the canvas. */
export function BoxList({ editor, categories, attributes, onZoom }: Props): ReactElement {
  const { t } = useTranslation('label');
  const [order, setOrder] = useState<Order>('byScore');
  const selected = useCalmStore(editor.store, (state) => state.selected);
  // The scene keeps its identity until something in it changes.
  const scene = useStore(editor.store, () => editor.scene());
  const boxes = useMemo(
    () => [...scene].sort((a, b) => Number(isIgnored(a)) - Number(isIgnored(b)) || compare[order](a, b) || a.id - b.id),
    [scene, order],
  );
  const objects = boxes.filter((box) => !isIgnored(box)).length;
  const regions = boxes.length - objects;
  /** Regions to ignore are no objects: they stand apart, below a line of their own. */
  const rows = useMemo<readonly (SceneBox | null)[]>(
    () => (regions === 0 ? boxes : [...boxes.slice(0, objects), null, ...boxes.slice(objects)]),
    [boxes, objects, regions],
  );
  const annotations = useCalmStore(editor.store, (state) => state.annotations);
  const missing = useMemo(
    () => new Map(incompleteBoxes(attributes, annotations).map((found) => [found.box as number, found.missing])),
    [attributes, annotations],
  );
  const active = rows.findIndex((box) => box !== null && selected.has(box.id));
  const activeBox = boxes.findIndex((box) => selected.has(box.id));
  const nameOf = (box: SceneBox): string => categories.get(box.category)?.name ?? `#${box.category}`;

  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || boxes.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = boxes[Math.min(Math.max(activeBox + by, 0), boxes.length - 1)];
    if (next) editor.select([next.id]);
  };

  return (
    <section className="sec-fill">
      <h3 className="sec-head">
        {t('boxes.title')} <span className="dimmer">{objects}</span>
        {regions > 0 && <span className="dimmer">{t('boxes.ignored', { count: regions })}</span>}
        <span className="right" />
        <LayersMenu editor={editor} categories={[...categories.values()]} />
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
        count={rows.length}
        rowHeight={28}
        active={active}
        onKeyDown={onKeyDown}
        row={(index) => {
          const box = rows[index];
          if (box === undefined) return null;
          if (box === null)
            return (
              <div role="presentation" className="row-item list-heading">
                {t('boxes.regions')} <span className="dimmer">{regions}</span>
              </div>
            );
          const lacks = missing.get(box.id);
          const edited = box.origin === 'human' && box.score !== null;
          return (
            <div
              role="option"
              aria-selected={selected.has(box.id)}
              aria-posinset={index < objects ? index + 1 : index}
              aria-setsize={boxes.length}
              aria-description={lacks === undefined ? undefined : t('boxes.lacks', { missing: lacks.join(', ') })}
              aria-label={box.score === null ? nameOf(box) : `${nameOf(box)}, ${box.score.toFixed(2)}`}
              className="row-item"
              onClick={(event) => editor.select(event.shiftKey || event.ctrlKey || event.metaKey ? toggled(selected, box.id) : [box.id])}
              onDoubleClick={() => onZoom(box)}
            >
              <span
                className={isIgnored(box) ? 'sw hatched' : 'sw'}
                style={{ background: categoryColor(categories.get(box.category) ?? { id: box.category }) }}
              />
              <span className="clip">{nameOf(box)}</span>
              {lacks !== undefined && (
                <span className="warning row" title={t('boxes.lacks', { missing: lacks.join(', ') })}>
                  <Icon name="warning" small />
                </span>
              )}
              {edited && <span className="dimmer small">{t('boxes.edited')}</span>}
              {box.flags
                .filter((flag) => flag !== 'ignore')
                .map((flag) => (
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
