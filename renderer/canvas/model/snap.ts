import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box, Size } from '../../../shared/geometry/box.ts';
import type { SceneBox } from './sceneBox.ts';

/** A line to draw while an edge sticks to it: at `at` on its axis, from `from` to `to` on the other, image px. */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

interface Edge {
  readonly at: number;
  /** What the edge spans on the other axis. */
  readonly from: number;
  readonly to: number;
}

/** Edges of boxes at rest and of the image, sorted by place: made once a gesture, asked with every move. */
export interface SnapEdges {
  readonly x: readonly Edge[];
  readonly y: readonly Edge[];
}

/** How near an edge must come to stick (`tolerance`) and how far along it may still be a neighbour's (`reach`), image px. */
export interface SnapDistance {
  readonly tolerance: number;
  readonly reach: number;
}

/** With more boxes than this there is an edge everywhere: only those of the image are left to stick to. */
const mostBoxes = 5_000;

/** Turned boxes have no edges to line up with. */
export function snapEdges(boxes: readonly SceneBox[], moving: ReadonlySet<BoxId>, image: Size): SnapEdges {
  const x: Edge[] = [0, image.width].map((at) => ({ at, from: 0, to: image.height }));
  const y: Edge[] = [0, image.height].map((at) => ({ at, from: 0, to: image.width }));
  for (const { id, bbox, angle } of boxes.length > mostBoxes ? [] : boxes) {
    if (angle !== 0 || moving.has(id)) continue;
    const [left, top, w, h] = bbox;
    x.push({ at: left, from: top, to: top + h }, { at: left + w, from: top, to: top + h });
    y.push({ at: top, from: left, to: left + w }, { at: top + h, from: left, to: left + w });
  }
  const byPlace = (a: Edge, b: Edge): number => a.at - b.at;
  return { x: x.sort(byPlace), y: y.sort(byPlace) };
}

export interface Snapped {
  /** What to add to the value, 0 where nothing is near. */
  readonly by: number;
  readonly guide: Guide | null;
}

const free: Snapped = { by: 0, guide: null };

/** The nearest neighbour's edge for the first of `values` that has one in reach; `from` and `to` are the moving box's span on the other axis. */
export function snapTo(
  edges: SnapEdges,
  axis: 'x' | 'y',
  values: readonly number[],
  from: number,
  to: number,
  distance: SnapDistance,
): Snapped {
  let best = free;
  for (const value of values) {
    const list = edges[axis];
    for (let i = firstFrom(list, value - distance.tolerance); i < list.length; i++) {
      const edge = list[i] as Edge;
      if (edge.at > value + distance.tolerance) break;
      const by = edge.at - value;
      if (best.guide !== null && Math.abs(by) >= Math.abs(best.by)) continue;
      if (edge.from > to + distance.reach || edge.to < from - distance.reach) continue;
      best = { by, guide: { axis, at: edge.at, from: Math.min(edge.from, from), to: Math.max(edge.to, to) } };
    }
  }
  return best;
}

/** How a box as a whole moves to line up with its neighbours. */
export function snapBox(edges: SnapEdges, [x, y, w, h]: Box, distance: SnapDistance): { readonly x: Snapped; readonly y: Snapped } {
  return { x: snapTo(edges, 'x', [x, x + w], y, y + h, distance), y: snapTo(edges, 'y', [y, y + h], x, x + w, distance) };
}

function firstFrom(edges: readonly Edge[], at: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as Edge).at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
