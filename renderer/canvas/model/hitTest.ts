import type { BoxId } from '../../../shared/domain/ids.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import { centerOf, enclosingBox, turn } from '../../../shared/geometry/rotated.ts';
import { boxIndex } from './boxIndex.ts';
import { handlePoint, handles, turnHandlePoint, type Handle } from './handles.ts';
import type { SceneBox } from './sceneBox.ts';
import type { Point } from './viewport.ts';

export type Hit =
  | { readonly kind: 'handle'; readonly id: BoxId; readonly handle: Handle }
  /** The handle that turns the box. */
  | { readonly kind: 'turn'; readonly id: BoxId }
  /** `corner`: the point is at a corner by which the box, though not selected, can be dragged into size. */
  | { readonly kind: 'box'; readonly id: BoxId; readonly corner: Handle | null }
  | null;

/**
 * What lies under a point (image px). Handles and edges of the selected box come first; then, of all boxes that hold
 * the point, the smallest, so that a small box on top of a big one can always be reached. `tolerance` is in image px, and so
 * is how far the handle that turns a box stands from it; without `turnDistance` there is none.
 */
export function hitTest(
  boxes: readonly SceneBox[],
  selected: ReadonlySet<BoxId>,
  point: Point,
  tolerance: number,
  turnDistance?: number,
): Hit {
  if (selected.size === 1) {
    const [id] = selected;
    const box = id === undefined ? undefined : boxIndex(boxes).byId(id);
    if (box && !box.readOnly) {
      const handle = handleAt(box.bbox, inFrameOf(box, point), tolerance);
      if (handle) return { kind: 'handle', id: box.id, handle };
      const at = turnDistance === undefined ? null : turnHandlePoint(box, turnDistance);
      if (at && Math.hypot(at.x - point.x, at.y - point.y) <= tolerance * 1.5) return { kind: 'turn', id: box.id };
    }
  }
  const under = boxesAt(boxes, point, tolerance);
  const first = under[0];
  if (!first) return null;
  const corner = first.readOnly || selected.has(first.id) ? null : cornerAt(first.bbox, inFrameOf(first, point), tolerance);
  return { kind: 'box', id: first.id, corner };
}

/** All boxes that hold the point, smallest first; boxes of equal size in drawing order from the top. */
export function boxesAt(boxes: readonly SceneBox[], point: Point, tolerance: number): readonly SceneBox[] {
  return boxIndex(boxes)
    .meeting([point.x - tolerance, point.y - tolerance, 2 * tolerance, 2 * tolerance])
    .filter((box) => holds(box.bbox, inFrameOf(box, point), tolerance))
    .reverse()
    .sort((a, b) => a.bbox[2] * a.bbox[3] - b.bbox[2] * b.bbox[3]);
}

/** The boxes that lie wholly inside the marquee. */
export function boxesInside(boxes: readonly SceneBox[], marquee: Box): readonly SceneBox[] {
  const [x, y, w, h] = marquee;
  return boxIndex(boxes)
    .meeting(marquee)
    .filter(({ bbox, angle }) => {
      const [left, top, width, height] = enclosingBox(bbox, angle);
      return left >= x && top >= y && left + width <= x + w && top + height <= y + h;
    });
}

/** The point as the box sees it before it is turned. */
const inFrameOf = ({ bbox, angle }: Pick<SceneBox, 'bbox' | 'angle'>, point: Point): Point =>
  angle === 0 ? point : turn(point, centerOf(bbox), -angle);

function holds([x, y, w, h]: Box, point: Point, tolerance: number): boolean {
  return point.x >= x - tolerance && point.x <= x + w + tolerance && point.y >= y - tolerance && point.y <= y + h + tolerance;
}

const corners = ['nw', 'ne', 'se', 'sw'] as const;

/** Nearer than for a selected box: most of a small box must still move it. */
function cornerAt(box: Box, point: Point, tolerance: number): Handle | null {
  const reach = Math.min(tolerance, Math.min(box[2], box[3]) / 4);
  return corners.find((corner) => isNear(handlePoint(box, corner), point, reach)) ?? null;
}

const isNear = (a: Point, b: Point, reach: number): boolean => Math.abs(a.x - b.x) <= reach && Math.abs(a.y - b.y) <= reach;

/** Corner handles win over edges; an edge may be held anywhere along its length. */
function handleAt(box: Box, point: Point, tolerance: number): Handle | null {
  // On a tiny box the handles would cover it whole and it could no longer be moved.
  const reach = Math.min(tolerance * 1.5, Math.max(Math.min(box[2], box[3]) / 3, tolerance / 2));
  const near = handles.find((handle) => isNear(handlePoint(box, handle), point, reach));
  if (near) return near;
  const inX = point.x >= box[0] && point.x <= box[0] + box[2];
  const inY = point.y >= box[1] && point.y <= box[1] + box[3];
  const edge = reach / 2;
  if (inX && Math.abs(point.y - box[1]) <= edge) return 'n';
  if (inX && Math.abs(point.y - box[1] - box[3]) <= edge) return 's';
  if (inY && Math.abs(point.x - box[0]) <= edge) return 'w';
  if (inY && Math.abs(point.x - box[0] - box[2]) <= edge) return 'e';
  return null;
}
