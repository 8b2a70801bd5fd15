import type { AttributeValue } from '../../../shared/domain/annotation.ts';
import { attributesFor, noteKey, refusal } from '../../../shared/domain/attribute.ts';
import type { AttributeDeclaration, AttributeSpec } from '../../../shared/domain/attribute.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ReadConnection } from '../connection.ts';
import { mergedTarget } from './merged.ts';
import { everyCategory } from './ontology.ts';

/** All that the dataset declares. */
export function declaredAttributes(c: ReadConnection): readonly AttributeDeclaration[] {
  return c
    .prepare<{ category: number; key: string; spec: string }>('select category, key, spec from attribute order by category, key')
    .all()
    .map(({ category, key, spec }) => ({
      ...(JSON.parse(spec) as AttributeSpec),
      category: category === everyCategory ? null : (category as CategoryId),
      key,
    }));
}

/**
 * A dataset that declares attributes for a category takes those of its boxes and no others, with values that they allow.
 * Taking one away (null) is always allowed, and so is a note. Error: invalid_attribute.
 */
export function checkAttributes(
  c: ReadConnection,
  category: number,
  attributes: { readonly [key: string]: AttributeValue | null } | undefined,
): void {
  if (attributes === undefined) return;
  const declared = attributesFor(declaredAttributes(c), mergedTarget(c, category));
  if (declared.length === 0) return;
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || (key === noteKey && typeof value === 'string')) continue;
    const spec = declared.find((attribute) => attribute.key === key);
    if (spec === undefined) {
      const allowed = declared.map((attribute) => attribute.key);
      throw new AppError('invalid_attribute', `Boxes of this category have no attribute “${key}”, only ${allowed.join(', ')}.`, {
        attribute: key,
        allowed,
      });
    }
    const allowed = refusal(spec, value);
    if (allowed !== null)
      throw new AppError('invalid_attribute', `The attribute “${key}” cannot be ${JSON.stringify(value)}. Allowed: ${allowed}.`, {
        attribute: key,
        value,
        allowed: spec.kind === 'choice' ? spec.options.map((option) => option.value) : allowed,
      });
  }
}
