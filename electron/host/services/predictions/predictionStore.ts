import type { FrameBoxes } from '../../../../shared/contract/frames.ts';
import type { Prediction } from '../../../../shared/domain/annotation.ts';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import type { BoxId, CategoryId, FrameId } from '../../../../shared/domain/ids.ts';
import { boxAt } from '../../../../shared/geometry/box.ts';
import type { RunExtent } from '../../../db/types.ts';
import type { OpenDataset } from '../openDataset.ts';

/** Predictions of runs, read from their chunks and kept while the dataset is open. */
export interface PredictionStore {
  /** The same object until the run has grown. Error: not_found. */
  columnsOf(dataset: OpenDataset, run: string): Promise<BoxColumns>;
  /** Keys of the frames that a run has looked at; reads no boxes. Error: not_found. */
  framesOf(dataset: OpenDataset, run: string): Promise<Float64Array>;
  /** Boxes of some frames as columns, in the order of `ids`. */
  boxesOf(dataset: OpenDataset, run: string, ids: Float64Array): Promise<FrameBoxes>;
  ofFrame(dataset: OpenDataset, run: string, frame: FrameId): Promise<readonly Prediction[]>;
}

interface Loaded {
  readonly extent: RunExtent;
  readonly columns: BoxColumns;
  /** Frame key → place in `columns.frameIds`. */
  readonly places: ReadonlyMap<number, number>;
}

/** Runs kept per dataset: the one on the screen, its rival, and one more. */
const keptRuns = 4;

export function createPredictionStore(): PredictionStore {
  const datasets = new WeakMap<OpenDataset['db'], Map<string, Promise<Loaded>>>();

  async function load(dataset: OpenDataset, run: string): Promise<Loaded> {
    let runs = datasets.get(dataset.db);
    if (!runs) {
      runs = new Map();
      datasets.set(dataset.db, runs);
    }
    const before = runs.get(run);
    const loading = refresh(dataset, run, before);
    runs.delete(run);
    runs.set(run, loading);
    for (const oldest of runs.keys()) {
      if (runs.size <= keptRuns) break;
      runs.delete(oldest);
    }
    try {
      return await loading;
    } catch (error) {
      if (runs.get(run) === loading) runs.delete(run);
      throw error;
    }
  }

  const frames = new WeakMap<OpenDataset['db'], Map<string, { readonly extent: RunExtent; readonly ids: Float64Array }>>();

  return {
    async framesOf({ db }, run) {
      const extent = await db.read('predictions.extent', { run });
      const runs = frames.get(db) ?? new Map<string, { readonly extent: RunExtent; readonly ids: Float64Array }>();
      frames.set(db, runs);
      const known = runs.get(run);
      if (known && isSame(known.extent, extent)) return known.ids;
      const ids = await db.read('predictions.frames', { run });
      runs.set(run, { extent, ids });
      return ids;
    },
    columnsOf: async (dataset, run) => (await load(dataset, run)).columns,
    async boxesOf(dataset, run, ids) {
      const { columns, places } = await load(dataset, run);
      return pickFrames(columns, places, ids);
    },
    async ofFrame(dataset, run, frame) {
      const { columns, places } = await load(dataset, run);
      const place = places.get(frame);
      return place === undefined ? [] : toPredictions(columns, place, frame);
    },
  };
}

/** Chunks are only ever added to a run, so as many chunks are the same predictions, unless categories were merged. */
async function refresh({ db }: OpenDataset, run: string, before: Promise<Loaded> | undefined): Promise<Loaded> {
  const extent = await db.read('predictions.extent', { run });
  const known = await before?.catch(() => undefined);
  if (known && isSame(known.extent, extent)) return known;
  const columns = await db.read('runs.columns', { name: run });
  const places = new Map<number, number>();
  columns.frameIds.forEach((id, place) => places.set(id, place));
  return { extent, columns, places };
}

const isSame = (a: RunExtent, b: RunExtent): boolean => a.id === b.id && a.chunks === b.chunks && a.merged === b.merged;

function toPredictions(columns: BoxColumns, place: number, frame: FrameId): readonly Prediction[] {
  const predictions: Prediction[] = [];
  for (let row = columns.offsets[place] as number; row < (columns.offsets[place + 1] as number); row++) {
    predictions.push({
      id: columns.ids[row] as BoxId,
      frame,
      category: columns.categories[row] as CategoryId,
      bbox: boxAt(columns.boxes, row),
      score: columns.scores[row] as number,
    });
  }
  return predictions;
}

function pickFrames(columns: BoxColumns, places: ReadonlyMap<number, number>, ids: Float64Array): FrameBoxes {
  const offsets = new Uint32Array(ids.length + 1);
  ids.forEach((id, i) => {
    const place = places.get(id);
    const count = place === undefined ? 0 : (columns.offsets[place + 1] as number) - (columns.offsets[place] as number);
    offsets[i + 1] = (offsets[i] as number) + count;
  });
  const count = offsets[ids.length] as number;
  const picked = {
    offsets,
    ids: new Float64Array(count),
    categories: new Uint16Array(count),
    scores: new Float64Array(count),
    boxes: new Float64Array(4 * count),
    origins: new Uint8Array(count),
  };
  ids.forEach((id, i) => {
    const place = places.get(id);
    if (place === undefined) return;
    const from = columns.offsets[place] as number;
    const to = columns.offsets[place + 1] as number;
    const at = offsets[i] as number;
    picked.ids.set(columns.ids.subarray(from, to), at);
    picked.categories.set(columns.categories.subarray(from, to), at);
    picked.scores.set(columns.scores.subarray(from, to), at);
    picked.boxes.set(columns.boxes.subarray(4 * from, 4 * to), 4 * at);
    picked.origins.set(columns.origins.subarray(from, to), at);
  });
  return picked;
}
