import i18next from 'i18next';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DatasetSummary } from '../../../shared/contract/datasets.ts';
import type { FrameRow } from '../../../shared/contract/frames.ts';
import type { HardcaseClient } from '../../../shared/contract/index.ts';
import { acceptedAttributes } from '../../../shared/domain/attribute.ts';
import { choosable } from '../../../shared/domain/category.ts';
import type { BoxId, DatasetId, FrameId } from '../../../shared/domain/ids.ts';
import { AppError, isAppError } from '../../../shared/errors.ts';
import { union } from '../../lib/cropWindow.ts';
import { mediaUrl } from '../../lib/mediaUrl.ts';
import { witnessAt } from '../../lib/witnesses.ts';
import { createEditor, type Editor } from '../../state/editor/createEditor.ts';
import { datasetStore } from '../../state/datasetStore.ts';
import type { EditorState } from '../../state/editor/editorState.ts';
import type { SaveQueue } from '../../state/editor/saveQueue.ts';
import { type FrameOrder, frameOrder, placeInOrder, setFrameOrder } from '../../state/frameOrder.ts';
import { type KeptOrder, keptOrder, type LastView } from '../../state/lastView.ts';
import { createViewport, type ViewportControl } from '../../state/viewportStore.ts';
import type { Point } from '../../canvas/model/viewport.ts';
import { rememberLayers } from './layerMemory.ts';
import { type BoxReview, createBoxReview } from './boxReview.ts';
import type { IncompleteBox } from './incomplete.ts';
import { createImageCache, type ImageCache } from './imageCache.ts';

export interface LabelState {
  readonly row: FrameRow | null;
  /** Place in the order one came from, from 0. */
  readonly place: number;
  readonly total: number;
  readonly image: ImageBitmap | null;
  readonly imageProblem: string | null;
  /** Where the samples of the image are when it has 16 bits a channel; the image itself is then what a person can see of them. */
  readonly deepUrl: string | null;
  /** The boxes of the hit that is looked at, as the list knows them. */
  readonly hitBoxes: readonly BoxId[];
  /** The same as they stand on the canvas: the draft that was made of a prediction stands for it. */
  readonly witness: ReadonlySet<BoxId>;
  /** The frame could not be found or opened. */
  readonly error: AppError | null;
  /** Where a comment is being written, image px. */
  readonly commentAt: Point | null;
  /** What the last press of Accept found missing, until it is mended or accepted so. */
  readonly incomplete: readonly IncompleteBox[];
  /** That of which Accept has warned. */
  readonly warned: string;
  /** When the latest frames were accepted: a new one says that one is finished. */
  readonly accepted: readonly number[];
}

export interface LabelSession {
  readonly dataset: DatasetId;
  readonly editor: Editor;
  readonly viewport: ViewportControl;
  readonly review: BoxReview;
  readonly store: StoreApi<LabelState>;
  /** Opens a frame by name; with `boxes`, those are selected; without a name, the first one that needs work. */
  openByName(name: string | null, boxes?: readonly BoxId[]): Promise<void>;
  /** Goes so many places on in the order; stops at its ends. */
  move(steps: number): void;
  /** The next frame, in either direction, whose state is one of these. */
  moveToState(direction: 1 | -1, states: readonly FrameRow['state'][]): Promise<void>;
  goToPlace(place: number): void;
  /** Rows of the frames around a place, for the film strip; asked for once. */
  rowsAt(from: number, to: number): readonly (FrameRow | null)[];
  /** Notes that a frame was accepted and goes on. */
  accepted(): void;
  /** The image that could not be shown: its drive may be there again. */
  retryImage(): void;
  setComment(at: Point | null): void;
  /** The image of any frame, from the same store of decoded ones. Rejects with the reason. */
  loadImage(frame: FrameId): Promise<ImageBitmap>;
  dispose(): void;
}

export interface SessionPort {
  readonly api: HardcaseClient;
  clientId(): string | undefined;
  /** The queue of this dataset: it outlives the session, with what could not be saved yet. */
  readonly saving: SaveQueue;
  /** Where somebody was in this dataset, for the next window. */
  readonly views: { load(): Promise<LastView | null>; save(view: LastView): void };
  /** The address follows the frame. */
  onFrame(name: string): void;
  alert(error: AppError): void;
}

const ahead = 3;
const paceFrames = 20;

const initial: LabelState = {
  row: null,
  place: -1,
  total: 0,
  image: null,
  imageProblem: null,
  deepUrl: null,
  hitBoxes: [],
  witness: new Set(),
  error: null,
  commentAt: null,
  incomplete: [],
  warned: '',
  accepted: [],
};

/** Labeling in one dataset: which frame is open, where it stands in its list, what is decoded ahead. */
export function createLabelSession(summary: DatasetSummary, port: SessionPort): LabelSession {
  const dataset = summary.id;
  const { api } = port;
  const store = createStore<LabelState>(() => initial);
  const viewport = createViewport();
  const images: ImageCache = createImageCache();
  const rows = new Map<number, FrameRow>();
  const asked = new Set<number>();
  let turn = 0;

  const editor = createEditor(
    {
      load: (frame, sources) => api.annotations.load({ dataset, frame, sources: [...sources] }),
      apply: (changes, key) => api.annotations.apply({ dataset, changes: [...changes], key }),
      saving: port.saving,
      reserveIds: (count) => api.annotations.reserveIds({ dataset, count }),
      undo: (frame) => api.annotations.undo({ dataset, ...(frame === null ? {} : { frame }) }),
      attributesOf: (category, given) => acceptedAttributes(datasetStore.getState().summary?.attributes ?? [], category, given),
      redo: (frame) => api.annotations.redo({ dataset, ...(frame === null ? {} : { frame }) }),
    },
    {
      pan: viewport.pan,
      comment: (at) => store.setState({ commentAt: at }),
      alert: port.alert,
      outdated: (disputed) => port.alert(new AppError('conflict', i18next.t(disputed ? 'label:disputed' : 'label:outdated'))),
    },
  );
  const review = createBoxReview(editor, viewport, () => move(1));
  editor.store.setState({ nextCategory: choosable(summary.categories)[0]?.id ?? null });

  const stops = [
    rememberView(store, viewport, (view) => port.views.save(view)),
    rememberLayers(dataset, editor),
    () => review.dispose(),
    api.frames.changed((event) => {
      if (event.dataset !== dataset) return;
      const { row } = store.getState();
      for (const id of event.frames ?? rows.keys()) forget(id);
      if (row) void refreshRow(row.id);
      if (event.by !== port.clientId() && row && (event.frames === null || event.frames.includes(row.id))) void editor.reload();
    }),
    frameOrder.subscribe((order) => {
      const { row } = store.getState();
      store.setState({ total: order.ids.length, place: row ? placeInOrder(order, row.id) : -1 });
    }),
  ];

  function forget(id: number): void {
    rows.delete(id);
    asked.delete(id);
  }

  async function fetchRows(ids: readonly number[]): Promise<void> {
    const missing = ids.filter((id) => !rows.has(id) && !asked.has(id));
    if (missing.length === 0) return;
    for (const id of missing) asked.add(id);
    try {
      for (const row of await api.frames.rows({ dataset, ids: Float64Array.from(missing) })) rows.set(row.id, row);
      // The strip reads rows through this store: tell it that more are there.
      store.setState({ total: store.getState().total });
    } catch {
      for (const id of missing) asked.delete(id);
    }
  }

  async function refreshRow(id: FrameId): Promise<void> {
    await fetchRows([id]);
    const row = rows.get(id);
    if (row && store.getState().row?.id === id) store.setState({ row });
  }

  async function ensureOrder(frame: FrameId | null): Promise<FrameOrder> {
    const order = frameOrder.getState();
    if (order.dataset === dataset && order.ids.length > 0 && (frame === null || placeInOrder(order, frame) >= 0)) return order;
    const { ids } = await api.frames.query({ dataset, selection: {}, order: 'name' });
    setFrameOrder({ dataset, title: '', kind: 'frames', address: null, ids, witness: null });
    return frameOrder.getState();
  }

  async function openRow(
    row: FrameRow,
    order: FrameOrder,
    boxes: readonly BoxId[] | undefined,
    // A frame with two hits stands in the list twice: who walks it says which one.
    place = placeInOrder(order, row.id),
  ): Promise<void> {
    const mine = ++turn;
    rows.set(row.id, row);
    const pair = place >= 0 ? witnessAt(order.witness, place) : [];
    const size = { width: row.width, height: row.height };
    store.setState({
      row,
      place,
      total: order.ids.length,
      image: null,
      imageProblem: null,
      deepUrl: null,
      hitBoxes: pair.map(({ id }) => id as BoxId),
      witness: new Set(pair.map(({ id }) => id as BoxId)),
      error: null,
      commentAt: null,
      incomplete: [],
      warned: '',
    });
    viewport.setImage(size, union(pair.map(({ box }) => box)));
    port.onFrame(row.name);
    const image = showImage(row.id);
    const content = editor.open(
      { id: row.id, name: row.name, size },
      {
        sources: runsToShow(summary.activeRun, order),
        readOnly: summary.readOnly,
        witness: store.getState().witness,
        ...(boxes ? { select: boxes } : {}),
      },
    );
    void content.then(() => mine === turn && standIn());
    await Promise.all([image, content]);
    if (mine === turn) void lookAhead(order, place);
  }

  async function showImage(frame: FrameId): Promise<void> {
    const mine = turn;
    const url = mediaUrl(dataset, frame, 'original');
    try {
      const image = await images.load(url);
      if (mine === turn)
        store.setState({ image, imageProblem: null, deepUrl: images.isDeep(url) ? mediaUrl(dataset, frame, 'deep') : null });
    } catch (error) {
      if (mine === turn) store.setState({ imageProblem: error instanceof Error ? error.message : String(error) });
    }
  }

  /** A hit on predictions is judged on the drafts that were made of them, where there are some. */
  function standIn(): void {
    const witness = draftsOf(store.getState().hitBoxes, editor.store.getState());
    store.setState({ witness });
    editor.store.setState({ witness });
  }

  /** Rows for the strip and decoded images of the neighbours, so that the next frame is there when it is asked for. */
  async function lookAhead(order: FrameOrder, place: number): Promise<void> {
    const near: number[] = [];
    for (let step = 1; step <= ahead; step++)
      for (const at of [place + step, place - step]) if (at >= 0 && at < order.ids.length) near.push(order.ids[at] as number);
    await fetchRows(near);
    images.prefetch(near.slice(0, 4).map((id) => mediaUrl(dataset, id, 'original')));
  }

  async function openNamed(name: string, boxes: readonly BoxId[] | undefined): Promise<void> {
    const before = turn === 0 ? await port.views.load() : null;
    const last = before?.frame === name ? before : null;
    const row = await api.frames.byName({ dataset, name });
    if (last !== null && frameOrder.getState().dataset !== dataset && last.order.ids.includes(row.id))
      setFrameOrder({ dataset, ...last.order, ...(last.place === undefined ? {} : { start: last.place }) });
    const opening = openRow(row, await ensureOrder(row.id), boxes);
    if (last !== null && last.zoom !== null) viewport.showAt(last.zoom.center, last.zoom.scale);
    await opening;
  }

  async function openPlace(place: number): Promise<void> {
    const order = frameOrder.getState();
    const id = order.ids[place];
    if (id === undefined) return;
    await guarded(async () => {
      const row = rows.get(id) ?? (await api.frames.rows({ dataset, ids: Float64Array.of(id) }))[0];
      if (!row) throw new AppError('not_found', 'This frame is no longer in the dataset.');
      await openRow(row, order, undefined, place);
    });
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      store.setState({
        error: isAppError(error) ? error : new AppError('internal', error instanceof Error ? error.message : String(error)),
      });
    }
  }

  function move(steps: number): void {
    const { place, total } = store.getState();
    const next = Math.min(Math.max(place + steps, 0), total - 1);
    if (next !== place) void openPlace(next);
  }

  return {
    dataset,
    editor,
    viewport,
    review,
    store,
    openByName: (name, boxes) =>
      guarded(async () => {
        if (name !== null) {
          const open = store.getState().row;
          if (open?.name === name) {
            if (boxes) editor.select(boxes);
            return;
          }
          await openNamed(name, boxes);
          return;
        }
        const last = await port.views.load();
        // A frame that is gone by now is no failure: one begins with the first that needs work.
        if (
          last !== null &&
          (await openNamed(last.frame, undefined).then(
            () => true,
            () => false,
          ))
        )
          return;
        const order = await ensureOrder(null);
        if (order.ids.length === 0) {
          store.setState({ ...initial });
          return;
        }
        const { ids } = await api.frames.query({
          dataset,
          selection: { facets: { state: ['unlabeled', 'draft', 'needs_fix'] } },
          order: 'name',
        });
        const place = ids[0] === undefined ? 0 : Math.max(placeInOrder(order, ids[0]), 0);
        await openPlace(place);
      }),
    move,
    async moveToState(direction, states) {
      const { place } = store.getState();
      const order = frameOrder.getState();
      await guarded(async () => {
        const { ids } = await api.frames.query({ dataset, selection: { facets: { state: [...states] } }, order: 'name' });
        const wanted = new Set(ids);
        for (let at = place + direction; at >= 0 && at < order.ids.length; at += direction) {
          if (wanted.has(order.ids[at] as number)) return openPlace(at);
        }
      });
    },
    goToPlace: (place) => void openPlace(place),
    rowsAt(from, to) {
      const order = frameOrder.getState();
      const wanted: number[] = [];
      for (let at = Math.max(from, 0); at < Math.min(to, order.ids.length); at++) wanted.push(order.ids[at] as number);
      void fetchRows(wanted);
      return wanted.map((id) => rows.get(id) ?? null);
    },
    accepted: () => store.setState({ accepted: [...store.getState().accepted, performance.now()].slice(-paceFrames) }),
    loadImage: (frame) => images.load(mediaUrl(dataset, frame, 'original')),
    retryImage() {
      const { row } = store.getState();
      if (row) void showImage(row.id);
    },
    setComment: (commentAt) => store.setState({ commentAt }),
    dispose() {
      turn++;
      port.saving.listen(null);
      for (const stop of stops) stop();
      images.clear();
    },
  };
}

const rememberAfterMs = 120;

/** Notes where one is, soon after it changed and not while it changes. */
function rememberView(store: StoreApi<LabelState>, viewport: ViewportControl, save: (view: LastView) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let kept: { readonly from: FrameOrder; readonly order: KeptOrder } | null = null;
  const note = (): void => {
    const { row, place } = store.getState();
    const order = frameOrder.getState();
    const { viewport: shown, canvas, fitted } = viewport.store.getState();
    if (row === null) return;
    if (kept?.from !== order) kept = { from: order, order: keptOrder(order) };
    const center = { x: (canvas.width / 2 - shown.x) / shown.scale, y: (canvas.height / 2 - shown.y) / shown.scale };
    save({ frame: row.name, zoom: fitted ? null : { scale: shown.scale, center }, order: kept.order, ...(place < 0 ? {} : { place }) });
  };
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(note, rememberAfterMs);
  };
  const stops = [
    store.subscribe((now, before) => (now.row?.id !== before.row?.id || now.place !== before.place) && soon()),
    viewport.store.subscribe(soon),
  ];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
  };
}

function runsToShow(activeRun: string | null, order: FrameOrder): readonly string[] {
  const runs = [...(activeRun === null ? [] : [activeRun]), ...(order.sources ?? [])];
  return [...new Set(runs)].filter((source) => source !== 'gt');
}

/** For every box of a hit the annotation that was made of it, or itself. */
export function draftsOf(
  hitBoxes: readonly BoxId[],
  { annotations, predictions }: Pick<EditorState, 'annotations' | 'predictions'>,
): ReadonlySet<BoxId> {
  return new Set(
    hitBoxes.map((id) => {
      for (const { source, boxes } of predictions) {
        const prediction = boxes.find((box) => box.id === id);
        const draft =
          prediction &&
          annotations.find(
            (box) =>
              box.provenance?.run === source &&
              box.category === prediction.category &&
              box.bbox.every((value, at) => value === prediction.bbox[at]),
          );
        if (draft) return draft.id;
      }
      return id;
    }),
  );
}
