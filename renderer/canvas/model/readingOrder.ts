import type { SceneBox } from './sceneBox.ts';

const known = new WeakMap<readonly SceneBox[], readonly SceneBox[]>();

/** The boxes from top to bottom, then left to right. A scene is sorted once: a held Tab asks thirty times a second. */
export function inReadingOrder(boxes: readonly SceneBox[]): readonly SceneBox[] {
  let sorted = known.get(boxes);
  if (!sorted) {
    sorted = [...boxes].sort((a, b) => a.bbox[1] - b.bbox[1] || a.bbox[0] - b.bbox[0] || a.id - b.id);
    known.set(boxes, sorted);
  }
  return sorted;
}
