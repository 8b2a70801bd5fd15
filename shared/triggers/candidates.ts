import type { BoxTable } from './boxTable.ts';
import { countOf, lowerBound } from './boxTable.ts';

/** The boxes of one set (some categories of one source) on one frame, in the order of their keys. */
export interface Candidates {
  readonly table: BoxTable;
  /** Boxes of the set in the whole source. */
  readonly total: number;
  /** The only category, or null for several or any. */
  readonly category: number | null;
  readonly rows: Int32Array;
  /** How many of `rows` count for the frame of the last `fill`. */
  readonly count: () => number;
  fill(frame: number): void;
  /** The first frame from `frame` on that has a box of the set, or the number of frames. */
  nextFrame(frame: number): number;
}

/** @param categories ids, or null for any; ids that the source does not have match nothing */
export function createCandidates(table: BoxTable, categories: readonly number[] | null): Candidates {
  const total = countOf(table, categories);
  const rows = new Int32Array(Math.max(1, table.widest));
  const { offsets, byFrame, frames, frameCount } = table;
  let count = 0;
  let filled = -1;
  const common = { table, total, rows, count: () => count };

  if (total === 0) {
    return { ...common, category: null, fill: () => undefined, nextFrame: () => frameCount };
  }
  if (categories !== null && categories.length === 1) {
    const category = categories[0]!;
    const from = table.starts[category]!;
    const to = table.starts[category + 1]!;
    const own = table.dense.get(category);
    if (own !== undefined) {
      return {
        ...common,
        category,
        fill(frame) {
          if (filled === frame) return;
          filled = frame;
          count = 0;
          for (let row = own[frame]!; row < own[frame + 1]!; row++) rows[count++] = row;
        },
        nextFrame(frame) {
          const row = own[frame]!;
          return row < to ? frames[row]! : frameCount;
        },
      };
    }
    let at = from;
    let asked = 0;
    // Frames are mostly asked in rising order, so the cursor runs ahead in growing steps from where it stood.
    const seek = (frame: number): number => {
      if (frame < asked) at = from;
      asked = frame;
      let low = at;
      for (let step = 1; low < to && frames[low]! < frame; step *= 2) {
        at = low + 1;
        low = at + step;
      }
      at = lowerBound(frames, at, Math.min(low, to), frame);
      return at;
    };
    return {
      ...common,
      category,
      fill(frame) {
        if (filled === frame) return;
        filled = frame;
        count = 0;
        for (let row = seek(frame); row < to && frames[row] === frame; row++) rows[count++] = row;
      },
      nextFrame(frame) {
        const row = seek(frame);
        return row < to ? frames[row]! : frameCount;
      },
    };
  }
  const member = new Uint8Array(65_536);
  if (categories === null) member.fill(1);
  else for (const category of categories) member[category] = 1;
  const any = categories === null;
  const all = table.categories;
  return {
    ...common,
    category: null,
    fill(frame) {
      if (filled === frame) return;
      filled = frame;
      count = 0;
      const end = offsets[frame + 1]!;
      for (let i = offsets[frame]!; i < end; i++) {
        const row = byFrame[i]!;
        if (any || member[all[row]!] === 1) rows[count++] = row;
      }
    },
    nextFrame(frame) {
      let next = frame;
      while (next < frameCount && offsets[next + 1] === offsets[next]) next++;
      return next;
    },
  };
}
