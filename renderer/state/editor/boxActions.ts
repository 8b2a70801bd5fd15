import type { Change } from '../../../shared/contract/annotations.ts';
import type { Annotation, AttributeValue, BoxFlag } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId } from '../../../shared/domain/ids.ts';
import { clip, iou, type Box, type Size } from '../../../shared/geometry/box.ts';
import { clampMove, resize, roundAngle, roundBox, type Handle } from '../../canvas/model/handles.ts';
import type { EditorCore } from './editorCore.ts';

export type Side = 'left' | 'right' | 'up' | 'down';

/** What is done to the selected boxes at once; each is one step of undo. */
export interface BoxActions {
  /** Of the selected boxes; with none selected, of the next box drawn. */
  setCategory(category: CategoryId): void;
  toggleFlag(flag: BoxFlag): void;
  /** null takes the attribute away. */
  setAttribute(key: string, value: AttributeValue | null): void;
  setBox(id: BoxId, bbox: Box): void;
  /** Degrees clockwise. */
  setAngle(id: BoxId, angle: number): void;
  turnBy(degrees: number): void;
  nudge(dx: number, dy: number): void;
  /** Moves the edge on that side outwards by `px`, inwards where it is negative. */
  grow(side: Side, px: number): void;
  /** Above or below all other boxes of the frame. */
  stack(where: 'front' | 'back'): void;
  /** Each selected box becomes the prediction of its category that fits it best; says how many found one. */
  tighten(): number;
  /** A person stands behind the selected boxes as they are. */
  confirm(): void;
  deleteSelected(): void;
}

/** A prediction that overlaps less is about something else. */
const tightenMinIou = 0.3;

export function boxActions({ store, commit, select, editable }: EditorCore): BoxActions {
  /** Sets what `next` gives for each editable box; null leaves one as it is. */
  function setEach(next: (box: Annotation, image: Size) => Omit<Extract<Change, { op: 'set' }>, 'op' | 'box'> | null): void {
    const { frame } = store.getState();
    if (!frame) return;
    commit(
      editable().flatMap((box): Change[] => {
        const values = next(box, frame.size);
        return values === null ? [] : [{ op: 'set', box: box.id, ...values }];
      }),
    );
  }

  const isLocked = (id: BoxId): boolean => {
    const { annotations, selected } = store.getState();
    const free = editable();
    return selected.has(id) && annotations.some((box) => box.id === id) && !free.some((box) => box.id === id);
  };

  return {
    setCategory(category) {
      const { selected, lockedCategory } = store.getState();
      if (selected.size === 0) store.setState({ nextCategory: category, lockedCategory: null });
      else if (lockedCategory === null) store.setState({ nextCategory: category });
      setEach((box) => (box.category === category ? null : { category }));
    },
    toggleFlag(flag) {
      const all = editable().every((box) => box.flags.includes(flag));
      setEach((box) =>
        box.flags.includes(flag) === all ? { flags: all ? box.flags.filter((other) => other !== flag) : [...box.flags, flag] } : null,
      );
    },
    setAttribute: (key, value) => setEach((box) => ((box.attributes[key] ?? null) === value ? null : { attributes: { [key]: value } })),
    setBox(id, bbox) {
      const { frame, annotations } = store.getState();
      const box = annotations.find((candidate) => candidate.id === id);
      if (!frame || !box || isLocked(id)) return;
      const inside = roundBox(box.angle === 0 ? clip(bbox, frame.size) : bbox);
      if (inside[2] > 0 && inside[3] > 0) commit([{ op: 'set', box: id, bbox: inside }]);
    },
    setAngle(id, angle) {
      if (!isLocked(id)) commit([{ op: 'set', box: id, angle: roundAngle(angle) }]);
    },
    turnBy: (degrees) => setEach((box) => ({ angle: roundAngle(box.angle + degrees) })),
    nudge(dx, dy) {
      const { frame } = store.getState();
      const boxes = editable();
      if (!frame || boxes.length === 0) return;
      const by = clampMove(boxes, dx, dy, frame.size);
      if (by.x === 0 && by.y === 0) return;
      setEach(({ bbox }) => ({ bbox: roundBox([bbox[0] + by.x, bbox[1] + by.y, bbox[2], bbox[3]]) }));
    },
    grow(side, px) {
      const { handle, x, y } = edgeOf[side];
      setEach((box, image) => {
        // A key held too long stops at a sliver; it never turns the box over as a drag may.
        const extent = x === 0 ? box.bbox[3] : box.bbox[2];
        const by = Math.max(px, 1 - extent);
        // The direction is that of the box before it is turned.
        const next = roundBox(resize({ bbox: box.bbox, angle: 0 }, handle, x * by, y * by, image));
        return next.every((value, at) => value === box.bbox[at]) ? null : { bbox: next };
      });
    },
    stack(where) {
      const all = store.getState().annotations.map((box) => box.z ?? 0);
      const z = where === 'front' ? Math.max(...all) + 1 : Math.min(...all) - 1;
      // Boxes that lie on each other keep their order among themselves.
      const order = new Map([...editable()].sort((a, b) => (a.z ?? 0) - (b.z ?? 0) || a.id - b.id).map((box, index) => [box.id, index]));
      const count = order.size;
      setEach((box) => ({ z: where === 'front' ? z + (order.get(box.id) ?? 0) : z - (count - 1 - (order.get(box.id) ?? 0)) }));
    },
    tighten() {
      const { predictions } = store.getState();
      const fitting = new Map<BoxId, Box>();
      for (const box of editable()) {
        let best = tightenMinIou;
        for (const { boxes } of predictions) {
          for (const prediction of boxes) {
            const overlap = prediction.category === box.category ? iou(prediction.bbox, box.bbox) : 0;
            if (overlap < best) continue;
            best = overlap;
            fitting.set(box.id, prediction.bbox);
          }
        }
      }
      setEach((box, image) => {
        const found = fitting.get(box.id);
        if (!found) return null;
        const bbox = roundBox(clip(found, image));
        const same = box.angle === 0 && bbox.every((value, at) => value === box.bbox[at]);
        return same || bbox[2] <= 0 || bbox[3] <= 0 ? null : { bbox, ...(box.angle === 0 ? {} : { angle: 0 }) };
      });
      return fitting.size;
    },
    // The flags it has are written again: what a person wrote is a person's.
    confirm: () => setEach((box) => (box.origin === 'human' ? null : { flags: box.flags })),
    deleteSelected() {
      const boxes = editable();
      commit(boxes.map((box) => ({ op: 'delete', box: box.id })));
      const gone = new Set(boxes.map((box) => box.id));
      select([...store.getState().selected].filter((id) => !gone.has(id) && store.getState().annotations.some((box) => box.id === id)));
    },
  };
}

const edgeOf: { readonly [S in Side]: { readonly handle: Handle; readonly x: number; readonly y: number } } = {
  left: { handle: 'w', x: -1, y: 0 },
  right: { handle: 'e', x: 1, y: 0 },
  up: { handle: 'n', x: 0, y: -1 },
  down: { handle: 's', x: 0, y: 1 },
};
