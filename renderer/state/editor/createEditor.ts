import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Annotation, Attributes } from '../../../shared/domain/annotation.ts';
import type { BoxId, CategoryId, FrameId } from '../../../shared/domain/ids.ts';
import type { FrameState } from '../../../shared/domain/frame.ts';
import type { Applied, BoxConflict, Change, ConflictValue, FrameContent, Undone } from '../../../shared/contract/annotations.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import type { Box } from '../../../shared/geometry/box.ts';
import type { SceneBox } from '../../canvas/model/sceneBox.ts';
import type { Point } from '../../canvas/model/viewport.ts';
import type { PointerInput, ToolEffect } from '../../canvas/tools/gesture.ts';
import { cancel, step } from '../../canvas/tools/step.ts';
import { movingBoxes } from '../../canvas/tools/live.ts';
import { idle, isBusy } from '../../canvas/tools/toolState.ts';
import { type BoxActions, boxActions } from './boxActions.ts';
import { createBoxIds } from './boxIds.ts';
import { type ClipActions, clipActions } from './clipActions.ts';
import type { EditorCore } from './editorCore.ts';
import { type LayerActions, layerActions } from './layerActions.ts';
import { covers, sourceOf } from './layers.ts';
import { applyChanges, type EditedFrame, withValues } from './applyChange.ts';
import { type EditorState, initialEditorState, type OpenFrame } from './editorState.ts';
import { keepInHand, rebase } from './rebase.ts';
import { createSaveQueue, type SaveQueue } from './saveQueue.ts';
import { predictionsShown, sceneBoxes, sceneParts } from './scene.ts';
import { type SelectionActions, selectionActions } from './selectionActions.ts';
import { type ToolActions, toolActions } from './toolActions.ts';
import { isOutdated, withJudged } from './withJudged.ts';
import { withSeen } from './withSeen.ts';

/** What the editor needs of the host. */
export interface EditorPort {
  load(frame: FrameId, sources: readonly string[]): Promise<FrameContent>;
  apply(changes: readonly Change[], key: string): Promise<Applied>;
  /** Where there is one already: the queue outlives the view, because what is in it is not saved yet. */
  readonly saving?: SaveQueue;
  reserveIds(count: number): Promise<{ readonly first: BoxId; readonly count: number }>;
  /** The latest step on that frame, or on any where it is null. */
  undo(frame: FrameId | null): Promise<Undone>;
  redo(frame: FrameId | null): Promise<Undone>;
  /** What a new box of a category has: of what it was given that which the dataset takes, and the defaults. */
  attributesOf?(category: CategoryId, given: Attributes): Attributes;
}

/** What a tool wants that is not a change of boxes. */
export interface EditorView {
  pan(dx: number, dy: number): void;
  comment(point: Point): void;
  /** Something went wrong that the person should read. */
  alert(error: AppError): void;
  /** An approval does not count: somebody changed the frame before it was saved, or people are at odds about a box. */
  outdated(disputed: boolean): void;
}

export interface Editor extends BoxActions, ClipActions, LayerActions, SelectionActions, ToolActions {
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
  /** What the drawing tools do at the end: a box of the next category. */
  draw(bbox: Box): void;
  /** Changes of other frames, as one step of undo that Undo takes back from here, too. */
  commitElsewhere(changes: readonly Change[]): void;
  withIds(count: number, make: (ids: readonly BoxId[]) => void): Promise<void>;
  setScoreThreshold(value: number): void;
  togglePredictions(): void;
  setPeeking(on: boolean): void;
  setFrameState(state: FrameState): void;
  /** Changes whose outcome the host knows (comments, a box brought back): saved, then the frame is read again. */
  say(changes: readonly Change[]): void;
  /** False where there is no step on this frame to take back. */
  undo(): Promise<boolean>;
  redo(): Promise<boolean>;
  /** Ends a conflict with one of its values. */
  resolve(conflict: BoxConflict, value: ConflictValue): void;
  /** The next place that the box is given settles its conflict; null: it is left open after all. */
  drawThird(box: BoxId | null): void;
}

/** The editor of one dataset. It outlives the frames that are opened in it, and so do its clipboard and next category. */
export function createEditor(port: EditorPort, view: EditorView): Editor {
  const store = createStore<EditorState>(() => initialEditorState);
  const ids = createBoxIds((count) => port.reserveIds(count));
  let sources: readonly string[] = [];
  let opening = 0;
  let cached: { readonly key: readonly unknown[]; readonly boxes: readonly SceneBox[] } | null = null;

  /** This frame as the host has it, as far as it has answered. */
  let confirmed: EditedFrame | null = null;
  /** The next undo or redo is of a step on other frames, made from this one. */
  let wide: 'undo' | 'redo' | null = null;
  /** Steps that the host took back after one that it never saw was: they are given back before that one. */
  let undoneSince = 0;
  /** Something came in while a box was in hand. */
  let stale = false;

  const saving = port.saving ?? createSaveQueue({ apply: (changes, key) => port.apply(changes, key) });
  saving.listen({
    onApplied(applied, changes) {
      const { frame, revision } = store.getState();
      const own = applied.frameStates.find((entry) => entry.frame === frame?.id);
      if (confirmed !== null) confirmed = rebase(own ? { ...confirmed, state: own.state } : confirmed, changes);
      store.setState({ canUndo: true, canRedo: false, revision: revision + 1, ...(own ? { frameState: own.state } : {}) });
      // Somebody else's value stands beside one of these, or one of them settled that: the host knows the whole of it.
      const outdated = changes.some((change) => isOutdated(change, applied));
      if (outdated) view.outdated((applied.conflicts ?? []).length > 0);
      const settles = changes.some((change) => change.op === 'resolve');
      if (settles || outdated || (applied.conflicts !== undefined && applied.conflicts.length > 0)) void reload();
    },
    onRefused(error) {
      view.alert(error);
      void reload();
    },
  });
  store.subscribe((state, before) => {
    if (state.tool === before.tool || !stale || isBusy(state.tool)) return;
    stale = false;
    void reload();
  });

  function scene(): readonly SceneBox[] {
    const state = store.getState();
    const key = sceneParts.map((part) => state[part]);
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
    const known = new Map<number, Annotation>(annotations.map((box) => [box.id, box]));
    const sent = changes.map((change) => {
      const own = withSeen(settling(attributed(change)), (id) => known.get(id));
      const box = own.op === 'set' ? known.get(own.box) : undefined;
      if (box && own.op === 'set') known.set(box.id, withValues(box, own));
      return own;
    });
    const content = applyChanges({ frame: frame.id, state: frameState, annotations }, sent);
    store.setState({ annotations: content.annotations, frameState: content.state });
    wide = null;
    saving.push(sent.map((change) => withJudged(change, content.annotations)));
  }

  function attributed(change: Change): Change {
    if (change.op !== 'add' || port.attributesOf === undefined) return change;
    const attributes = port.attributesOf(change.category, change.attributes ?? {});
    return Object.keys(attributes).length === 0 && change.attributes === undefined ? change : { ...change, attributes: { ...attributes } };
  }

  /** A box whose conflict is settled by a place of its own: its next place is that. */
  function settling(change: Change): Change {
    const { drawingThird } = store.getState();
    if (change.op !== 'set' || change.box !== drawingThird || change.bbox === undefined) return change;
    store.setState({ drawingThird: null });
    return { op: 'resolve', box: change.box, bbox: change.bbox, ...(change.angle === undefined ? {} : { angle: change.angle }) };
  }

  /** Without enough ids at hand (the first box right after start) the boxes wait for the answer, a few milliseconds. */
  async function withIds(count: number, make: (ids: readonly BoxId[]) => void): Promise<void> {
    await ids.takeMany(count, make).catch((error: unknown) => view.alert(asAppError(error)));
  }

  function create(bbox: Box): void {
    const { frame, tool, sticky, lockedCategory, nextCategory, drawsIgnore } = store.getState();
    const category = lockedCategory ?? nextCategory;
    if (!frame) return;
    if (category === null) return store.setState({ unnamed: bbox });
    const add = (id: BoxId): void => {
      const change: Change = { op: 'add', frame: frame.id, box: id, category, bbox, ...(drawsIgnore ? { flags: ['ignore'] } : {}) };
      // The person may have gone on to another frame while ids were asked for: the box belongs to the one it was drawn on.
      if (store.getState().frame?.id !== frame.id) return commitElsewhere([change]);
      commit([change]);
      select([id]);
    };
    store.setState({ lastDrawn: { tool: tool.tool === 'extreme' ? 'extreme' : 'box', category } });
    const id = ids.takeOne();
    if (id !== null) add(id);
    else void withIds(1, ([first]) => first !== undefined && add(first));
    if (!sticky) store.setState({ tool: idle('select') });
  }

  function commitElsewhere(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    saving.push(changes.map(attributed));
    wide = 'undo';
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

  const editable = (): readonly Annotation[] => {
    const { annotations, selected, locks } = store.getState();
    return annotations.filter((box) => selected.has(box.id) && !covers(locks, box, sourceOf(box)));
  };

  /** What the host has, with what is not saved yet on top. */
  function show(content: FrameContent): void {
    const { selected, revision, tool, annotations, drawingThird } = store.getState();
    const inHand = new Set<number>(movingBoxes(tool).keys());
    stale ||= inHand.size > 0;
    confirmed = { frame: content.frame, state: content.state, annotations: content.annotations };
    const edited = rebase({ ...confirmed, annotations: keepInHand(content.annotations, annotations, inHand) }, saving.pending());
    const there = new Set<BoxId>(edited.annotations.map((box) => box.id));
    for (const { boxes } of content.predictions) for (const box of boxes) there.add(box.id);
    const conflicts = (content.conflicts ?? []).filter((conflict) => !conflict.alike);
    for (const { ghost } of conflicts) if (ghost !== null) there.add(ghost.id);
    store.setState({
      status: 'ready',
      error: null,
      frameState: edited.state,
      annotations: edited.annotations,
      predictions: content.predictions,
      comments: content.comments,
      conflicts,
      drawingThird: conflicts.some(({ box }) => box === drawingThird) ? drawingThird : null,
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
      const answered = saving.answered();
      const content = await port.load(frame.id, sources);
      if (turn !== opening) return;
      // An edit was answered between the question and this answer, which may be older than the edit.
      if (saving.answered() === answered) show(content);
      else await reload();
    } catch (error) {
      if (turn === opening) view.alert(asAppError(error));
    }
  }

  /** Undo of what the host has not seen: the rest of what waits stays. */
  function takeBackUnsaved(): boolean {
    if (confirmed === null || !saving.takeBack()) return false;
    const { annotations, state } = rebase(confirmed, saving.pending());
    store.setState({ annotations, frameState: state, canRedo: true });
    undoneSince = 0;
    return true;
  }

  /** Redo of what was taken back so. */
  function giveBackUnsaved(): boolean {
    if (confirmed === null || undoneSince > 0 || !saving.giveBack()) return false;
    const { annotations, state } = rebase(confirmed, saving.pending());
    store.setState({ annotations, frameState: state });
    return true;
  }

  async function travel(direction: 'undo' | 'redo'): Promise<boolean> {
    const { frame } = store.getState();
    if (!frame) return true;
    store.setState({ tool: cancel(store.getState().tool) });
    if (direction === 'undo' ? takeBackUnsaved() : giveBackUnsaved()) return true;
    try {
      await saving.flush();
      const everywhere = wide === direction;
      const undone = await port[direction](everywhere ? null : frame.id);
      wide = everywhere ? (direction === 'undo' ? 'redo' : 'undo') : null;
      undoneSince = Math.max(0, undoneSince + (direction === 'undo' ? 1 : -1));
      await reload();
      const { annotations } = store.getState();
      select(annotations.filter((box) => undone.boxes.includes(box.id)).map((box) => box.id));
    } catch (error) {
      const failure = asAppError(error);
      if (failure.code === 'nothing_to_undo' || failure.code === 'nothing_to_redo') {
        store.setState(direction === 'undo' ? { canUndo: false } : { canRedo: false });
        return false;
      }
      view.alert(failure);
    }
    return true;
  }

  const core: EditorCore = { store, commit, withIds, select, editable, scene };
  return {
    ...boxActions(core),
    ...clipActions(core),
    ...layerActions(core),
    ...selectionActions(core),
    ...toolActions(core),
    store,
    saving,
    scene,
    reload,
    async open(frame, options) {
      const turn = ++opening;
      sources = options.sources;
      wide = null;
      store.setState({
        frame,
        status: 'loading',
        error: null,
        readOnly: options.readOnly,
        annotations: [],
        predictions: [],
        comments: [],
        conflicts: [],
        drawingThird: null,
        unnamed: null,
        selected: new Set(),
        hidden: new Set(),
        allHidden: false,
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
      if (!options.readOnly) await ids.prepare().catch(() => undefined);
    },
    pointer(input, scale) {
      const { tool, frame, selected, readOnly, status, snapping } = store.getState();
      if (!frame || status !== 'ready') return;
      const next = step(tool, input, { boxes: scene(), selected, image: frame.size, scale, readOnly, snapping });
      if (next.state !== tool) store.setState({ tool: next.state });
      next.effects.forEach(run);
    },
    draw: create,
    commitElsewhere,
    withIds,
    setScoreThreshold: (scoreThreshold) => store.setState({ scoreThreshold }),
    togglePredictions: () => store.setState({ showPredictions: !predictionsShown(store.getState()) }),
    setPeeking: (peeking) => store.setState({ peeking }),
    setFrameState(state) {
      const { frame, frameState } = store.getState();
      if (frame && state !== frameState) commit([{ op: 'state', frame: frame.id, state }]);
    },
    say(changes) {
      commit(changes);
      void saving.flush().then(reload, () => undefined);
    },
    undo: () => travel('undo'),
    redo: () => travel('redo'),
    resolve({ box }, value) {
      const { attributes, ...rest } = value;
      commit([{ op: 'resolve', box, ...rest, ...(attributes === undefined ? {} : { attributes: { ...attributes } }) }]);
      store.setState({ conflicts: store.getState().conflicts.filter((conflict) => conflict.box !== box), drawingThird: null });
    },
    drawThird(box) {
      if (box !== null) select([box]);
      store.setState({ drawingThird: box, ...(box === null ? {} : { tool: idle('select') }) });
    },
  };
}

function asAppError(error: unknown): AppError {
  return isAppError(error) ? error : new AppError('internal', error instanceof Error ? error.message : String(error));
}
