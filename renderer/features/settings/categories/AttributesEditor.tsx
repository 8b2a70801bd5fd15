import { type FormEvent, type ReactElement, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { attributeKinds, type AttributeDeclaration, type AttributeSpec } from '../../../../shared/domain/attribute.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { Field, TextField } from '../../../ui/Field.tsx';
import { KeyHint } from '../../../ui/KeyHint.tsx';
import { Segmented } from '../../../ui/Segmented.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';
import { draftOf, emptyDraft, specOf, type AttributeDraft } from './attributeDraft.ts';

interface Props {
  /** Of one category, or of every category. */
  readonly attributes: readonly AttributeDeclaration[];
  readonly label: string;
  readonly disabled: boolean;
  readonly onDeclare: (key: string, spec: AttributeSpec | null) => Promise<boolean>;
}

/** The attributes that boxes have: one row each; one at a time is open in a form. */
export function AttributesEditor({ attributes, label, disabled, onDeclare }: Props): ReactElement {
  const { t } = useTranslation('settings');
  const [draft, setDraft] = useState<AttributeDraft | null>(null);
  const [isNew, setIsNew] = useState(false);
  const sorted = [...attributes].sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
  const open = (next: AttributeDraft | null, fresh: boolean): void => {
    setDraft(next);
    setIsNew(fresh);
  };
  return (
    <div className="col gap8" role="group" aria-label={label}>
      {sorted.map((attribute) => (
        <div key={attribute.key} className="attribute-row">
          <button
            type="button"
            className="attribute-open clip"
            disabled={disabled}
            aria-expanded={!isNew && draft?.key === attribute.key}
            onClick={() => open(!isNew && draft?.key === attribute.key ? null : draftOf(attribute), false)}
          >
            <span className="clip">{attribute.key}</span>
            <span className="dim clip">
              {t('attributes.summary', { kind: t(`attributes.kinds.${attribute.kind}`), what: rangeOf(attribute) })}
            </span>
          </button>
          {attribute.required && <span className="chip">{t('attributes.required')}</span>}
          <KeyHint chord={attribute.hotkey ?? undefined} />
          <IconButton
            small
            icon="delete"
            label={t('attributes.remove', { name: attribute.key })}
            disabled={disabled}
            onClick={() => {
              if (draft?.key === attribute.key) open(null, false);
              void onDeclare(attribute.key, null);
            }}
          />
        </div>
      ))}
      {draft !== null && (
        <AttributeForm
          key={isNew ? 'new' : draft.key}
          start={draft}
          isNew={isNew}
          taken={attributes.map(({ key }) => key)}
          onCancel={() => open(null, false)}
          onSave={async (key, spec) => {
            if (await onDeclare(key, spec)) open(null, false);
          }}
        />
      )}
      {!disabled && draft === null && (
        <Button
          small
          icon="plus"
          className="self-start"
          onClick={() => open(emptyDraft(Math.max(-1, ...attributes.map(({ order }) => order)) + 1), true)}
        >
          {t('attributes.add')}
        </Button>
      )}
    </div>
  );
}

function rangeOf(attribute: AttributeDeclaration): string {
  if (attribute.kind === 'choice') return attribute.options.map(({ value }) => value).join(', ');
  if (attribute.kind !== 'number' || (attribute.min === null && attribute.max === null)) return '';
  return `${attribute.min ?? ''} … ${attribute.max ?? ''}`;
}

function AttributeForm({
  start,
  isNew,
  taken,
  onCancel,
  onSave,
}: {
  readonly start: AttributeDraft;
  readonly isNew: boolean;
  readonly taken: readonly string[];
  readonly onCancel: () => void;
  readonly onSave: (key: string, spec: AttributeSpec) => Promise<void>;
}): ReactElement {
  const { t } = useTranslation('settings');
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const put = (patch: Partial<AttributeDraft>): void => setDraft({ ...draft, ...patch });
  const made = specOf(draft);
  const problem = isNew && taken.includes(draft.key.trim()) ? 'taken' : 'problem' in made ? made.problem : null;
  const say = (...about: readonly string[]): string | null =>
    tried && problem !== null && about.includes(problem) ? t(`attributes.problem.${problem}`) : null;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (problem === null && 'spec' in made) void onSave(draft.key.trim(), made.spec);
  };
  return (
    <form
      className="attribute-form"
      onSubmit={save}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
    >
      {isNew && (
        <TextField
          label={t('attributes.name')}
          value={draft.key}
          maxLength={128}
          autoFocus
          error={say('key', 'taken')}
          onChange={(event) => put({ key: event.target.value })}
        />
      )}
      <Field label={t('attributes.kind')}>
        <Segmented
          label={t('attributes.kind')}
          value={draft.kind}
          onChange={(kind) => put({ kind, default: '' })}
          choices={attributeKinds.map((value) => ({ value, label: t(`attributes.kinds.${value}`) }))}
        />
      </Field>
      {draft.kind === 'number' && (
        <div className="three">
          {(['min', 'max', 'step'] as const).map((name) => (
            <TextField
              key={name}
              label={t(`attributes.${name}`)}
              inputMode="decimal"
              value={draft[name]}
              error={name === 'min' ? say('number', 'range') : null}
              onChange={(event) => put({ [name]: event.target.value })}
            />
          ))}
        </div>
      )}
      {draft.kind === 'choice' && (
        <div className="field">
          <label htmlFor="attribute-options">{t('attributes.options')}</label>
          <textarea
            id="attribute-options"
            className={say('options', 'twice') === null ? 'input area' : 'input area bad'}
            rows={4}
            value={draft.options}
            aria-describedby="attribute-options-hint"
            onChange={(event) => put({ options: event.target.value })}
          />
          <span id="attribute-options-hint" className={say('options', 'twice') === null ? 'hint' : 'bad'}>
            {say('options', 'twice') ?? t('attributes.optionsHint')}
          </span>
        </div>
      )}
      <div className="three">
        {draft.kind === 'checkbox' ? (
          <Field label={t('attributes.default')}>
            <Segmented
              label={t('attributes.default')}
              value={draft.default === '' ? 'none' : draft.default}
              onChange={(value) => put({ default: value === 'none' ? '' : value })}
              choices={(['none', 'false', 'true'] as const).map((value) => ({ value, label: t(`attributes.defaults.${value}`) }))}
            />
          </Field>
        ) : (
          <TextField
            label={t('attributes.default')}
            value={draft.default}
            error={say('default')}
            onChange={(event) => put({ default: event.target.value })}
          />
        )}
        <TextField
          label={t('attributes.hotkey')}
          value={draft.hotkey}
          maxLength={1}
          error={say('hotkey')}
          onChange={(event) => put({ hotkey: event.target.value })}
        />
        <Field label={t('attributes.required')}>
          <Toggle label={t('attributes.required')} checked={draft.required} onChange={(required) => put({ required })} />
        </Field>
      </div>
      <div className="row gap8">
        <Button type="submit" variant="primary" small>
          {isNew ? t('attributes.declare') : t('attributes.save')}
        </Button>
        <Button small variant="ghost" onClick={onCancel}>
          {t('categories.cancel')}
        </Button>
      </div>
    </form>
  );
}
