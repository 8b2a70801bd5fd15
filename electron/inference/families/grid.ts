/** Cells of a detector without anchors, in the order such networks list them: by stride, then row by row. */
export interface Grid {
  /** Centre of each cell in px of the input. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly stride: Float64Array;
}

export const gridCells = (width: number, height: number, strides: readonly number[]): number =>
  strides.reduce((sum, s) => sum + Math.floor(width / s) * Math.floor(height / s), 0);

/** The strides whose cells, times the anchors of a cell, make `n` rows; null where none do. */
export function gridOf(n: number, width: number, height: number): { readonly strides: readonly number[]; readonly anchors: number } | null {
  for (const strides of [[8, 16, 32], [8, 16, 32, 64], [4, 8, 16, 32], [16, 32], [8, 16], [8], [16], [32]]) {
    const cells = gridCells(width, height, strides);
    for (const anchors of [1, 3]) if (cells * anchors === n) return { strides, anchors };
  }
  return null;
}

/** With several anchors a cell, the whole grid of a stride is repeated once for each of them. */
export function makeGrid(width: number, height: number, strides: readonly number[], anchors = 1): Grid {
  const n = gridCells(width, height, strides) * anchors;
  const grid = { x: new Float64Array(n), y: new Float64Array(n), stride: new Float64Array(n) };
  let i = 0;
  for (const stride of strides) {
    const columns = Math.floor(width / stride);
    const rows = Math.floor(height / stride);
    for (let a = 0; a < anchors; a++) {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++, i++) {
          grid.x[i] = (x + 0.5) * stride;
          grid.y[i] = (y + 0.5) * stride;
          grid.stride[i] = stride;
        }
      }
    }
  }
  return grid;
}

/** Pearson's correlation of `a` and `b`; 0 where one of them is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, b.length);
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = Math.sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
  return spread > 0 ? (n * sab - sa * sb) / spread : 0;
}
