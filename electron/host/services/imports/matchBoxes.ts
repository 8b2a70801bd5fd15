import type { BoxThere } from '../../../db/queries/imports.ts';
import type { SettledBox } from './settleFrame.ts';

/**
 * Which boxes of a label file are new on a frame. A box is there if one of the dataset's has its category and its place
 * (within `tolerance` px at every edge), or its category and the id it had in the file; each of the dataset's stands for
 * one. So nothing is doubled by importing again, and what a person moved, relabelled or deleted stays as it is.
 */
export function newBoxes(
  boxes: readonly SettledBox[],
  there: readonly BoxThere[],
  options: { readonly nameOf: (category: number) => string; readonly tolerance: number },
): readonly SettledBox[] {
  if (there.length === 0) return boxes;
  const left = new Set(there);
  return boxes.filter((box) => {
    const name = options.nameOf(box.category);
    for (const other of left) {
      const isSameCategory = other.category === name || other.earlierCategories.includes(name);
      const isSameId = box.sourceId !== null && box.sourceId === other.sourceId;
      if (!isSameCategory || !(isSameId || other.geometries.some((geometry) => isSamePlace(box.bbox, geometry, options.tolerance))))
        continue;
      left.delete(other);
      return false;
    }
    return true;
  });
}

function isSamePlace(
  a: readonly [number, number, number, number],
  b: readonly [number, number, number, number],
  tolerance: number,
): boolean {
  return (
    Math.abs(a[0] - b[0]) <= tolerance &&
    Math.abs(a[1] - b[1]) <= tolerance &&
    Math.abs(a[0] + a[2] - b[0] - b[2]) <= tolerance &&
    Math.abs(a[1] + a[3] - b[1] - b[3]) <= tolerance
  );
}
