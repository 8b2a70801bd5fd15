import type { Attributes, AttributeValue } from './annotation.ts';
import type { CategoryId } from './ids.ts';

export const attributeKinds = ['text', 'number', 'choice', 'checkbox'] as const;
export type AttributeKind = (typeof attributeKinds)[number];

export interface AttributeOption {
  readonly value: string;
  /** One letter or digit: pressed after the attributes' prefix key, it gives this value. */
  readonly hotkey: string | null;
}

interface Common {
  /** A box without a value is incomplete. */
  readonly required: boolean;
  readonly hotkey: string | null;
  /** Place in the form. */
  readonly order: number;
}

/** What the dataset says about one attribute. `default` is what a new box starts with; null: nothing. */
export type AttributeSpec = Common &
  (
    | { readonly kind: 'text'; readonly default: string | null }
    | {
        readonly kind: 'number';
        readonly default: number | null;
        /** Both ends belong to the range; null: open. */
        readonly min: number | null;
        readonly max: number | null;
        /** Values are `min` (or 0) plus whole steps; null: any. */
        readonly step: number | null;
      }
    | { readonly kind: 'choice'; readonly default: string | null; readonly options: readonly AttributeOption[] }
    | { readonly kind: 'checkbox'; readonly default: boolean | null }
  );

/** An attribute of one category, or of every category (`category: null`). A category's own goes before that of all. */
export type AttributeDeclaration = AttributeSpec & { readonly category: CategoryId | null; readonly key: string };

/** A person's free words about a box. Always allowed, whatever a dataset declares. */
export const noteKey = 'note';

/** The attributes that boxes of a category have, in the order of the form. */
export function attributesFor(declared: readonly AttributeDeclaration[], category: number): readonly AttributeDeclaration[] {
  const own = declared.filter((attribute) => attribute.category === category);
  const shared = declared.filter((attribute) => attribute.category === null && !own.some(({ key }) => key === attribute.key));
  return [...shared, ...own].sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
}

/** The attributes that boxes of all these categories share: the same key of the same kind. */
export function commonAttributes(
  declared: readonly AttributeDeclaration[],
  categories: readonly number[],
): readonly AttributeDeclaration[] {
  const [first, ...others] = [...new Set(categories)].map((category) => attributesFor(declared, category));
  return (first ?? []).filter(({ key, kind }) => others.every((list) => list.some((other) => other.key === key && other.kind === kind)));
}

/** What is allowed, in words, where the value is not; null where it is. */
export function refusal(spec: AttributeSpec, value: AttributeValue): string | null {
  switch (spec.kind) {
    case 'text':
      return typeof value === 'string' ? null : 'a text';
    case 'checkbox':
      return typeof value === 'boolean' ? null : 'true or false';
    case 'choice':
      return spec.options.some((option) => option.value === value) ? null : spec.options.map((option) => option.value).join(', ');
    case 'number':
      return typeof value === 'number' && isInRange(spec, value) ? null : rangeText(spec);
  }
}

interface Range {
  readonly min: number | null;
  readonly max: number | null;
  readonly step: number | null;
}

/** Decimal steps such as 0.1 have no exact binary form: a value this share of a step off is on it. */
const stepTolerance = 1e-6;

function isInRange({ min, max, step }: Range, value: number): boolean {
  if ((min !== null && value < min) || (max !== null && value > max)) return false;
  if (step === null) return true;
  const steps = (value - (min ?? 0)) / step;
  return Math.abs(steps - Math.round(steps)) <= stepTolerance;
}

function rangeText({ min, max, step }: Range): string {
  const range =
    min !== null && max !== null
      ? `a number from ${min} to ${max}`
      : min !== null
        ? `a number from ${min}`
        : max !== null
          ? `a number up to ${max}`
          : 'a number';
  return step === null ? range : `${range} in steps of ${step}`;
}

/** What a new box of a category starts with. */
function defaultAttributes(declared: readonly AttributeDeclaration[], category: number): Attributes {
  return Object.fromEntries(attributesFor(declared, category).flatMap(({ key, default: value }) => (value === null ? [] : [[key, value]])));
}

/** Keys of required attributes that a box has no allowed value for. */
export function missingAttributes(declared: readonly AttributeDeclaration[], category: number, attributes: Attributes): readonly string[] {
  return attributesFor(declared, category)
    .filter((attribute) => attribute.required)
    .filter(({ key, ...spec }) => {
      const value = valueOf(attributes, key);
      return value === undefined || value === '' || refusal(spec, value) !== null;
    })
    .map(({ key }) => key);
}

/** Of a copy's attributes those that the dataset takes, with the defaults for what is absent. */
export function acceptedAttributes(declared: readonly AttributeDeclaration[], category: number, attributes: Attributes): Attributes {
  const fitting = attributesFor(declared, category);
  if (fitting.length === 0) return attributes;
  const specs = new Map(fitting.map((attribute) => [attribute.key, attribute]));
  const kept = Object.entries(attributes).filter(([key, value]) => {
    const spec = specs.get(key);
    return spec === undefined ? key === noteKey : refusal(spec, value) === null;
  });
  return { ...defaultAttributes(declared, category), ...Object.fromEntries(kept) };
}

/** Keys come from data: `constructor` is a name like any other. */
export function valueOf(attributes: Attributes, key: string): AttributeValue | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}
