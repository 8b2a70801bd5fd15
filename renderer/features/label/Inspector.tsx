import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { boxFlags, type Annotation, type BoxFlag } from '../../../shared/domain/annotation.ts';
import type { AttributeDeclaration } from '../../../shared/domain/attribute.ts';
import { categoryKeys, choosable, type Category } from '../../../shared/domain/category.ts';
import type { CategoryId, DatasetId } from '../../../shared/domain/ids.ts';
import { ioa, type Box } from '../../../shared/geometry/box.ts';
import { categoryColor } from '../../lib/categoryColors.ts';
import { useCalmStore } from '../../lib/useCalmStore.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { Combobox } from '../../ui/Combobox.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { AttributesForm } from './AttributesForm.tsx';
import { HistoryList } from './HistoryList.tsx';

interface Props {
  readonly dataset: DatasetId;
  readonly editor: Editor;
  readonly categories: readonly Category[];
  readonly attributes: readonly AttributeDeclaration[];
  readonly choosing: boolean;
  readonly onChoosing: (open: boolean) => void;
  readonly onCreateCategory: (name: string) => void;
}

/** What is selected: its category, numbers, flags, where it came from and what happened to it. */
export function Inspector(props: Props): ReactElement {
  const { t } = useTranslation('label');
  const { editor, categories } = props;
  const selected = useCalmStore(editor.store, (state) => state.selected);
  const annotations = useCalmStore(editor.store, (state) => state.annotations);
  const next = useCalmStore(editor.store, (state) => state.nextCategory);
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  const chosen = annotations.filter((box) => selected.has(box.id));
  const [box] = chosen;
  const isPrediction = selected.size > 0 && chosen.length === 0;
  const title =
    selected.size > 1
      ? t('inspector.selectedMany', { count: selected.size })
      : selected.size === 1
        ? t('inspector.selected')
        : t('inspector.nothing');
  const shared =
    chosen.length > 0 && chosen.every((other) => other.category === box?.category)
      ? (box?.category ?? null)
      : chosen.length > 0
        ? null
        : next;
  return (
    <>
      <section className="sec">
        <h3>
          {title}
          {chosen.length === 1 && box && <span className="right mono dimmer">{box.id.toString(36)}</span>}
        </h3>
        {isPrediction ? (
          <p className="dim">{t('inspector.prediction')}</p>
        ) : (
          <div className="col gap8">
            {chosen.length === 0 && <p className="dimmer small">{t('inspector.nothingText')}</p>}
            <CategoryField {...props} value={shared} hint={chosen.length === 0 ? t('inspector.nextCategory') : null} />
            {chosen.length === 1 && box && (
              <Numbers
                key={box.id}
                box={box}
                disabled={readOnly}
                onChange={(bbox) => editor.setBox(box.id, bbox)}
                onAngle={(angle) => editor.setAngle(box.id, angle)}
              />
            )}
            {chosen.length > 0 && <Flags boxes={chosen} disabled={readOnly} onToggle={(flag) => editor.toggleFlag(flag)} />}
          </div>
        )}
      </section>
      {chosen.length > 0 && <AttributesForm editor={editor} boxes={chosen} declared={props.attributes} />}
      {chosen.length === 1 && box && (
        <>
          <OriginSection box={box} others={annotations} categories={categories} />
          <HistoryList dataset={props.dataset} editor={editor} categories={categories} frame={box.frame} box={box.id} />
        </>
      )}
    </>
  );
}

function CategoryField({
  editor,
  categories,
  value,
  hint,
  choosing,
  onChoosing,
  onCreateCategory,
}: Props & { readonly value: CategoryId | null; readonly hint: string | null }): ReactElement {
  const { t } = useTranslation('label');
  const current = categories.find((category) => category.id === value);
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  return (
    <Combobox
      label={t('inspector.findCategory')}
      placeholder={t(choosable(categories).length === 0 ? 'inspector.firstCategory' : 'inspector.findCategory')}
      open={choosing}
      onOpenChange={onChoosing}
      trigger={
        <button type="button" className="input category-field" disabled={readOnly}>
          <span className="sr-only">{t('inspector.category')}: </span>
          {current && <span className="sw" style={{ background: categoryColor(current) }} />}
          <span className="clip">{current?.name ?? '—'}</span>
          <span className="right" />
          {hint !== null && <span className="dimmer small">{hint}</span>}
          {current && <KeyHint chord={digitOf(categories, current.id)} />}
          {!readOnly && <Icon name="down" small />}
        </button>
      }
      options={choosable(categories).map((category) => ({
        value: String(category.id),
        label: category.name,
        adornment: <span className="sw" style={{ background: categoryColor(category) }} />,
        meta: <KeyHint chord={digitOf(categories, category.id)} />,
      }))}
      onChoose={(id) => editor.setCategory(Number(id) as CategoryId)}
      onCreate={onCreateCategory}
      createLabel={(name) => t('inspector.newCategory', { name })}
    />
  );
}

function digitOf(categories: readonly Category[], id: CategoryId): string | undefined {
  for (const [key, category] of categoryKeys(categories)) if (category.id === id) return key;
  return undefined;
}

const sides = ['X', 'Y', 'W', 'H'] as const;

function withNumber(bbox: Box, at: number, value: number): Box {
  const changed: [number, number, number, number] = [...bbox];
  changed[at] = value;
  return changed;
}

/** Typed numbers take effect on Enter or when the field is left; Escape brings back what was. */
function Numbers({
  box,
  disabled,
  onChange,
  onAngle,
}: {
  readonly box: Annotation;
  readonly disabled: boolean;
  readonly onChange: (bbox: Box) => void;
  readonly onAngle: (angle: number) => void;
}): ReactElement {
  return (
    <div className="numbers">
      {sides.map((side, index) => (
        <NumberField
          key={side}
          label={side}
          name={`${side}, px`}
          value={box.bbox[index] ?? 0}
          disabled={disabled}
          onCommit={(value) => onChange(withNumber(box.bbox, index, value))}
        />
      ))}
      {box.angle !== 0 && <NumberField label="∠" name="Angle, degrees" value={box.angle} disabled={disabled} onCommit={onAngle} />}
    </div>
  );
}

function NumberField({
  label,
  name,
  value,
  disabled,
  onCommit,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly disabled: boolean;
  readonly onCommit: (value: number) => void;
}): ReactElement {
  const shown = String(Math.round(value * 10) / 10);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const commit = (): void => {
    const typed = Number(text.replace(',', '.'));
    if (Number.isFinite(typed) && text.trim() !== '' && text !== shown) onCommit(typed);
    else setText(shown);
  };
  return (
    <label className="input number">
      <span className="dimmer">{label}</span>
      <input
        inputMode="decimal"
        aria-label={name}
        value={text}
        disabled={disabled}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setText(shown);
        }}
      />
    </label>
  );
}

const flagChord: { readonly [F in BoxFlag]?: string } = {
  occluded: 'Q',
  truncated: 'Shift+Q',
  difficult: 'Shift+D',
  crowd: 'Shift+X',
  ignore: 'X',
};

function Flags({
  boxes,
  disabled,
  onToggle,
}: {
  readonly boxes: readonly Annotation[];
  readonly disabled: boolean;
  readonly onToggle: (flag: BoxFlag) => void;
}): ReactElement {
  const { t } = useTranslation('label');
  return (
    <div className="flags" role="group" aria-label={t('inspector.flags')}>
      {boxFlags.map((flag) => {
        const count = boxes.filter((box) => box.flags.includes(flag)).length;
        const on = count === boxes.length;
        const some = count > 0 && !on;
        return (
          <button
            key={flag}
            type="button"
            className={on ? 'chip on' : some ? 'chip some' : 'chip'}
            aria-pressed={some ? 'mixed' : on}
            disabled={disabled}
            title={some ? t('inspector.someOf', { count, total: boxes.length }) : undefined}
            onClick={() => onToggle(flag)}
          >
            {t(`flag.${flag}`)}
            <KeyHint chord={flagChord[flag]} />
          </button>
        );
      })}
    </div>
  );
}

function OriginSection({
  box,
  others,
  categories,
}: {
  readonly box: Annotation;
  readonly others: readonly Annotation[];
  readonly categories: readonly Category[];
}): ReactElement {
  const { t } = useTranslation('label');
  const { provenance } = box;
  const around = others
    .filter((other) => other.id !== box.id)
    .map((other) => ({ other, share: ioa(box.bbox, other.bbox) }))
    .filter(({ share }) => share >= 0.6)
    .sort((a, b) => b.share - a.share)[0];
  const category = around && categories.find((candidate) => candidate.id === around.other.category);
  return (
    <section className="sec">
      <h3>{t('inspector.origin')}</h3>
      {!provenance && <p>{t(`inspector.madeBy.${box.origin}`)}</p>}
      <div className="kv">
        {provenance && (
          <Pair name={t('inspector.model')}>
            {provenance.model} <span className="dim">{provenance.score.toFixed(2)}</span>
          </Pair>
        )}
        {provenance && <Pair name={t('inspector.run')}>{provenance.run}</Pair>}
        {around && category && (
          <Pair name={t('inspector.liesIn')}>
            <span className="row gap6">
              <span className="sw" style={{ background: categoryColor(category) }} />
              <span className="clip" title={category.name}>
                {category.name}
              </span>
              <span className="dim nowrap">ioa {around.share.toFixed(2)}</span>
            </span>
          </Pair>
        )}
      </div>
    </section>
  );
}

function Pair({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <span>{name}</span>
      <span className="clip">{children}</span>
    </>
  );
}
