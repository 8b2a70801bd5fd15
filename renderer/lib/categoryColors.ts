/**
 * 20 colours for boxes on photographs: six of Okabe and Ito (without black and the blue that dark label text cannot stand on), then those that keep the
 * least distance largest, as seen with normal sight and with each of the three dichromacies (simulated after Machado et al. 2009, distance in OKLab),
 * found by search. Label text in #101010 has 4.5:1 on each. `test/unit/renderer/lib/categoryColors.test.ts` holds the distances.
 */
export const categoryColors = [
  '#56b4e9',
  '#f0e442',
  '#e69f00',
  '#cc79a7',
  '#009e73',
  '#d55e00',
  '#9a57ff',
  '#6ce9c9',
  '#fffbf3',
  '#c3ba88',
  '#9585ff',
  '#bddb81',
  '#a268a2',
  '#c0ff95',
  '#f4c118',
  '#a3d1f6',
  '#91b7bf',
  '#65ae6a',
  '#b478d2',
  '#e1812b',
] as const;

/** The colour of a category: what somebody chose for it, or the palette's by its place in the order of the import. */
export function categoryColor(category: { readonly id: number; readonly order?: number; readonly color?: string | null }): string {
  return category.color ?? categoryColors[(category.order ?? category.id) % categoryColors.length] ?? categoryColors[0];
}
