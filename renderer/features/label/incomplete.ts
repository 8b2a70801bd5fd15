import type { Annotation } from '../../../shared/domain/annotation.ts';
import { missingAttributes, type AttributeDeclaration } from '../../../shared/domain/attribute.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';

export interface IncompleteBox {
  readonly box: BoxId;
  readonly category: number;
  /** Keys of required attributes without an allowed value. */
  readonly missing: readonly string[];
}

/** Boxes that lack something the dataset requires, in reading order. Ignore regions are no objects and lack nothing. */
export function incompleteBoxes(declared: readonly AttributeDeclaration[], annotations: readonly Annotation[]): readonly IncompleteBox[] {
  if (!declared.some((attribute) => attribute.required)) return [];
  return [...annotations]
    .filter((box) => !box.flags.includes('ignore'))
    .sort((a, b) => a.bbox[1] - b.bbox[1] || a.bbox[0] - b.bbox[0] || a.id - b.id)
    .map((box) => ({ box: box.id, category: box.category, missing: missingAttributes(declared, box.category, box.attributes) }))
    .filter(({ missing }) => missing.length > 0);
}
