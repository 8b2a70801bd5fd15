import type { BoxTable } from './boxTable.ts';
import type { Candidates } from './candidates.ts';
import { createCandidates } from './candidates.ts';
import type { FrameTable } from './frameColumns.ts';
import type { Quantifier, TypedSet } from './typedTree.ts';

/** The data a trigger is compiled against. */
export interface TriggerData {
  readonly frames: FrameTable;
  /** The table of a source as written after `@`, null for the default source. */
  readonly table: (source: string | null) => BoxTable;
  /** Category ids by name. */
  readonly categories: ReadonlyMap<string, number>;
}

/** The tables behind the variables of one trigger, and the boxes of their sets: of equal sets the same. */
export class SlotTables {
  readonly #data: TriggerData;
  readonly #bySlot = new Map<number, BoxTable>();
  readonly #sets = new Map<string, { readonly number: number; readonly candidates: Candidates }>();
  readonly #numbers = new Map<BoxTable, number>();

  constructor(data: TriggerData) {
    this.#data = data;
  }

  of(slot: number): BoxTable {
    return this.#bySlot.get(slot)!;
  }

  bind(quantifier: Quantifier): void {
    for (const variable of quantifier.variables) this.#bySlot.set(variable.slot, this.#data.table(variable.set.source));
  }

  /** The boxes of a set; `number` is that of the set. */
  candidates(set: TypedSet): { readonly number: number; readonly candidates: Candidates } {
    const table = this.#data.table(set.source);
    const key = JSON.stringify([this.#numberOf(table), set.categories]);
    let entry = this.#sets.get(key);
    if (entry === undefined) {
      const ids = set.categories?.map((name) => this.#data.categories.get(name)).filter((id) => id !== undefined) ?? null;
      // Two names are one category after a merge.
      const distinct = ids === null ? null : [...new Set(ids)];
      entry = { number: this.#sets.size, candidates: createCandidates(table, distinct) };
      this.#sets.set(key, entry);
    }
    return entry;
  }

  #numberOf(table: BoxTable): number {
    const known = this.#numbers.get(table);
    if (known !== undefined) return known;
    this.#numbers.set(table, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
