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
import type { SaveQueue } from '../../state/editor/saveQueue.ts';
import { type FrameOrder, frameOrder, placeInOrder, setFrameOrder } from '../../state/frameOrder.ts';
import type { LastView } from '../../state/lastView.ts';
import { createViewport, type ViewportControl } from '../../state/viewportStore.ts';
import type { Point } from '../../canvas/model/viewport.ts';
import { type BoxReview, createBoxReview } from './boxReview.ts';
import { draftsOf } from './draftsOf.ts';
import { createFrameRows } from './frameRows.ts';
import type { IncompleteBox } from './incomplete.ts';
import { createImageCache, type ImageCache } from './imageCache.ts';
import { rememberLayers } from './layerMemory.ts';
import { rememberView } from './rememberView.ts';

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
  // The strip reads rows through this store: tell it that more are there.
  const rows = createFrameRows(api, dataset, () => store.setState({ total: store.getState().total }));
  /** Counts the frames that were opened: what comes late for one before is dropped. */
  let turn = 0;
  /** Counts the wishes to open one: the last counts. */
  let wish = 0;
  /** The view was left: nothing is opened any more. */
  let gone = false;

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
      for (const id of event.frames ?? [...rows.ids()]) rows.forget(id);
      if (row) void refreshRow(row.id);
      if (event.by !== port.clientId() && row && (event.frames === null || event.frames.includes(row.id))) void editor.reload();
    }),
    frameOrder.subscribe((order) => {
      const { row } = store.getState();
      store.setState({ total: order.ids.length, place: row ? placeInOrder(order, row.id) : -1 });
    }),
  ];

  async function refreshRow(id: FrameId): Promise<void> {
    await rows.fetch([id]);
    const row = rows.get(id);
    if (row && store.getState().row?.id === id) store.setState({ row });
  }

  /** The order one came from where it has this frame, else all frames by name; null where somebody wished for something else meanwhile. */
  async function ensureOrder(frame: FrameId | null, isCurrent: () => boolean): Promise<FrameOrder | null> {
    const order = frameOrder.getState();
    if (order.dataset === dataset && order.ids.length > 0 && (frame === null || placeInOrder(order, frame) >= 0)) return order;
    const { ids } = await api.frames.query({ dataset, selection: {}, order: 'name' });
    if (!isCurrent()) return null;
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
    rows.put(row);
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
    await rows.fetch(near);
    images.prefetch(near.slice(0, 4).map((id) => mediaUrl(dataset, id, 'original')));
  }

  /** Goes about opening a frame. An answer that comes when `isCurrent` is false opens nothing, and a failure is not told. */
  async function wishFor(work: (isCurrent: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++wish;
    const isCurrent = (): boolean => mine === wish && !gone;
    try {
      await work(isCurrent);
    } catch (error) {
      if (!isCurrent()) return;
      store.setState({
        error: isAppError(error) ? error : new AppError('internal', error instanceof Error ? error.message : String(error)),
      });
    }
  }

  async function openNamed(name: string, boxes: readonly BoxId[] | undefined, isCurrent: () => boolean): Promise<void> {
    const before = turn === 0 ? await port.views.load() : null;
    const last = before?.frame === name ? before : null;
    const row = await api.frames.byName({ dataset, name });
    if (!isCurrent()) return;
    if (last !== null && frameOrder.getState().dataset !== dataset && last.order.ids.includes(row.id))
      setFrameOrder({ dataset, ...last.order, ...(last.place === undefined ? {} : { start: last.place }) });
    const order = await ensureOrder(row.id, isCurrent);
    if (order === null) return;
    const opening = openRow(row, order, boxes);
    if (last !== null && last.zoom !== null) viewport.showAt(last.zoom.center, last.zoom.scale);
    await opening;
  }

  const openPlace = (place: number): Promise<void> =>
    wishFor(async (isCurrent) => {
      const order = frameOrder.getState();
      const id = order.ids[place];
      if (id === undefined) return;
      const row = rows.get(id) ?? (await api.frames.rows({ dataset, ids: Float64Array.of(id) }))[0];
      if (!isCurrent()) return;
      if (!row) throw new AppError('not_found', 'This frame is no longer in the dataset.');
      await openRow(row, order, undefined, place);
    });

  /** Where one was last; else the first frame that needs work. */
  async function openAny(isCurrent: () => boolean): Promise<void> {
    const last = await port.views.load();
    if (last !== null) {
      // A frame that is gone by now is no failure.
      const isThere = await openNamed(last.frame, undefined, isCurrent).then(
        () => true,
        () => false,
      );
      if (isThere || !isCurrent()) return;
    }
    const order = await ensureOrder(null, isCurrent);
    if (order === null) return;
    if (order.ids.length === 0) {
      store.setState({ ...initial });
      return;
    }
    const { ids } = await api.frames.query({
      dataset,
      selection: { facets: { state: ['unlabeled', 'draft', 'needs_fix'] } },
      order: 'name',
    });
    if (isCurrent()) await openPlace(ids[0] === undefined ? 0 : Math.max(placeInOrder(order, ids[0]), 0));
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
    async openByName(name, boxes) {
      if (name === null) await wishFor(openAny);
      else if (store.getState().row?.name !== name) await wishFor((isCurrent) => openNamed(name, boxes, isCurrent));
      else if (boxes) editor.select(boxes);
    },
    move,
    moveToState: (direction, states) =>
      wishFor(async (isCurrent) => {
        const { place } = store.getState();
        const order = frameOrder.getState();
        const { ids } = await api.frames.query({ dataset, selection: { facets: { state: [...states] } }, order: 'name' });
        if (!isCurrent()) return;
        const wanted = new Set(ids);
        for (let at = place + direction; at >= 0 && at < order.ids.length; at += direction) {
          if (wanted.has(order.ids[at] as number)) return openPlace(at);
        }
      }),
    goToPlace: (place) => void openPlace(place),
    rowsAt(from, to) {
      const order = frameOrder.getState();
      const wanted: number[] = [];
      for (let at = Math.max(from, 0); at < Math.min(to, order.ids.length); at++) wanted.push(order.ids[at] as number);
      void rows.fetch(wanted);
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
      gone = true;
      port.saving.listen(null);
      for (const stop of stops) stop();
      images.clear();
    },
  };
}

function runsToShow(activeRun: string | null, order: FrameOrder): readonly string[] {
  const runs = [...(activeRun === null ? [] : [activeRun]), ...(order.sources ?? [])];
  return [...new Set(runs)].filter((source) => source !== 'gt');
}
