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
    case 'add':
      return edited({ ...content, annotations: inDrawingOrder([...content.annotations, born(change)]) });
    case 'set':
      return setBoxes(content, new Map([[change.box, change]]));
    case 'delete':
      return deleteBoxes(content, new Set([change.box]));
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

type SetChange = Extract<Change, { op: 'set' }>;

/** As one change after the other, in time that grows with the boxes plus the changes: a run of the same kind is one pass. */
export function applyChanges(content: EditedFrame, changes: readonly Change[]): EditedFrame {
  let now = content;
  for (let at = 0; at < changes.length;) {
    const sets = new Map<BoxId, SetChange>();
    const deleted = new Set<BoxId>();
    const added: Annotation[] = [];
    let change = changes[at] as Change;
    // A box that is set twice begins a new run, because the second stands on the first.
    for (; change?.op === 'set' && !sets.has(change.box); change = changes[++at] as Change) sets.set(change.box, change);
    if (sets.size > 0) now = setBoxes(now, sets);
    for (; change?.op === 'delete'; change = changes[++at] as Change) deleted.add(change.box);
    if (deleted.size > 0) now = deleteBoxes(now, deleted);
    for (; change?.op === 'add'; change = changes[++at] as Change) added.push(born(change));
    if (added.length > 0) now = edited({ ...now, annotations: inDrawingOrder([...now.annotations, ...added]) });
    if (sets.size + deleted.size + added.length === 0) now = applyChange(now, changes[at++] as Change);
  }
  return now;
}

function born(change: Extract<Change, { op: 'add' }>): Annotation {
  if (change.box === undefined) throw new TypeError('A box needs its id before it can be drawn');
  return {
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
}

/** The box with the change's values. */
export function withValues(box: Annotation, change: SetChange): Annotation {
  return {
    ...(isOrderAlone(change) ? box : asKeyFrame(box)),
    category: change.category ?? box.category,
    bbox: change.bbox ?? box.bbox,
    angle: change.angle ?? box.angle,
    flags: change.flags ?? box.flags,
    attributes: change.attributes ? mergeAttributes(box.attributes, change.attributes) : box.attributes,
    track: change.track === undefined ? box.track : change.track,
    ...(change.z === undefined ? {} : { z: change.z }),
    origin: isOrderAlone(change) ? box.origin : 'human',
  };
}

function setBoxes(content: EditedFrame, changes: ReadonlyMap<BoxId, SetChange>): EditedFrame {
  let isThere = false;
  let isOrdered = false;
  const annotations = content.annotations.map((box) => {
    const change = changes.get(box.id);
    if (change === undefined) return box;
    isThere = true;
    isOrdered ||= change.z !== undefined;
    return withValues(box, change);
  });
  return isThere ? edited({ ...content, annotations: isOrdered ? inDrawingOrder(annotations) : annotations }) : content;
}

function deleteBoxes(content: EditedFrame, boxes: ReadonlySet<BoxId>): EditedFrame {
  const annotations = content.annotations.filter((box) => !boxes.has(box.id));
  return annotations.length < content.annotations.length ? edited({ ...content, annotations }) : content;
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
