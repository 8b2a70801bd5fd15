/** Texts by code: `values[codes[f]]`, -1 for none. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

/** What triggers read of the frames of a dataset. F frames in the order that every frame index of the engine means. */
export interface FrameColumns {
  /** F frame keys. */
  readonly ids: Float64Array;
  /** F names. */
  readonly names: readonly string[];
  /** F sizes of the upright image in px. */
  readonly widths: Uint32Array;
  readonly heights: Uint32Array;
  /** F indices into `frameStates` of domain/frame.ts. */
  readonly states: Uint8Array;
  readonly splits: CodedTexts;
  readonly sequences: CodedTexts;
  /** F places in the sequence, -1 for none. */
  readonly indices: Int32Array;
  /** F seconds since the start of the sequence, NaN for none. */
  readonly times: Float64Array;
  /** Statistics of the pixels, F numbers each, NaN where not measured; left out where none is (METHODS.md, 6). */
  readonly brightness?: Float64Array;
  readonly lumaP95?: Float64Array;
  readonly contrast?: Float64Array;
  readonly sharpness?: Float64Array;
  /** By tag, F bytes: 1 where the frame carries it. */
  readonly tags?: ReadonlyMap<string, Uint8Array>;
}

/** The same without its list of names, which threads read from shared memory. */
export interface FrameTable extends Omit<FrameColumns, 'ids' | 'names'> {
  readonly count: number;
  name(frame: number): string;
}

export function frameTable(columns: FrameColumns): FrameTable {
  const { names } = columns;
  return { ...columns, count: columns.ids.length, name: (frame) => names[frame] ?? '' };
}
