/**
 * The one-to-one assignment of rows to columns with the least sum of costs: the method of Kuhn and Munkres in the form of
 * shortest augmenting paths with potentials (Jonker and Volgenant 1987), O(R² C) for R ≤ C.
 *
 * `cost(r, c)`: finite. Gives the column of each row; where there are more rows than columns, -1 for those left over.
 */
export function assign(rows: number, columns: number, cost: (r: number, c: number) => number): Int32Array {
  if (rows > columns) {
    const rowOf = assign(columns, rows, (r, c) => cost(c, r));
    const columnOf = new Int32Array(rows).fill(-1);
    rowOf.forEach((row, column) => (columnOf[row] = column));
    return columnOf;
  }
  // Rows and columns are numbered from 1 here; column 0 is where each augmenting path begins.
  const u = new Float64Array(rows + 1);
  const v = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);
  const least = new Float64Array(columns + 1);
  const seen = new Uint8Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row;
    least.fill(Infinity);
    seen.fill(0);
    let column = 0;
    do {
      seen[column] = 1;
      const r = rowOf[column] as number;
      let next = 0;
      let delta = Infinity;
      for (let c = 1; c <= columns; c++) {
        if (seen[c] === 1) continue;
        const reduced = cost(r - 1, c - 1) - (u[r] as number) - (v[c] as number);
        if (reduced < (least[c] as number)) {
          least[c] = reduced;
          before[c] = column;
        }
        if ((least[c] as number) < delta) {
          delta = least[c] as number;
          next = c;
        }
      }
      for (let c = 0; c <= columns; c++) {
        if (seen[c] === 1) {
          const held = rowOf[c] as number;
          u[held] = (u[held] as number) + delta;
          v[c] = (v[c] as number) - delta;
        } else least[c] = (least[c] as number) - delta;
      }
      column = next;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = before[column] as number) rowOf[column] = rowOf[before[column] as number] as number;
  }
  const columnOf = new Int32Array(rows).fill(-1);
  for (let c = 1; c <= columns; c++) if (rowOf[c] !== 0) columnOf[(rowOf[c] as number) - 1] = c - 1;
  return columnOf;
}
