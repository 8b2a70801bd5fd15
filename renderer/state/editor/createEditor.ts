import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Annotation, BoxFlag } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { Applied, Change, FrameContent, Undone } from '../../../shared/contract/annotations.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { clip, type Box } from '../../../shared/geometry/box.ts';
import { clampMove, roundBox } from '../../canvas/model/handles.ts';
import { boxesAt } from '../../canvas/model/hitTest.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { Point } from '../../canvas/model/viewport.ts';
import type { PointerInput, ToolEffect } from '../../canvas/tools/gesture.ts';
import { cancel, step } from '../../canvas/tools/step.ts';
import { idle, isBusy, type ToolName } from '../../canvas/tools/toolState.ts';
import { applyChange } from './applyChange.ts';
import { type EditorState, initialEditorState, type OpenFrame } from './editorState.ts';
import { createSaveQueue, type SaveQueue } from './saveQueue.ts';
import { predictionsShown, sceneBoxes } from './scene.ts';

/** What the editor needs of the host. */
export interface EditorPort {
  load(frame: FrameId, sources: readonly string[]): Promise<FrameContent>;
  apply(changes: readonly Change[]): Promise<Applied>;
  reserveIds(count: number): Promise<{ readonly first: BoxId; readonly count: number }>;
  undo(frame: FrameId): Promise<Undone>;
  redo(frame: FrameId): Promise<Undone>;
}

/** What a tool wants that is not a change of boxes. */
export interface EditorView {
  pan(dx: number, dy: number): void;
  comment(point: Point): void;
  /** Something went wrong that the person should read. */
  alert(error: AppError): void;
}

export interface Editor {
  readonly store: StoreApi<EditorState>;
  readonly saving: SaveQueue;
  open(
    frame: OpenFrame,
    options: {
      readonly sources: readonly string[];
      readonly readOnly: boolean;
      readonly select?: readonly BoxId[];
      readonly witness?: ReadonlySet<BoxId>;
    },
  ): Promise<void>;
  /** Somebody else changed this frame, or an undo did: read it again. */
  reload(): Promise<void>;
  scene(): readonly SceneBox[];
  pointer(input: PointerInput, scale: number): void;
  setTool(tool: ToolName): void;
  /** Breaks off the gesture; else drops the selection; else goes back to the select tool. */
  escape(): void;
  select(ids: readonly BoxId[]): void;
  selectAll(): void;
  /** The next box in reading order, or the next one under the pointer where there is one. */
  cycle(direction: 1 | -1, under?: { readonly point: Point; readonly tolerance: number }): void;
  /** Of the selected boxes; with none selected, of the next box drawn. */
  setCategory(category: CategoryId): void;
  toggleFlag(flag: BoxFlag): void;
  setBox(id: BoxId, bbox: Box): void;
  deleteSelected(): void;
  nudge(dx: number, dy: number): void;
  copy(): number;
  paste(): number;
  toggleHidden(): void;
  setScoreThreshold(value: number): void;
  togglePredictions(): void;
  setPeeking(on: boolean): void;
  setFrameState(state: FrameState): void;
  comment(text: string, box?: BoxId): void;
  undo(): Promise<void>;
  redo(): Promise<void>;
}

const idBlock = 256;
/** A copy pasted onto itself is moved by this much (px) so that it can be seen. */
const pasteShiftPx = 12;

type Clip = Pick<Annotation, 'category' | 'bbox' | 'angle' | 'flags' | 'attributes'>;

/** The editor of one dataset. It outlives the frames that are opened in it, and so do its clipboard and next category. */
export function createEditor(port: EditorPort, view: EditorView): Editor {
  const store = createStore<EditorState>(() => initialEditorState);
  let ids: { next: number; end: number } = { next: 0, end: 0 };
  let refilling: Promise<void> | null = null;
  let clipboard: readonly Clip[] = [];
  let sources: readonly string[] = [];
  let opening = 0;
  let cached: { readonly key: readonly unknown[]; readonly boxes: readonly SceneBox[] } | null = null;

  const saving = createSaveQueue({
    apply: (changes) => port.apply(changes),
    onApplied(applied) {
      const { frame, revision } = store.getState();
      const own = applied.frameStates.find((entry) => entry.frame === frame?.id);
      store.setState({ canUndo: true, canRedo: false, revision: revision + 1, ...(own ? { frameState: own.state } : {}) });
    },
    onRefused(error) {
      view.alert(error);
      void reload();
    },
  });

  function scene(): readonly SceneBox[] {
    const state = store.getState();
    const key = [state.annotations, state.predictions, state.hidden, state.scoreThreshold, state.showPredictions, state.witness];
    if (!cached || key.some((part, index) => part !== cached?.key[index])) cached = { key, boxes: sceneBoxes(state) };
    return cached.boxes;
  }

  /** Shows the changes at once and sends them on their way. One call is one step of undo. */
  function commit(changes: readonly Change[]): void {
    const { frame, frameState, annotations, readOnly } = store.getState();
    if (!frame || changes.length === 0) return;
    if (readOnly) {
      view.alert(new AppError('read_only', 'This dataset is open for reading only; nothing was changed.'));
      return;
    }
    let content = { frame: frame.id, state: frameState, annotations };
    for (const change of changes) content = applyChange(content, change);
    store.setState({ annotations: content.annotations, frameState: content.state });
    saving.push(changes);
  }

  function takeId(): BoxId | null {
    if (ids.end - ids.next < idBlock / 2) void refill();
    return ids.next < ids.end ? (ids.next++ as BoxId) : null;
  }

  function refill(): Promise<void> {
    refilling ??= port
      .reserveIds(idBlock)
      .then(({ first, count }) => {
        ids = { next: first, end: first + count };
      })
      .finally(() => {
        refilling = null;
      });
    return refilling;
  }

  /** Without an id at hand (the first box right after start) the box waits for the answer, a few milliseconds. */
  async function withIds(count: number, make: (ids: readonly BoxId[]) => void): Promise<void> {
    try {
      while (ids.end - ids.next < count) await refill();
    } catch (error) {
      view.alert(asAppError(error));
      return;
    }
    make(Array.from({ length: count }, () => ids.next++ as BoxId));
  }

  function create(bbox: Box): void {
    const { frame, nextCategory } = store.getState();
    if (!frame || nextCategory === null) return;
    const add = (id: BoxId): void => {
      commit([{ op: 'add', frame: frame.id, box: id, category: nextCategory, bbox }]);
      store.setState({ selected: new Set([id]) });
    };
    const id = takeId();
    if (id !== null) add(id);
    else void withIds(1, ([first]) => first !== undefined && add(first));
    if (!store.getState().sticky) store.setState({ tool: idle('select') });
  }

  function run(effect: ToolEffect): void {
    switch (effect.kind) {
      case 'select':
        select(effect.ids);
        break;
      case 'setBoxes':
        commit(effect.boxes.map(({ id, ...values }) => ({ op: 'set', box: id, ...values })));
        break;
      case 'create':
        create(effect.bbox);
        break;
      case 'pan':
        view.pan(effect.dx, effect.dy);
        break;
      case 'comment':
        view.comment(effect.point);
        break;
    }
  }

  function select(wanted: readonly BoxId[]): void {
    const { selected } = store.getState();
    if (wanted.length === selected.size && wanted.every((id) => selected.has(id))) return;
    store.setState({ selected: new Set(wanted) });
  }

  const selectedAnnotations = (): readonly Annotation[] => {
    const { annotations, selected } = store.getState();
    return annotations.filter((box) => selected.has(box.id));
  };

  function show(content: FrameContent): void {
    const { selected, revision } = store.getState();
    const there = new Set<BoxId>(content.annotations.map((box) => box.id));
    for (const { boxes } of content.predictions) for (const box of boxes) there.add(box.id);
    store.setState({
      status: 'ready',
      error: null,
      frameState: content.state,
      annotations: content.annotations,
      predictions: content.predictions,
      comments: content.comments,
      canUndo: content.canUndo,
      canRedo: content.canRedo,
      selected: new Set([...selected].filter((id) => there.has(id))),
      revision: revision + 1,
    });
  }

  async function reload(): Promise<void> {
    const { frame } = store.getState();
    if (!frame) return;
    const turn = opening;
    try {
      const content = await port.load(frame.id, sources);
      // Another frame was opened, or an edit was made meanwhile: its own answer will bring the truth.
      if (turn === opening && saving.state.getState().kind !== 'saving') show(content);
    } catch (error) {
      if (turn === opening) view.alert(asAppError(error));
    }
  }

  async function travel(direction: 'undo' | 'redo'): Promise<void> {
    const { frame } = store.getState();
    if (!frame) return;
    store.setState({ tool: cancel(store.getState().tool) });
    try {
      await saving.flush();
      const undone = await port[direction](frame.id);
      await reload();
      const { annotations } = store.getState();
      select(annotations.filter((box) => undone.boxes.includes(box.id)).map((box) => box.id));
    } catch (error) {
      const failure = asAppError(error);
      if (failure.code === 'nothing_to_undo' || failure.code === 'nothing_to_redo') {
        store.setState(direction === 'undo' ? { canUndo: false } : { canRedo: false });
      } else view.alert(failure);
    }
  }

  return {
    store,
    saving,
    scene,
    select,
    reload,
    async open(frame, options) {
      const turn = ++opening;
      sources = options.sources;
      store.setState({
        frame,
        status: 'loading',
        error: null,
        readOnly: options.readOnly,
        annotations: [],
        predictions: [],
        comments: [],
        selected: new Set(),
        hidden: new Set(),
        witness: options.witness ?? new Set(),
        tool: cancel(store.getState().tool),
      });
      try {
        const content = await port.load(frame.id, sources);
        if (turn !== opening) return;
        show(content);
        if (options.select) select(options.select);
      } catch (error) {
        if (turn === opening) store.setState({ status: 'error', error: asAppError(error) });
        return;
      }
      if (!options.readOnly && ids.next === ids.end) await refill().catch(() => undefined);
    },
    pointer(input, scale) {
      const { tool, frame, selected, readOnly, status } = store.getState();
      if (!frame || status !== 'ready') return;
      const next = step(tool, input, { boxes: scene(), selected, image: frame.size, scale, readOnly, snapping: true });
      if (next.state !== tool) store.setState({ tool: next.state });
      next.effects.forEach(run);
    },
    setTool: (tool) => store.setState({ tool: idle(tool) }),
    escape() {
      const { tool, selected } = store.getState();
      if (isBusy(tool)) store.setState({ tool: cancel(tool) });
      else if (selected.size > 0) select([]);
      else store.setState({ tool: idle('select') });
    },
    selectAll: () =>
      select(
        store
          .getState()
          .annotations.filter((box) => !store.getState().hidden.has(box.id))
          .map((box) => box.id),
      ),
    cycle(direction, under) {
      const boxes = scene();
      const stacked = under ? boxesAt(boxes, under.point, under.tolerance) : [];
      const list = stacked.length > 1 ? stacked : [...boxes].sort(byReadingOrder);
      if (list.length === 0) return;
      const at = list.findIndex((box) => store.getState().selected.has(box.id));
      const next = list[at < 0 ? (direction === 1 ? 0 : list.length - 1) : (at + direction + list.length) % list.length];
      if (next) select([next.id]);
    },
    setCategory(category) {
      const boxes = selectedAnnotations();
      store.setState({ nextCategory: category });
      commit(boxes.filter((box) => box.category !== category).map((box) => ({ op: 'set', box: box.id, category })));
    },
    toggleFlag(flag) {
      const boxes = selectedAnnotations();
      const all = boxes.every((box) => box.flags.includes(flag));
      commit(
        boxes
          .filter((box) => box.flags.includes(flag) === all)
          .map((box) => ({ op: 'set', box: box.id, flags: all ? box.flags.filter((other) => other !== flag) : [...box.flags, flag] })),
      );
    },
    setBox(id, bbox) {
      const { frame } = store.getState();
      if (!frame) return;
      const inside = roundBox(clip(bbox, frame.size));
      if (inside[2] > 0 && inside[3] > 0) commit([{ op: 'set', box: id, bbox: inside }]);
    },
    deleteSelected() {
      const boxes = selectedAnnotations();
      commit(boxes.map((box) => ({ op: 'delete', box: box.id })));
      select([]);
    },
    nudge(dx, dy) {
      const { frame } = store.getState();
      const boxes = selectedAnnotations();
      if (!frame || boxes.length === 0) return;
      const by = clampMove(boxes, dx, dy, frame.size);
      if (by.x === 0 && by.y === 0) return;
      commit(boxes.map(({ id, bbox }) => ({ op: 'set', box: id, bbox: roundBox([bbox[0] + by.x, bbox[1] + by.y, bbox[2], bbox[3]]) })));
    },
    copy() {
      const boxes = selectedAnnotations();
      if (boxes.length > 0)
        clipboard = boxes.map(({ category, bbox, angle, flags, attributes }) => ({ category, bbox, angle, flags, attributes }));
      return boxes.length;
    },
    paste() {
      const { frame, annotations } = store.getState();
      if (!frame || clipboard.length === 0) return 0;
      const covered = clipboard.some((copied) =>
        annotations.some((box) => box.category === copied.category && sameBox(box.bbox, copied.bbox)),
      );
      const shift = covered ? pasteShiftPx : 0;
      const boxes = clipboard
        .map((copied) => ({
          ...copied,
          bbox: clip([copied.bbox[0] + shift, copied.bbox[1] + shift, copied.bbox[2], copied.bbox[3]], frame.size),
        }))
        .filter(({ bbox }) => bbox[2] > 0 && bbox[3] > 0);
      void withIds(boxes.length, (taken) => {
        commit(
          boxes.map((copied, index) => ({
            op: 'add',
            frame: frame.id,
            box: taken[index] as BoxId,
            ...copied,
            attributes: { ...copied.attributes },
          })),
        );
        select(taken);
      });
      return boxes.length;
    },
    toggleHidden() {
      const { hidden, selected } = store.getState();
      if (selected.size === 0) {
        store.setState({ hidden: new Set() });
        return;
      }
      const next = new Set(hidden);
      for (const id of selected) if (!next.delete(id)) next.add(id);
      store.setState({ hidden: next });
    },
    setScoreThreshold: (scoreThreshold) => store.setState({ scoreThreshold }),
    togglePredictions: () => store.setState({ showPredictions: !predictionsShown(store.getState()) }),
    setPeeking: (peeking) => store.setState({ peeking }),
    setFrameState(state) {
      const { frame, frameState } = store.getState();
      if (frame && state !== frameState) commit([{ op: 'state', frame: frame.id, state }]);
    },
    comment(text, box) {
      const { frame } = store.getState();
      if (!frame) return;
      commit([{ op: 'comment', frame: frame.id, text, ...(box === undefined ? {} : { box }) }]);
      void saving.flush().then(reload, () => undefined);
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
  };
}

const sameBox = (a: Box, b: Box): boolean => a.every((value, index) => value === b[index]);

/** Top to bottom in bands, then left to right: the order a person reads boxes in. */
function byReadingOrder(a: SceneBox, b: SceneBox): number {
  return a.bbox[1] - b.bbox[1] || a.bbox[0] - b.bbox[0] || a.id - b.id;
}

function asAppError(error: unknown): AppError {
  return isAppError(error) ? error : new AppError('internal', error instanceof Error ? error.message : String(error));
}
