import type { AttributeValue } from '../../../shared/domain/annotation.ts';
import type { CategoryId } from '../../../shared/domain/ids.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';

/** Which boxes of a frame are shown. It says nothing of frames, and changes nothing. Empty sets and nulls ask for nothing. */
export interface BoxFilter {
  readonly categories: ReadonlySet<CategoryId>;
  /** As `sourceOf` and `sourceOfRun` name them. */
  readonly sources: ReadonlySet<string>;
  /** Boxes without a score pass. */
  readonly minScore: number;
  /** Below 1, boxes without a score do not pass: what is asked for is what a model was unsure of. */
  readonly maxScore: number;
  /** px of the image, square root of the area. */
  readonly minSize: number | null;
  readonly maxSize: number | null;
  /** An attribute by key, and by value where one is given. */
  readonly attribute: { readonly key: string; readonly value: AttributeValue | null } | null;
}

export const openFilter: BoxFilter = {
  categories: new Set(),
  sources: new Set(),
  minScore: 0,
  maxScore: 1,
  minSize: null,
  maxSize: null,
  attribute: null,
};

/** Null where the filter would let every box through. */
export function effective(filter: BoxFilter): BoxFilter | null {
  const { categories, sources, minScore, maxScore, minSize, maxSize, attribute } = filter;
  const open =
    categories.size + sources.size === 0 && minScore <= 0 && maxScore >= 1 && minSize === null && maxSize === null && attribute === null;
  return open ? null : filter;
}

export function passes(box: SceneBox, filter: BoxFilter): boolean {
  const { categories, sources, minScore, maxScore, minSize, maxSize, attribute } = filter;
  if (categories.size > 0 && !categories.has(box.category)) return false;
  if (sources.size > 0 && !sources.has(box.source ?? box.origin)) return false;
  if (box.score !== null && box.score < minScore) return false;
  if (maxScore < 1 && (box.score === null || box.score > maxScore)) return false;
  const size = Math.sqrt(box.bbox[2] * box.bbox[3]);
  if ((minSize !== null && size < minSize) || (maxSize !== null && size > maxSize)) return false;
  if (attribute === null) return true;
  const value = box.attributes?.[attribute.key];
  return value !== undefined && (attribute.value === null || value === attribute.value);
}
