import type { BoxId } from '../../../shared/domain/ids.ts';

const block = 256;
const largestBlock = 10_000;

/** Ids for new boxes that nobody else gets, reserved in blocks: drawing a box waits for no answer but the very first. */
export interface BoxIds {
  /** One that is at hand, or null. */
  takeOne(): BoxId | null;
  /** Calls `make` with so many: at once where they are at hand, else when they have come. Rejects with what the host said. */
  takeMany(count: number, make: (ids: readonly BoxId[]) => void): Promise<void>;
  /** Asks for a block where none is at hand. */
  prepare(): Promise<void>;
}

export function createBoxIds(reserve: (count: number) => Promise<{ readonly first: BoxId; readonly count: number }>): BoxIds {
  let next = 0;
  let end = 0;
  let refilling: Promise<void> | null = null;

  function refill(count = block): Promise<void> {
    refilling ??= reserve(Math.min(count, largestBlock))
      .then((reserved) => {
        next = reserved.first;
        end = reserved.first + reserved.count;
      })
      .finally(() => {
        refilling = null;
      });
    return refilling;
  }

  function takeOne(): BoxId | null {
    if (end - next < block / 2) void refill().catch(() => undefined);
    return next < end ? (next++ as BoxId) : null;
  }

  async function takeMany(count: number, make: (ids: readonly BoxId[]) => void): Promise<void> {
    const taken: BoxId[] = [];
    for (;;) {
      while (taken.length < count && next < end) taken.push(next++ as BoxId);
      if (taken.length === count) break;
      await refill(Math.max(block, count - taken.length));
    }
    make(taken);
  }

  return {
    takeOne,
    takeMany,
    async prepare() {
      if (next === end) await refill();
    },
  };
}
