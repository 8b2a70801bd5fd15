import type { Annotation, Attributes } from '../../../shared/domain/annotation.ts';
import type { BoxId, FrameId } from '../../../shared/domain/ids.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { Change } from '../../../shared/contract/annotations.ts';

/** What of a frame changes by editing. Boxes are in drawing order: later ones lie on top. */
export interface EditedFrame {
  readonly frame: FrameId;
  readonly state: FrameState;
  readonly annotations: readonly Annotation[];
}

/**
 * The frame after one change, as the host will have it once the change is saved; the canvas shows it at once.
 * A change of a box that is not there leaves the frame as it is.
 */
export function applyChange(content: EditedFrame, change: Change): EditedFrame {
  switch (change.op) {
    case 'add': {
      if (change.box === undefined) throw new TypeError('A box needs its id before it can be drawn');
      const added: Annotation = {
        id: change.box,
        frame: change.frame,
        category: change.category,
        bbox: change.bbox,
        angle: change.angle ?? 0,
        flags: change.flags ?? [],
        attributes: change.attributes ?? {},
        track: change.track ?? null,
        ...(change.z === undefined ? {} : { z: change.z }),
        origin: 'human',
        provenance: null,
      };
      return edited({ ...content, annotations: inDrawingOrder([...content.annotations, added]) });
    }
    case 'set': {
      const next = replace(content, change.box, (box) => ({
        ...(isOrderAlone(change) ? box : asKeyFrame(box)),
        category: change.category ?? box.category,
        bbox: change.bbox ?? box.bbox,
        angle: change.angle ?? box.angle,
        flags: change.flags ?? box.flags,
        attributes: change.attributes ? mergeAttributes(box.attributes, change.attributes) : box.attributes,
        track: change.track === undefined ? box.track : change.track,
        ...(change.z === undefined ? {} : { z: change.z }),
        origin: isOrderAlone(change) ? box.origin : 'human',
      }));
      return change.z === undefined ? next : { ...next, annotations: inDrawingOrder(next.annotations) };
    }
    case 'delete':
      return content.annotations.some((box) => box.id === change.box)
        ? edited({ ...content, annotations: content.annotations.filter((box) => box.id !== change.box) })
        : content;
    case 'resolve':
      if (change.deleted === true) return content;
      return replace(content, change.box, (box) => ({
        ...box,
        category: change.category ?? box.category,
        bbox: change.bbox ?? box.bbox,
        angle: change.angle ?? box.angle,
        attributes: change.attributes ? mergeAttributes(box.attributes, change.attributes) : box.attributes,
        track: change.track === undefined ? box.track : change.track,
        origin: 'human',
      }));
    case 'state':
      return { ...content, state: change.state };
    // What these become is known when the host has answered.
    case 'comment':
    case 'editComment':
    case 'deleteComment':
    case 'restoreBox':
      return content;
  }
}

/** What somebody says of a box that was computed makes it a key frame of its track. */
function asKeyFrame({ interpolated: _, ...box }: Annotation): Annotation {
  return box;
}

/** Laying a box above another says nothing about it. */
function isOrderAlone(change: Extract<Change, { op: 'set' }>): boolean {
  const { category, bbox, angle, flags, attributes, track } = change;
  return [category, bbox, angle, flags, attributes, track].every((value) => value === undefined);
}

/** As the host gives them. */
function inDrawingOrder(boxes: readonly Annotation[]): readonly Annotation[] {
  return boxes.every((box) => box.z === undefined) ? boxes : [...boxes].sort((a, b) => (a.z ?? 0) - (b.z ?? 0) || a.id - b.id);
}

/** `null` removes a key. */
function mergeAttributes(base: Attributes, patch: { readonly [key: string]: Attributes[string] | null }): Attributes {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

function replace(content: EditedFrame, id: BoxId, update: (box: Annotation) => Annotation): EditedFrame {
  if (!content.annotations.some((box) => box.id === id)) return content;
  return edited({ ...content, annotations: content.annotations.map((box) => (box.id === id ? update(box) : box)) });
}

/** An edit makes an unlabeled frame a draft, and an approved or locked one labeled again ("changed since approval"). */
function edited(content: EditedFrame): EditedFrame {
  if (content.state === 'unlabeled') return { ...content, state: 'draft' };
  return content.state === 'approved' || content.state === 'locked' ? { ...content, state: 'labeled' } : content;
}
