import { type ReactElement, useEffect, useState } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Annotation, AttributeValue } from '../../../shared/domain/annotation.ts';
import { commonAttributes, noteKey, refusal, valueOf, type AttributeDeclaration } from '../../../shared/domain/attribute.ts';
import { useShortcut } from '../../lib/useShortcut.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { KeyHint } from '../../ui/KeyHint.tsx';
import { Select } from '../../ui/Select.tsx';

interface Props {
  readonly editor: Editor;
  readonly boxes: readonly Annotation[];
  readonly declared: readonly AttributeDeclaration[];
}

/** `mixed`: the selected boxes have different values, or only some have one. */
type Shared = { readonly value: AttributeValue | undefined; readonly mixed: boolean };

export const attributeFieldId = (key: string): string => `attribute-${key}`;

/** What all the selected boxes have in common, by the kind that the dataset declares; then what nobody declared, and the note. */
export function AttributesForm({ editor, boxes, declared }: Props): ReactElement {
  const { t } = useTranslation('label');
  const readOnly = useStore(editor.store, (state) => state.readOnly);
  const prefix = useShortcut('label.attributes');
  const fitting = commonAttributes(
    declared,
    boxes.map((box) => box.category),
  );
  const known = new Set([noteKey, ...fitting.map(({ key }) => key)]);
  const free = [...new Set(boxes.flatMap((box) => Object.keys(box.attributes)))].filter((key) => !known.has(key)).sort();
  const set = (key: string, value: AttributeValue | null): void => editor.setAttribute(key, value);
  return (
    <section className="sec">
      <h3>
        {t('attributes.title')}
        <span className="right" />
        {fitting.length > 0 && <KeyHint chord={prefix} />}
      </h3>
      <div className="attributes">
        {fitting.map((attribute) => (
          <DeclaredField
            key={attribute.key}
            attribute={attribute}
            shared={sharedValue(boxes, attribute.key)}
            isObject={boxes.some((box) => !box.flags.includes('ignore'))}
            readOnly={readOnly}
            onChange={(value) => set(attribute.key, value)}
          />
        ))}
        {free.map((key) => (
          <FreeField
            key={key}
            name={key}
            shared={sharedValue(boxes, key)}
            readOnly={readOnly || fitting.length > 0}
            removable={!readOnly}
            onChange={(value) => set(key, value)}
          />
        ))}
        <Labelled name={t('attributes.note')} id={attributeFieldId(noteKey)}>
          <TextInput
            id={attributeFieldId(noteKey)}
            shared={sharedValue(boxes, noteKey)}
            readOnly={readOnly}
            onCommit={(text) => set(noteKey, text === '' ? null : text)}
          />
        </Labelled>
      </div>
    </section>
  );
}

function sharedValue(boxes: readonly Annotation[], key: string): Shared {
  const [first, ...others] = boxes.map((box) => valueOf(box.attributes, key));
  return others.every((value) => value === first) ? { value: first, mixed: false } : { value: undefined, mixed: true };
}

function Labelled({
  name,
  id,
  missing = false,
  children,
}: {
  readonly name: string;
  readonly id: string;
  readonly missing?: boolean;
  readonly children: ReactElement;
}): ReactElement {
  const { t } = useTranslation('label');
  return (
    <>
      <label htmlFor={id} className={missing ? 'warning row gap6' : undefined} title={name}>
        {missing && <Icon name="warning" small />}
        <span className="attribute-name">{name}</span>
        {missing && <span className="sr-only">{t('attributes.missing')}</span>}
      </label>
      {children}
    </>
  );
}

function DeclaredField({
  attribute,
  shared,
  isObject,
  readOnly,
  onChange,
}: {
  readonly attribute: AttributeDeclaration;
  readonly shared: Shared;
  /** Regions to ignore lack nothing. */
  readonly isObject: boolean;
  readonly readOnly: boolean;
  readonly onChange: (value: AttributeValue | null) => void;
}): ReactElement {
  const { t } = useTranslation('label');
  const { key } = attribute;
  const id = attributeFieldId(key);
  const missing = attribute.required && isObject && !shared.mixed && (shared.value === undefined || shared.value === '');
  if (attribute.kind === 'checkbox')
    return (
      <Labelled name={key} id={id} missing={missing}>
        <span className="row gap6">
          <input
            id={id}
            type="checkbox"
            ref={(input) => {
              if (input) input.indeterminate = shared.mixed;
            }}
            checked={shared.value === true}
            disabled={readOnly}
            onChange={(event) => onChange(event.target.checked)}
          />
          {shared.mixed && <span className="dimmer small">{t('attributes.mixed')}</span>}
        </span>
      </Labelled>
    );
  if (attribute.kind === 'choice')
    return (
      <Labelled name={key} id={id} missing={missing}>
        <ChoiceField attribute={attribute} shared={shared} readOnly={readOnly} onChange={onChange} />
      </Labelled>
    );
  const isNumber = attribute.kind === 'number';
  return (
    <Labelled name={key} id={id} missing={missing}>
      <TextInput
        id={id}
        shared={shared}
        readOnly={readOnly}
        {...(isNumber ? { step: attribute.step ?? 1 } : {})}
        check={(text) => {
          if (text === '') return null;
          const value = isNumber ? Number(text.replace(',', '.')) : text;
          return refusal(attribute, value) === null ? null : allowedValues(t, attribute);
        }}
        onCommit={(text) => onChange(text === '' ? null : isNumber ? Number(text.replace(',', '.')) : text)}
      />
    </Labelled>
  );
}

/** A few options stand side by side, each one click; many are a list. */
const shownOptions = 4;

function ChoiceField({
  attribute,
  shared,
  readOnly,
  onChange,
}: {
  readonly attribute: AttributeDeclaration & { readonly kind: 'choice' };
  readonly shared: Shared;
  readonly readOnly: boolean;
  readonly onChange: (value: AttributeValue | null) => void;
}): ReactElement {
  const { t } = useTranslation('label');
  const { key, options } = attribute;
  if (options.length > shownOptions)
    return (
      <Select
        label={key}
        variant="plain"
        value={typeof shared.value === 'string' ? shared.value : null}
        placeholder={shared.mixed ? t('attributes.mixed') : '—'}
        choices={options.map(({ value, hotkey }) => ({ value, label: value, meta: hotkey }))}
        disabled={readOnly}
        onChange={onChange}
      />
    );
  return (
    <span className="flags" role="group" aria-label={key} id={attributeFieldId(key)}>
      {options.map(({ value, hotkey }) => (
        <button
          key={value}
          type="button"
          className={shared.value === value ? 'chip on' : 'chip'}
          aria-pressed={shared.value === value}
          disabled={readOnly}
          // Pressed again, the value goes; not where the dataset wants one.
          onClick={() => onChange(shared.value === value && !attribute.required ? null : value)}
        >
          {value}
          {hotkey !== null && <kbd>{hotkey}</kbd>}
        </button>
      ))}
      {shared.mixed && <span className="dimmer small">{t('attributes.mixed')}</span>}
    </span>
  );
}

function FreeField({
  name,
  shared,
  readOnly,
  removable,
  onChange,
}: {
  readonly name: string;
  readonly shared: Shared;
  readonly readOnly: boolean;
  readonly removable: boolean;
  readonly onChange: (value: AttributeValue | null) => void;
}): ReactElement {
  const { t } = useTranslation('label');
  const id = attributeFieldId(name);
  const isText = shared.mixed || typeof shared.value === 'string';
  return (
    <Labelled name={name} id={id}>
      <span className="row gap6">
        {isText ? (
          <TextInput id={id} shared={shared} readOnly={readOnly} onCommit={onChange} />
        ) : (
          <output id={id} className="grow clip">
            {String(shared.value)}
          </output>
        )}
        {removable && <IconButton small icon="close" label={t('attributes.remove', { name })} onClick={() => onChange(null)} />}
      </span>
    </Labelled>
  );
}

/** What is typed takes effect on Enter or when the field is left; Escape brings back what was. What is not allowed stays, marked. */
function TextInput({
  id,
  shared,
  readOnly,
  step,
  check = () => null,
  onCommit,
}: {
  readonly id: string;
  readonly shared: Shared;
  readonly readOnly: boolean;
  /** For numbers: what an arrow key adds. */
  readonly step?: number;
  /** What is allowed, where the text is not. */
  readonly check?: (text: string) => string | null;
  readonly onCommit: (text: string) => void;
}): ReactElement {
  const { t } = useTranslation('label');
  const shown = shared.value === undefined ? '' : String(shared.value);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const allowed = text === shown ? null : check(text.trim());
  const commit = (): void => {
    if (text.trim() !== shown && allowed === null) onCommit(text.trim());
  };
  return (
    <span className="col grow">
      <span className={allowed === null ? 'input' : 'input bad'}>
        <input
          id={id}
          value={text}
          disabled={readOnly}
          placeholder={shared.mixed ? t('attributes.mixed') : ''}
          aria-invalid={allowed !== null}
          aria-describedby={allowed === null ? undefined : `${id}-why`}
          {...(step === undefined ? {} : { inputMode: 'decimal' })}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            const by = step === undefined ? 0 : event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0;
            const now = Number(text.replace(',', '.'));
            if (by !== 0 && Number.isFinite(now)) {
              event.preventDefault();
              // 0.1 + 0.2: no more digits than the step has.
              const next = String(Number((now + by).toFixed(decimals(by))));
              if (check(next) === null) setText(next);
            }
            if (event.key === 'Enter') event.currentTarget.blur();
            if (event.key === 'Escape') setText(shown);
          }}
        />
      </span>
      {allowed !== null && (
        <span id={`${id}-why`} className="bad small">
          {t('attributes.allowed', { allowed })}
        </span>
      )}
    </span>
  );
}

/** What the host's refusal says in English, in the language of the screen. */
function allowedValues(t: TFunction<'label'>, attribute: AttributeDeclaration): string {
  if (attribute.kind !== 'number') return t('attributes.text');
  const { min, max, step } = attribute;
  const range =
    min !== null && max !== null
      ? t('attributes.between', { min, max })
      : min !== null
        ? t('attributes.from', { min })
        : max !== null
          ? t('attributes.upTo', { max })
          : t('attributes.number');
  return step === null ? range : `${range}, ${t('attributes.step', { step })}`;
}

const decimals = (step: number): number => /\.(\d+)/.exec(String(step))?.[1]?.length ?? 0;
