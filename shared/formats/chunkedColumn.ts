const chunkRows = 65_536;

/** A growing column of numbers. It grows by whole chunks, so that it is never copied and never twice its size. */
export class ChunkedColumn<A extends Float64Array | Uint32Array | Uint16Array | Uint8Array> {
  readonly #make: (rows: number) => A;
  readonly #chunks: A[] = [];
  #length = 0;

  constructor(make: (rows: number) => A) {
    this.#make = make;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const at = this.#length & (chunkRows - 1);
    if (at === 0) this.#chunks.push(this.#make(chunkRows));
    (this.#chunks[this.#chunks.length - 1] as A)[at] = value;
    this.#length++;
  }

  get(row: number): number {
    return (this.#chunks[row >>> 16] as A)[row & (chunkRows - 1)] as number;
  }

  set(row: number, value: number): void {
    (this.#chunks[row >>> 16] as A)[row & (chunkRows - 1)] = value;
  }
}

export const float64Column = (): ChunkedColumn<Float64Array> => new ChunkedColumn((rows) => new Float64Array(rows));
export const uint32Column = (): ChunkedColumn<Uint32Array> => new ChunkedColumn((rows) => new Uint32Array(rows));
export const uint16Column = (): ChunkedColumn<Uint16Array> => new ChunkedColumn((rows) => new Uint16Array(rows));
export const uint8Column = (): ChunkedColumn<Uint8Array> => new ChunkedColumn((rows) => new Uint8Array(rows));
