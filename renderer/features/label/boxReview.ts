import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Annotation } from '../../../shared/domain/annotation.ts';
import type { BoxId } from '../../../shared/domain/ids.ts';
import { enclosingBox } from '../../../shared/geometry/rotated.ts';
import type { Editor } from '../../state/editor/createEditor.ts';
import type { ViewportControl } from '../../state/viewportStore.ts';

export const reviewOrders = ['score', 'category', 'size', 'position'] as const;
export type ReviewOrder = (typeof reviewOrders)[number];

export type BoxVerdict = 'right' | 'category' | 'box' | 'deleted' | 'ignore';

/** Where somebody stands who looks at the boxes of a frame one by one. */
export interface BoxReviewState {
  readonly active: boolean;
  readonly sort: ReviewOrder;
  /** The boxes to look at; `at` equals their number when all have been seen. */
  readonly boxes: readonly BoxId[];
  readonly at: number;
  readonly verdicts: ReadonlyMap<BoxId, BoxVerdict>;
  /** The box is being placed anew: its verdict comes when that is done. */
  readonly placing: boolean;
  /** Over all frames since the mode was entered. */
  readonly judged: number;
}

export interface BoxReview {
  readonly store: StoreApi<BoxReviewState>;
  start(): void;
  /** Leaves the mode; the image is shown whole again. */
  stop(): void;
  setSort(sort: ReviewOrder): void;
  /** Goes on without a verdict, or back. */
  step(by: 1 | -1): void;
  /** The box as it stands is right. At the end of the frame: on to the next one. */
  accept(): void;
  /** The box is wrong and is placed anew; `accept` ends that. */
  place(): void;
  remove(): void;
  ignore(): void;
  dispose(): void;
}

const idle: BoxReviewState = { active: false, sort: 'score', boxes: [], at: 0, verdicts: new Map(), placing: false, judged: 0 };

const compare: { readonly [O in ReviewOrder]: (a: Annotation, b: Annotation) => number } = {
  // The least certain first; what has no score comes last.
  score: (a, b) => (a.provenance?.score ?? 2) - (b.provenance?.score ?? 2),
  category: (a, b) => a.category - b.category,
  size: (a, b) => a.bbox[2] * a.bbox[3] - b.bbox[2] * b.bbox[3],
  position: (a, b) => a.bbox[1] - b.bbox[1] || a.bbox[0] - b.bbox[0],
};

/**
 * Box by box: walks the boxes of the open frame with zoom, one verdict a key, and goes on to the next frame of the list. What
 * is done to the box in view by other means (a digit, the list, Delete) is its verdict, too; so is undo its end.
 */
export function createBoxReview(editor: Editor, viewport: ViewportControl, nextFrame: () => void): BoxReview {
  const store = createStore<BoxReviewState>(() => idle);
  /** The box in view as it was when it came into view. */
  let visited: Annotation | null = null;

  const current = (): BoxId | null => {
    const { boxes, at } = store.getState();
    return boxes[at] ?? null;
  };
  const find = (id: BoxId | null): Annotation | null => editor.store.getState().annotations.find((box) => box.id === id) ?? null;

  function ordered(sort: ReviewOrder): readonly BoxId[] {
    const shown = new Set(editor.scene().map((box) => box.id));
    return editor.store
      .getState()
      .annotations.filter((box) => shown.has(box.id))
      .sort((a, b) => compare[sort](a, b) || a.id - b.id)
      .map((box) => box.id);
  }

  function visit(at: number): void {
    const { boxes } = store.getState();
    const to = Math.min(Math.max(at, 0), boxes.length);
    visited = find(boxes[to] ?? null);
    store.setState({ at: to, placing: false });
    editor.select(visited === null ? [] : [visited.id]);
    if (visited !== null) viewport.showBox(enclosingBox(visited.bbox, visited.angle));
    else viewport.fit();
  }

  function begin(): void {
    const { sort } = store.getState();
    store.setState({ boxes: ordered(sort), verdicts: new Map() });
    visit(0);
  }

  function judge(verdict: BoxVerdict): void {
    const id = current();
    const { verdicts, at, judged } = store.getState();
    if (id === null) return;
    store.setState({ verdicts: new Map([...verdicts, [id, verdict]]), judged: verdicts.has(id) ? judged : judged + 1 });
    visit(at + 1);
  }

  const stop = editor.store.subscribe((state, before) => {
    const review = store.getState();
    if (!review.active) return;
    if (state.status !== 'ready') return;
    // Another frame has been loaded.
    if (before.status !== 'ready' || state.frame?.id !== before.frame?.id) return begin();
    if (state.annotations !== before.annotations) {
      const now = find(current());
      if (visited !== null && now === null) return judge('deleted');
      if (visited !== null && now !== null && now.category !== visited.category) return judge('category');
    }
    if (state.selected !== before.selected && state.selected.size === 1) {
      // A click, the list or an undo chose another box: that is the one in view now.
      const at = review.boxes.findIndex((id) => state.selected.has(id));
      if (at >= 0 && at !== review.at) visit(at);
    }
  });

  return {
    store,
    start() {
      store.setState({ ...idle, sort: store.getState().sort, active: true });
      editor.setTool('select');
      begin();
    },
    stop() {
      if (!store.getState().active) return;
      visited = null;
      store.setState({ ...idle, sort: store.getState().sort });
      viewport.fit();
    },
    setSort(sort) {
      store.setState({ sort });
      if (store.getState().active) begin();
    },
    step: (by) => visit(store.getState().at + by),
    accept() {
      const box = find(current());
      if (box === null) return nextFrame();
      const moved = visited !== null && box.bbox.some((value, at) => value !== visited?.bbox[at]);
      editor.confirm();
      judge(moved || (visited !== null && box.angle !== visited.angle) ? 'box' : 'right');
    },
    place() {
      if (current() !== null) store.setState({ placing: true });
    },
    remove: () => editor.deleteSelected(),
    ignore() {
      const box = find(current());
      if (box === null) return;
      if (!box.flags.includes('ignore')) editor.toggleFlag('ignore');
      judge('ignore');
    },
    dispose: () => stop(),
  };
}
