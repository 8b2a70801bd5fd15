import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { enclosingBox } from '../../../shared/geometry/rotated.ts';
import type { SceneBox } from './sceneBox.ts';

/** The boxes of one scene by where they lie. Regions are image px; a box is where its upright bounds are. */
export interface BoxIndex {
  /** Boxes that meet a region, touching included, in drawing order. */
  meeting(region: Box): readonly SceneBox[];
  /** Whether more than so many boxes meet a region; may say so of somewhat fewer, in much less time than counting. */
  moreThan(limit: number, region: Box): boolean;
  byId(id: BoxId): SceneBox | undefined;
}

const boxesPerCell = 4;
const maxCellsPerSide = 96;
/** Regions over more than this share of the cells are answered by a scan, which keeps the order by itself. */
const scanFrom = 0.2;

const known = new WeakMap<readonly SceneBox[], BoxIndex>();

/** The index of a scene, made when it is first asked for; a scene that changes is another array. */
export function boxIndex(boxes: readonly SceneBox[]): BoxIndex {
  let index = known.get(boxes);
  if (!index) {
    let grid: ReturnType<typeof gridOf> | null = null;
    let ids: ReadonlyMap<BoxId, SceneBox> | null = null;
    index = {
      meeting: (region) => (grid ??= gridOf(boxes)).meeting(region),
      moreThan: (limit, region) => boxes.length > limit && (grid ??= gridOf(boxes)).moreThan(limit, region),
      byId: (id) => (ids ??= new Map(boxes.map((box) => [box.id, box]))).get(id),
    };
    known.set(boxes, index);
  }
  return index;
}

/** A uniform grid over the bounds of all boxes; everything in columns of numbers, so that a question touches little memory. */
function gridOf(boxes: readonly SceneBox[]): Pick<BoxIndex, 'meeting' | 'moreThan'> {
  const count = boxes.length;
  const left = new Float64Array(count);
  const top = new Float64Array(count);
  const right = new Float64Array(count);
  const bottom = new Float64Array(count);
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  boxes.forEach((box, i) => {
    const [x, y, w, h] = enclosingBox(box.bbox, box.angle);
    left[i] = x;
    top[i] = y;
    right[i] = x + w;
    bottom[i] = y + h;
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x + w);
    maxY = Math.max(maxY, y + h);
  });
  const side = Math.min(Math.max(Math.ceil(Math.sqrt(count / boxesPerCell)), 1), maxCellsPerSide);
  const cell = (value: number, min: number, max: number): number =>
    Math.min(Math.max(Math.floor(((value - min) / Math.max(max - min, 1e-9)) * side), 0), side - 1);
  const columnOf = (x: number): number => cell(x, minX, maxX);
  const rowOf = (y: number): number => cell(y, minY, maxY);

  // Boxes by cell, one after the other: those of cell c are members[starts[c] … starts[c + 1]].
  const starts = new Uint32Array(side * side + 1);
  const eachCell = (i: number, visit: (at: number) => void): void => {
    const [c0, c1, r0, r1] = [columnOf(left[i]!), columnOf(right[i]!), rowOf(top[i]!), rowOf(bottom[i]!)];
    for (let r = r0; r <= r1; r++) for (let c = c0; c <= c1; c++) visit(r * side + c);
  };
  for (let i = 0; i < count; i++) eachCell(i, (at) => starts[at + 1]!++);
  for (let at = 0; at < side * side; at++) starts[at + 1]! += starts[at]!;
  const members = new Uint32Array(starts[side * side]!);
  const next = starts.slice();
  for (let i = 0; i < count; i++) eachCell(i, (at) => (members[next[at]!++] = i));

  const asked = new Uint32Array(count);
  let question = 0;

  return {
    meeting([x, y, w, h]) {
      const [x2, y2] = [x + w, y + h];
      if (x <= minX && y <= minY && x2 >= maxX && y2 >= maxY) return boxes;
      const meets = (i: number): boolean => left[i]! <= x2 && top[i]! <= y2 && right[i]! >= x && bottom[i]! >= y;
      const [c0, c1, r0, r1] = [columnOf(x), columnOf(x2), rowOf(y), rowOf(y2)];
      if ((c1 - c0 + 1) * (r1 - r0 + 1) > scanFrom * side * side) return boxes.filter((_, i) => meets(i));
      question++;
      const found: number[] = [];
      for (let r = r0; r <= r1; r++) {
        for (let at = starts[r * side + c0]!; at < starts[r * side + c1 + 1]!; at++) {
          const i = members[at]!;
          if (asked[i] === question) continue;
          asked[i] = question;
          if (meets(i)) found.push(i);
        }
      }
      return found.sort((a, b) => a - b).map((i) => boxes[i]!);
    },
    moreThan(limit, [x, y, w, h]) {
      const [c0, c1, r0, r1] = [columnOf(x), columnOf(x + w), rowOf(y), rowOf(y + h)];
      let members = 0;
      for (let r = r0; r <= r1; r++) members += starts[r * side + c1 + 1]! - starts[r * side + c0]!;
      return members > limit;
    },
  };
}
