import type { Point } from './geometry.ts';

export interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Who is seen where: a coarse picture of owners, painted from far to near like the real one. */
export interface Silhouettes {
  /** From here on everything painted belongs to `owner` (≥ 1; 0 = scenery that hides but is nobody). */
  readonly begin: (owner: number) => void;
  readonly polygon: (points: readonly Point[]) => void;
  readonly thickLine: (points: readonly Point[], width: number, closed: boolean) => void;
  readonly ellipse: (x: number, y: number, rx: number, ry: number) => void;
  /** Outline of all that was painted for the owner, also outside the picture; undefined if nothing was. */
  readonly fullExtent: (owner: number) => Extent | undefined;
  /** What is left of the owner once everybody is painted: share of its cells inside the picture that are seen, and their extent in pixels. */
  readonly seen: (owner: number) => { readonly share: number; readonly extent: Extent } | undefined;
}

export function createSilhouettes(width: number, height: number): Silhouettes {
  // Pixels per cell: 360 cells across tell well enough what is hidden.
  const cell = width / 360;
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const top = new Int16Array(columns * rows);
  const own = new Int16Array(columns * rows);
  const totals = new Map<number, number>();
  const extents = new Map<number, { left: number; top: number; right: number; bottom: number }>();
  let owner = 0;
  let total = 0;
  const crossings = new Float64Array(64);
  let counts: Map<number, { cells: number; left: number; top: number; right: number; bottom: number }> | undefined;

  const grow = (x: number, y: number): void => {
    const extent = extents.get(owner);
    if (extent === undefined) {
      extents.set(owner, { left: x, top: y, right: x, bottom: y });
      return;
    }
    if (x < extent.left) extent.left = x;
    if (x > extent.right) extent.right = x;
    if (y < extent.top) extent.top = y;
    if (y > extent.bottom) extent.bottom = y;
  };

  const span = (row: number, from: number, to: number): void => {
    const first = Math.max(0, Math.ceil(from / cell - 0.5));
    const last = Math.min(columns - 1, Math.ceil(to / cell - 0.5) - 1);
    for (let at = row * columns + first; at <= row * columns + last; at++) {
      top[at] = owner;
      if (own[at] !== owner) {
        own[at] = owner;
        total++;
      }
    }
  };

  const polygon = (points: readonly Point[]): void => {
    if (points.length < 3) return;
    let low = Infinity;
    let high = -Infinity;
    for (const [x, y] of points) {
      if (owner > 0) grow(x, y);
      if (y < low) low = y;
      if (y > high) high = y;
    }
    const firstRow = Math.max(0, Math.ceil(low / cell - 0.5));
    const lastRow = Math.min(rows - 1, Math.floor(high / cell - 0.5));
    const n = points.length;
    for (let row = firstRow; row <= lastRow; row++) {
      const y = (row + 0.5) * cell;
      let found = 0;
      let a = points[n - 1];
      for (let i = 0; i < n; i++) {
        const b = points[i];
        if (a !== undefined && b !== undefined && a[1] <= y !== b[1] <= y && found < crossings.length) {
          const x = a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
          let at = found++;
          for (; at > 0 && (crossings[at - 1] ?? 0) > x; at--) crossings[at] = crossings[at - 1] ?? 0;
          crossings[at] = x;
        }
        a = b;
      }
      for (let i = 0; i + 1 < found; i += 2) span(row, crossings[i] ?? 0, crossings[i + 1] ?? 0);
    }
  };

  const thickLine = (points: readonly Point[], thickness: number, closed: boolean): void => {
    const half = Math.max(0.5, thickness / 2);
    const end = closed ? points.length : points.length - 1;
    for (let i = 0; i < end; i++) {
      const a = points[i];
      const b = points[(i + 1) % points.length];
      if (a === undefined || b === undefined) continue;
      const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
      const size = Math.sqrt(dx * dx + dy * dy) || 1;
      const [ex, ey] = [(dx / size) * half, (dy / size) * half];
      polygon([
        [a[0] - ex * 0.7 - ey, a[1] - ey * 0.7 + ex],
        [a[0] - ex * 0.7 + ey, a[1] - ey * 0.7 - ex],
        [b[0] + ex * 0.7 + ey, b[1] + ey * 0.7 - ex],
        [b[0] + ex * 0.7 - ey, b[1] + ey * 0.7 + ex],
      ]);
    }
  };

  const ellipse = (x: number, y: number, rx: number, ry: number): void => {
    polygon(
      Array.from({ length: 12 }, (_, i): Point => {
        const angle = (Math.PI * i) / 6;
        return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
      }),
    );
  };

  const count = (): NonNullable<typeof counts> => {
    const all: NonNullable<typeof counts> = new Map();
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const who = top[row * columns + column] ?? 0;
        if (who === 0) continue;
        const one = all.get(who);
        if (one === undefined) {
          all.set(who, { cells: 1, left: column, top: row, right: column, bottom: row });
          continue;
        }
        one.cells++;
        if (column < one.left) one.left = column;
        if (column > one.right) one.right = column;
        one.bottom = row;
      }
    }
    return all;
  };

  return {
    begin: (next) => {
      totals.set(owner, (totals.get(owner) ?? 0) + total);
      owner = next;
      total = 0;
    },
    polygon,
    thickLine,
    ellipse,
    fullExtent: (who) => extents.get(who),
    seen: (who) => {
      totals.set(owner, (totals.get(owner) ?? 0) + total);
      total = 0;
      counts ??= count();
      const one = counts.get(who);
      if (one === undefined) return undefined;
      return {
        share: one.cells / Math.max(1, totals.get(who) ?? 0),
        extent: { left: one.left * cell, top: one.top * cell, right: (one.right + 1) * cell, bottom: (one.bottom + 1) * cell },
      };
    },
  };
}
