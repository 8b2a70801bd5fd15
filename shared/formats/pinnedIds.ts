import { float64Column } from './chunkedColumn.ts';

/**
 * Ids of an export: each thing keeps the id it came with, where that is a whole number from 0 that no earlier thing has; all
 * others get the numbers after the largest, in order. First `add` everything, then assign in the same order.
 */
export class PinnedIds {
  readonly #given = float64Column();
  #largest = 0;
  #missing = 0;
  #doubles: ReadonlySet<number> | null = null;
  #hasZero = false;

  add(sourceId: number | null): void {
    if (sourceId === null || !isUsable(sourceId)) {
      this.#missing++;
      return;
    }
    this.#given.push(sourceId);
    this.#largest = Math.max(this.#largest, sourceId);
    if (sourceId === 0) this.#hasZero = true;
  }

  /** pycocotools takes a match with annotation 0 for no match: worth a warning. */
  get hasZero(): boolean {
    return this.#hasZero;
  }

  /** How many things had an id and do not keep it. */
  get renumbered(): number {
    return this.#given.length - this.#distinct();
  }

  /** How many things had none. */
  get missing(): number {
    return this.#missing;
  }

  /** A fresh assignment; call it with the source ids in the order of `add`. */
  assigner(): (sourceId: number | null) => number {
    const doubles = this.#findDoubles();
    const used = new Set<number>();
    let next = this.#largest + 1;
    return (sourceId) => {
      if (sourceId === null || !isUsable(sourceId) || used.has(sourceId)) return next++;
      if (doubles.has(sourceId)) used.add(sourceId);
      return sourceId;
    };
  }

  #sorted(): Float64Array {
    const values = new Float64Array(this.#given.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#given.get(i);
    return values.sort();
  }

  #findDoubles(): ReadonlySet<number> {
    if (this.#doubles === null) {
      const doubles = new Set<number>();
      const sorted = this.#sorted();
      for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) doubles.add(sorted[i]!);
      this.#doubles = doubles;
    }
    return this.#doubles;
  }

  #distinct(): number {
    const sorted = this.#sorted();
    return sorted.reduce((count, value, i) => count + (i === 0 || value !== sorted[i - 1] ? 1 : 0), 0);
  }
}

/** Far from the end of exact numbers, so that the numbers after the largest are exact too. */
function isUsable(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id <= 2 ** 52;
}
