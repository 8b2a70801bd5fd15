import type { Change, Seen } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';

/**
 * A change with what stood on the screen when it was made, for the fields it touches: the host can then tell that somebody else
 * changed them at the same time. `boxOf` gives the box as it is shown.
 */
export function withSeen(change: Change, boxOf: (id: number) => Annotation | undefined): Change {
  if ((change.op !== 'set' && change.op !== 'delete') || change.seen !== undefined) return change;
  const box = boxOf(change.box);
  if (box === undefined) return change;
  return change.op === 'delete' ? { ...change, seen: all(box) } : { ...change, seen: touched(change, box) };
}

function all({ category, bbox, angle, flags, attributes, track }: Annotation): Seen {
  return { category, bbox, angle, flags, attributes: { ...attributes }, track };
}

function touched(change: Extract<Change, { op: 'set' }>, box: Annotation): Seen {
  const seen: Seen = {};
  if (change.category !== undefined) seen.category = box.category;
  if (change.bbox !== undefined || change.angle !== undefined) Object.assign(seen, { bbox: box.bbox, angle: box.angle });
  if (change.flags !== undefined) seen.flags = box.flags;
  if (change.track !== undefined) seen.track = box.track;
  if (change.attributes !== undefined)
    seen.attributes = Object.fromEntries(
      Object.keys(change.attributes).map((key) => [key, Object.hasOwn(box.attributes, key) ? (box.attributes[key] ?? null) : null]),
    );
  return seen;
}
