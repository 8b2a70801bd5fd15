import type { BoxChange } from '../../../shared/review/boxChange.ts';

/** A change as text keys with their values, the most telling first; the view writes them in the person's language. */
export function describeChange(
  { kinds, before, after }: BoxChange,
  categoryName: (id: number) => string,
): readonly { readonly key: string; readonly values: { readonly [name: string]: string | number } }[] {
  const category = categoryName((after ?? before)?.category ?? -1);
  return kinds.map((kind) => {
    if (kind === 'relabelled' && before && after)
      return { key: 'relabelled', values: { from: categoryName(before.category), to: categoryName(after.category) } };
    if (kind === 'moved' && before && after) {
      const px = Math.round(
        Math.max(
          Math.abs(after.bbox[0] - before.bbox[0]),
          Math.abs(after.bbox[1] - before.bbox[1]),
          Math.abs(after.bbox[0] + after.bbox[2] - before.bbox[0] - before.bbox[2]),
          Math.abs(after.bbox[1] + after.bbox[3] - before.bbox[1] - before.bbox[3]),
        ),
      );
      return { key: px === 0 ? 'movedLittle' : 'moved', values: { category, px } };
    }
    return { key: kind, values: { category } };
  });
}
