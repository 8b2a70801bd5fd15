/**
 * 20 colours for boxes on photographs: Okabe–Ito first (without black), then neighbours that differ in lightness as well as in hue, so that they stay
 * apart for people who do not tell red from green. `test/unit/renderer/lib/categoryColors.test.ts` simulates the three dichromacies and holds the distances.
 */
export const categoryColors = [
  '#56b4e9',
  '#f0e442',
  '#e69f00',
  '#cc79a7',
  '#00b894',
  '#b39ddb',
  '#ff8a65',
  '#f06292',
  '#a1c45a',
  '#7cf0ea',
  '#0090ff',
  '#d55e00',
  '#fff3c4',
  '#8c7bff',
  '#00a3a3',
  '#ffb3d9',
  '#c0a062',
  '#e03ad8',
  '#c8f7a0',
  '#9fb4c8',
] as const;

/** The colour of a category: what somebody chose for it, or the palette's by its place in the order of the import. */
export function categoryColor(category: { readonly id: number; readonly order?: number; readonly color?: string | null }): string {
  return category.color ?? categoryColors[(category.order ?? category.id) % categoryColors.length] ?? categoryColors[0];
}
