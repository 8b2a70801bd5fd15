import type { Change } from '../../../shared/contract/annotations.ts';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import { clip, iou, type Box, type Size } from '../../../shared/geometry/box.ts';
import { enclosingBox } from '../../../shared/geometry/rotated.ts';
import type { EditorCore } from './editorCore.ts';

/** What of a box goes to another place or frame. */
export type BoxCopy = Pick<Annotation, 'category' | 'bbox' | 'angle' | 'flags' | 'attributes'>;

export interface ClipActions {
  copy(): number;
  paste(): number;
  /** Adds copies of boxes of another frame at the same place, except where the same box exists; says how many. */
  repeat(boxes: readonly BoxCopy[]): number;
}

/** A copy pasted onto itself is moved by this much (px) so that it can be seen. */
const pasteShiftPx = 12;
/** Two boxes of one category that overlap at least so much are the same box. */
const sameIou = 0.8;

export const copyOf = ({ category, bbox, angle, flags, attributes }: BoxCopy): BoxCopy => ({ category, bbox, angle, flags, attributes });

/** The copy as it fits on a frame of that size, or null where nothing of it does. */
export function fitOn(box: BoxCopy, size: Size): BoxCopy | null {
  if (box.angle !== 0) {
    const [, , w, h] = clip(enclosingBox(box.bbox, box.angle), size);
    return w > 0 && h > 0 ? box : null;
  }
  const bbox = clip(box.bbox, size);
  return bbox[2] > 0 && bbox[3] > 0 ? { ...box, bbox } : null;
}

/** Those that no box of the same category covers. */
export function missingOn(
  boxes: readonly BoxCopy[],
  existing: readonly { readonly category: CategoryId; readonly bbox: Box }[],
): readonly BoxCopy[] {
  return boxes.filter((box) => !existing.some((other) => other.category === box.category && iou(other.bbox, box.bbox) >= sameIou));
}

export function additions(frame: FrameId, boxes: readonly BoxCopy[], ids: readonly BoxId[]): readonly Change[] {
  return boxes.map((box, index) => ({ op: 'add', frame, box: ids[index] as BoxId, ...box, attributes: { ...box.attributes } }));
}

export function clipActions({ store, commit, withIds, select }: EditorCore): ClipActions {
  let clipboard: readonly BoxCopy[] = [];

  function add(copies: readonly BoxCopy[]): number {
    const { frame } = store.getState();
    if (!frame) return 0;
    const boxes = copies.map((box) => fitOn(box, frame.size)).filter((box) => box !== null);
    if (boxes.length === 0) return 0;
    void withIds(boxes.length, (ids) => {
      // The person may have gone on to another frame while the ids were asked for.
      if (store.getState().frame?.id !== frame.id) return;
      commit(additions(frame.id, boxes, ids));
      select(ids);
    });
    return boxes.length;
  }

  return {
    copy() {
      const { annotations, selected } = store.getState();
      const boxes = annotations.filter((box) => selected.has(box.id));
      if (boxes.length > 0) clipboard = boxes.map(copyOf);
      return boxes.length;
    },
    paste() {
      const { annotations } = store.getState();
      const covered = clipboard.some((copied) =>
        annotations.some((box) => box.category === copied.category && box.bbox.every((value, at) => value === copied.bbox[at])),
      );
      const shift = covered ? pasteShiftPx : 0;
      return add(clipboard.map((box) => ({ ...box, bbox: [box.bbox[0] + shift, box.bbox[1] + shift, box.bbox[2], box.bbox[3]] })));
    },
    repeat: (boxes) => add(missingOn(boxes.map(copyOf), store.getState().annotations)),
  };
}
