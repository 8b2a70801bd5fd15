import type { CodedTexts, FrameColumns, FrameTable } from '../../shared/triggers/frameColumns.ts';

/** Frame columns on shared memory: plain data that every thread reads in place. */
export interface SharedFrames extends Omit<FrameColumns, 'ids' | 'names'> {
  readonly count: number;
  /** Names as UTF-16 units, one after the other; there only once a query reads names. */
  readonly nameUnits: Uint16Array | null;
  /** count + 1 places in `nameUnits`. */
  readonly nameOffsets: Uint32Array | null;
}

export function sharedMemory(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

function shareBytes(values: Uint8Array): Uint8Array {
  const copy = new Uint8Array(sharedMemory(values.byteLength));
  copy.set(values);
  return copy;
}

function shareFloats(values: Float64Array): Float64Array {
  const copy = new Float64Array(sharedMemory(values.byteLength));
  copy.set(values);
  return copy;
}

function shareInts(values: Int32Array): Int32Array {
  const copy = new Int32Array(sharedMemory(values.byteLength));
  copy.set(values);
  return copy;
}

function shareUints(values: Uint32Array): Uint32Array {
  const copy = new Uint32Array(sharedMemory(values.byteLength));
  copy.set(values);
  return copy;
}

function shareTexts(texts: CodedTexts): CodedTexts {
  return { codes: shareInts(texts.codes), values: texts.values };
}

/** Copies the columns to shared memory, all but the names: few queries read them and they are large. */
export function shareFrames(columns: FrameColumns): SharedFrames {
  const { brightness, lumaP95, contrast, sharpness, tags } = columns;
  return {
    count: columns.ids.length,
    widths: shareUints(columns.widths),
    heights: shareUints(columns.heights),
    states: shareBytes(columns.states),
    splits: shareTexts(columns.splits),
    sequences: shareTexts(columns.sequences),
    indices: shareInts(columns.indices),
    times: shareFloats(columns.times),
    ...(brightness === undefined ? {} : { brightness: shareFloats(brightness) }),
    ...(lumaP95 === undefined ? {} : { lumaP95: shareFloats(lumaP95) }),
    ...(contrast === undefined ? {} : { contrast: shareFloats(contrast) }),
    ...(sharpness === undefined ? {} : { sharpness: shareFloats(sharpness) }),
    ...(tags === undefined ? {} : { tags: new Map([...tags].map(([tag, frames]) => [tag, shareBytes(frames)])) }),
    nameUnits: null,
    nameOffsets: null,
  };
}

export function shareNames(frames: SharedFrames, names: readonly string[]): SharedFrames {
  const nameOffsets = new Uint32Array(sharedMemory(4 * (names.length + 1)));
  let units = 0;
  names.forEach((name, i) => {
    units += name.length;
    nameOffsets[i + 1] = units;
  });
  const nameUnits = new Uint16Array(sharedMemory(2 * units));
  let at = 0;
  for (const name of names) for (let i = 0; i < name.length; i++) nameUnits[at++] = name.charCodeAt(i);
  return { ...frames, nameUnits, nameOffsets };
}

/** The table a thread reads; names are made on demand. */
export function sharedFrameTable(frames: SharedFrames): FrameTable {
  const { nameUnits, nameOffsets } = frames;
  return {
    ...frames,
    name(frame) {
      if (nameUnits === null || nameOffsets === null) return '';
      let name = '';
      for (let i = nameOffsets[frame]!; i < nameOffsets[frame + 1]!; i++) name += String.fromCharCode(nameUnits[i]!);
      return name;
    },
  };
}
