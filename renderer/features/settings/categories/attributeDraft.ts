import { refusal, type AttributeDeclaration, type AttributeKind, type AttributeSpec } from '../../../../shared/domain/attribute.ts';

/** What stands in the form: text, until it makes a declaration. */
export interface AttributeDraft {
  readonly key: string;
  readonly kind: AttributeKind;
  readonly required: boolean;
  readonly hotkey: string;
  readonly order: number;
  readonly min: string;
  readonly max: string;
  readonly step: string;
  /** One a line; `red = R` gives red the key R. */
  readonly options: string;
  readonly default: string;
}

export function emptyDraft(order: number): AttributeDraft {
  return { key: '', kind: 'choice', required: false, hotkey: '', order, min: '', max: '', step: '', options: '', default: '' };
}

export function draftOf(attribute: AttributeDeclaration): AttributeDraft {
  const base = { ...emptyDraft(attribute.order), key: attribute.key, kind: attribute.kind, required: attribute.required };
  const text = (value: string | number | boolean | null): string => (value === null ? '' : String(value));
  const common = { ...base, hotkey: attribute.hotkey ?? '', default: text(attribute.default) };
  if (attribute.kind === 'number') return { ...common, min: text(attribute.min), max: text(attribute.max), step: text(attribute.step) };
  if (attribute.kind === 'choice')
    return {
      ...common,
      options: attribute.options.map(({ value, hotkey }) => (hotkey === null ? value : `${value} = ${hotkey}`)).join('\n'),
    };
  return common;
}

export type DraftProblem = 'key' | 'number' | 'range' | 'options' | 'twice' | 'default' | 'hotkey';

/** The declaration that the form makes, or what is still wrong with it. */
export function specOf(draft: AttributeDraft): { readonly spec: AttributeSpec } | { readonly problem: DraftProblem } {
  if (draft.key.trim() === '') return { problem: 'key' };
  const hotkey = draft.hotkey.trim().toUpperCase();
  if (hotkey !== '' && !isKey(hotkey)) return { problem: 'hotkey' };
  const common = { required: draft.required, hotkey: hotkey === '' ? null : hotkey, order: draft.order };
  const given = draft.default.trim();
  switch (draft.kind) {
    case 'text':
      return { spec: { ...common, kind: 'text', default: given === '' ? null : given } };
    case 'checkbox':
      return { spec: { ...common, kind: 'checkbox', default: given === '' ? null : given === 'true' } };
    case 'number': {
      const [min, max, step, value] = [draft.min, draft.max, draft.step, given].map(numberOf);
      if ([min, max, step, value].some((number) => number === undefined) || (step !== null && (step ?? 0) <= 0))
        return { problem: 'number' };
      const spec = { ...common, kind: 'number', min: min ?? null, max: max ?? null, step: step ?? null, default: value ?? null } as const;
      if (spec.min !== null && spec.max !== null && spec.min > spec.max) return { problem: 'range' };
      return spec.default !== null && refusal(spec, spec.default) !== null ? { problem: 'default' } : { spec };
    }
    case 'choice': {
      const options = draft.options
        .split('\n')
        .map(optionOf)
        .filter(({ value }) => value !== '');
      if (options.length === 0) return { problem: 'options' };
      if (new Set(options.map(({ value }) => value)).size < options.length) return { problem: 'twice' };
      if (given !== '' && !options.some(({ value }) => value === given)) return { problem: 'default' };
      return { spec: { ...common, kind: 'choice', options, default: given === '' ? null : given } };
    }
  }
}

const isKey = (text: string): boolean => /^[A-Z0-9]$/.test(text);

function optionOf(line: string): { readonly value: string; readonly hotkey: string | null } {
  const [, value = '', key = ''] = /^(.*?)\s*=\s*([A-Za-z0-9])\s*$/.exec(line) ?? [];
  return value === '' ? { value: line.trim(), hotkey: null } : { value: value.trim(), hotkey: key.toUpperCase() };
}

/** undefined: no number. */
function numberOf(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text.replace(',', '.'));
  return Number.isFinite(value) ? value : undefined;
}
