import { boxAt, type Box } from '../../shared/geometry/box.ts';

/** Witness boxes of a list, as the contract has them: those of place i are `offsets[i]` to `offsets[i + 1]`. */
export interface Witnesses {
  readonly offsets: Uint32Array;
  readonly ids: Float64Array;
  readonly boxes: Float64Array;
}

export interface WitnessBox {
  readonly id: number;
  readonly box: Box;
}

const none: readonly WitnessBox[] = [];

export function witnessesOf(list: {
  readonly witnessOffsets: Uint32Array | null;
  readonly witnessIds: Float64Array | null;
  readonly witnessBoxes: Float64Array | null;
}): Witnesses | null {
  const { witnessOffsets: offsets, witnessIds: ids, witnessBoxes: boxes } = list;
  return offsets === null || ids === null || boxes === null ? null : { offsets, ids, boxes };
}

export function witnessAt(witnesses: Witnesses | null, place: number): readonly WitnessBox[] {
  const from = witnesses?.offsets[place] ?? 0;
  const to = witnesses?.offsets[place + 1] ?? from;
  if (witnesses === null || to === from) return none;
  return Array.from({ length: to - from }, (_, i) => ({ id: witnesses.ids[from + i] as number, box: boxAt(witnesses.boxes, from + i) }));
}
