import type { AttributeColumn, BoxTable } from '../../shared/triggers/boxTable.ts';
import { buildBoxTable } from '../../shared/triggers/boxTable.ts';
import type { CodedTexts, FrameColumns } from '../../shared/triggers/frameColumns.ts';

/** The columns of a few frames (by index), in the order given. */
export function sliceFrames(columns: FrameColumns, only: Uint32Array): FrameColumns {
  const floats = (values: Float64Array): Float64Array => Float64Array.from(only, (f) => values[f]!);
  const texts = (coded: CodedTexts): CodedTexts => ({ codes: Int32Array.from(only, (f) => coded.codes[f]!), values: coded.values });
  const { brightness, lumaP95, contrast, sharpness, tags } = columns;
  return {
    ids: floats(columns.ids),
    names: [...only].map((f) => columns.names[f] ?? ''),
    widths: Uint32Array.from(only, (f) => columns.widths[f]!),
    heights: Uint32Array.from(only, (f) => columns.heights[f]!),
    states: Uint8Array.from(only, (f) => columns.states[f]!),
    splits: texts(columns.splits),
    sequences: texts(columns.sequences),
    indices: Int32Array.from(only, (f) => columns.indices[f]!),
    times: floats(columns.times),
    ...(brightness === undefined ? {} : { brightness: floats(brightness) }),
    ...(lumaP95 === undefined ? {} : { lumaP95: floats(lumaP95) }),
    ...(contrast === undefined ? {} : { contrast: floats(contrast) }),
    ...(sharpness === undefined ? {} : { sharpness: floats(sharpness) }),
    ...(tags === undefined ? {} : { tags: new Map([...tags].map(([tag, all]) => [tag, Uint8Array.from(only, (f) => all[f]!)])) }),
  };
}

/** The boxes of a few frames (by index) as a table of their own, whose frame i is `only[i]`. */
export function sliceTable(table: BoxTable, only: Uint32Array): BoxTable {
  const offsets = new Uint32Array(only.length + 1);
  const rows: number[] = [];
  only.forEach((frame, i) => {
    for (let at = table.offsets[frame]!; at < table.offsets[frame + 1]!; at++) rows.push(table.byFrame[at]!);
    offsets[i + 1] = rows.length;
  });
  const { flags, origins } = table;
  const frameIds = Float64Array.from(only);
  const attributes = [...table.attributes].map(([name, column]): [string, AttributeColumn] => [
    name,
    { codes: Int32Array.from(rows, (row) => column.codes[row]!), values: column.values },
  ]);
  return buildBoxTable(
    {
      frameIds,
      offsets,
      ids: Float64Array.from(rows, (row) => table.ids[row]!),
      categories: Uint16Array.from(rows, (row) => table.categories[row]!),
      scores: Float64Array.from(rows, (row) => table.scores[row]!),
      boxes: Float64Array.from(rows.flatMap((row) => [0, 1, 2, 3].map((i) => table.boxes[4 * row + i]!))),
      tracks: new Int32Array(rows.length).fill(-1),
      flags: flags === null ? new Uint8Array(rows.length) : Uint8Array.from(rows, (row) => flags[row]!),
      origins: typeof origins === 'number' ? new Uint8Array(rows.length).fill(origins) : Uint8Array.from(rows, (row) => origins[row]!),
    },
    frameIds,
    new Map(attributes),
  );
}
