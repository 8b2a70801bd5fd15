import type { FacetCounts, FrameQueryResult, FrameSelection } from '../../../../shared/contract/frames.ts';
import type { Progress } from '../../../../shared/contract/common.ts';
import type { Hit, TriggerRunResult } from '../../../../shared/contract/triggers.ts';
import type { BoxId, FrameId } from '../../../../shared/domain/ids.ts';
import { AppError } from '../../../../shared/errors.ts';
import { checkTriggers, requireFrameFilter, requireTriggers } from '../../../../shared/triggers/check.ts';
import type { CheckedTrigger } from '../../../../shared/triggers/checkedTrigger.ts';
import { readsStatistics } from '../../../../shared/triggers/readsStatistics.ts';
import { createTriggerEngine } from '../../../triggers/client.ts';
import type { RunOptions, TriggerEngine, TriggerHit, TriggerResult } from '../../../triggers/types.ts';
import { type FrameIndex, idsAt } from '../frames/frameIndex.ts';
import type { FrameIndexes } from '../frames/frameIndexes.ts';
import type { ImageMeasurer } from '../frames/imageMeasurer.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PredictionStore } from '../predictions/predictionStore.ts';
import { createAnnotationColumnsCaches } from './annotationColumns.ts';
import { facetCounts, facetPlaces } from './facets.ts';
import { createQuerySources, type PreparedQuery, type QueryNames, type QuerySources } from './querySources.ts';
import { randomHitOrder, randomOrder } from './randomOrder.ts';

export interface RunTriggersRequest {
  /** A file, a bare expression or the short form. */
  readonly text: string;
  readonly source?: string | undefined;
  readonly where?: string | undefined;
  readonly limit?: number | undefined;
  readonly order?: 'severity' | 'random' | 'frame' | undefined;
  readonly seed?: number | undefined;
}

export interface QueryFramesRequest {
  readonly selection: FrameSelection;
  readonly order?: 'name' | 'severity' | 'random' | 'edited' | undefined;
  readonly seed?: number | undefined;
}

export interface TriggerRunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Where a text reads what is measured on images, and some were not measured yet: `wait` until they are, answer with what is known
   * and `ask` for the rest, or `leave` them.
   */
  readonly images?: 'wait' | 'ask' | 'leave';
}

/** Questions about the boxes of a dataset: the only way to the trigger engine. */
export interface TriggerService {
  /**
   * Keys of the frames for which the expression is true, in the order of their names; all frames without one. Waits until the
   * images it asks about are measured, unless told: what is frozen or run on has to be right. Errors: trigger_*.
   */
  frameFilter(dataset: OpenDataset, where: string | undefined, options?: TriggerRunOptions): Promise<Float64Array>;
  run(dataset: OpenDataset, request: RunTriggersRequest, options?: TriggerRunOptions): Promise<readonly TriggerRunResult[]>;
  query(dataset: OpenDataset, request: QueryFramesRequest, options?: TriggerRunOptions): Promise<FrameQueryResult>;
  /** What each value of each facet would leave of the selection. */
  facets(dataset: OpenDataset, selection: FrameSelection, options?: TriggerRunOptions): Promise<FacetCounts>;
  names(dataset: OpenDataset): Promise<QueryNames>;
  /** Whether one of the texts (triggers or frame expressions) reads what is measured on images; one that does not check reads nothing. */
  readsImages(dataset: OpenDataset, texts: readonly string[]): Promise<boolean>;
  /** Whether tables of the dataset are in memory. */
  holds(dataset: OpenDataset): boolean;
  /** The dataset is closed: lets go of its tables. */
  forget(dataset: OpenDataset): void;
  close(): Promise<void>;
}

export interface TriggerServiceDeps {
  readonly frameIndexes: FrameIndexes;
  readonly predictions: PredictionStore;
  readonly measurer: ImageMeasurer;
  /** A question was answered without some images, and asks that they be measured. */
  readonly onUnmeasured: (dataset: OpenDataset, images: number) => void;
}

const defaultSeed = 1;
const defaultLimit = 100;

export function createTriggerService({ frameIndexes, predictions, measurer, onUnmeasured }: TriggerServiceDeps): TriggerService {
  const annotations = createAnnotationColumnsCaches();
  // Threads start with the first query: a command that asks none pays for none.
  let engine: TriggerEngine | null = null;
  let sources: QuerySources | null = null;
  const use = (): { readonly engine: TriggerEngine; readonly sources: QuerySources } => {
    engine ??= createTriggerEngine();
    sources ??= createQuerySources({ engine, frameIndexes, predictions, annotations });
    return { engine, sources };
  };

  const engineOptions = ({ signal, onProgress }: TriggerRunOptions): RunOptions => ({
    ...(signal ? { signal } : {}),
    ...(onProgress
      ? {
          onProgress: ({ framesDone, framesTotal }) => onProgress({ phase: 'query', done: framesDone, total: framesTotal, unit: 'frames' }),
        }
      : {}),
  });

  /** One query at a time loads tables; two at once would both build the same ones. */
  let turn: Promise<unknown> = Promise.resolve();
  function prepare(
    dataset: OpenDataset,
    names: QueryNames,
    triggers: readonly CheckedTrigger[],
    source: string | undefined,
  ): Promise<PreparedQuery> {
    const mine = turn.then(() => use().sources.prepare(dataset, names, triggers, source));
    turn = mine.catch(() => undefined);
    return mine;
  }

  /** How many images are left that the texts ask about; see `TriggerRunOptions.images`. */
  async function settleImages(
    dataset: OpenDataset,
    triggers: readonly CheckedTrigger[],
    { images = 'ask', signal, onProgress }: TriggerRunOptions,
  ): Promise<number> {
    if (!triggers.some(readsStatistics)) return 0;
    if (images === 'wait') await measurer.measure(dataset, { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
    const left = await measurer.left(dataset);
    if (left > 0 && images === 'ask') onUnmeasured(dataset, left);
    return left;
  }

  async function filterPlaces(
    dataset: OpenDataset,
    where: string | undefined,
    source: string | undefined,
    options: TriggerRunOptions,
  ): Promise<{ readonly index: FrameIndex; readonly places: Uint32Array | null }> {
    if (where === undefined || where.trim() === '') return { index: await frameIndexes.of(dataset), places: null };
    const names = await use().sources.names(dataset);
    const filter = requireFrameFilter(where, names.context);
    await settleImages(dataset, [filter], options);
    const { request, index } = await prepare(dataset, names, [filter], source);
    return { index, places: await use().engine.filter({ ...request, where: filter }, engineOptions(options)) };
  }

  return {
    names: (dataset) => use().sources.names(dataset),
    async readsImages(dataset, texts) {
      const { context } = await use().sources.names(dataset);
      return texts.some((text) => checkTriggers(text, context, 'text').triggers.some(readsStatistics));
    },
    async frameFilter(dataset, where, options = {}) {
      const { index, places } = await filterPlaces(dataset, where, undefined, { images: 'wait', ...options });
      return places === null ? index.columns.ids : idsAt(index, places);
    },
    async run(dataset, request, options = {}) {
      const names = await use().sources.names(dataset);
      const triggers = requireTriggers(request.text, names.context, 'text');
      const where = isEmpty(request.where) ? null : requireFrameFilter(request.where as string, names.context);
      const all = where ? [...triggers, where] : triggers;
      const source = checkSource(request.source, names);
      const imagesLeft = await settleImages(dataset, all, options);
      const { request: query, index } = await prepare(dataset, names, all, source);
      const limit = request.limit ?? defaultLimit;
      const ordered = request.order !== undefined && request.order !== 'severity';
      const results = await use().engine.run({ ...query, triggers, where, limit, ranked: ordered }, engineOptions(options));
      return results.map((result) => toRunResult(result, { index, request, limit, imagesLeft }));
    },
    async query(dataset, { selection, order = 'name', seed = defaultSeed }, options = {}) {
      const began = performance.now();
      const text = selection.where ?? '';
      if (isEmpty(text)) {
        const index = await frameIndexes.of(dataset);
        const places = await facetPlaces({ dataset, index, selection, predictions, annotations });
        return plainResult(index, orderPlaces(places, index, order, seed), performance.now() - began);
      }
      const names = await use().sources.names(dataset);
      const filter = requireFrameFilter(text, names.context);
      const source = checkSource(selection.source, names);
      const imagesLeft = await settleImages(dataset, [filter], options);
      const { request, index } = await prepare(dataset, names, [filter], source);
      // At once: another query of a newer state of the frames would give the engine that.
      const [result] = await use().engine.run({ ...request, triggers: [filter], limit: 0, ranked: true }, engineOptions(options));
      if (!result) throw new AppError('internal', 'The trigger engine gave no answer.');
      const allowed = await facetPlaces({ dataset, index, selection, predictions, annotations });
      const answer = queryResult(result, index, allowed, order, seed, performance.now() - began);
      return { ...answer, unmeasuredFrames: imagesLeft > 0 ? (result.unknown.causes['statistic'] ?? 0) : 0 };
    },
    async facets(dataset, selection, options = {}) {
      const [names, { index, places }] = await Promise.all([
        use().sources.names(dataset),
        // Asked beside the query itself, which asks for the images.
        filterPlaces(dataset, selection.where, selection.source, { ...options, images: 'leave' }),
      ]);
      return facetCounts({
        dataset,
        index,
        selection,
        predictions,
        annotations,
        base: places,
        categories: names.categories,
        runs: names.runs,
      });
    },
    holds: (dataset) => sources?.holds(dataset) ?? false,
    forget: (dataset) => sources?.forget(dataset),
    async close() {
      await engine?.close();
    },
  };
}

const isEmpty = (text: string | undefined): boolean => text === undefined || text.trim() === '';

function checkSource(source: string | undefined, names: QueryNames): string | undefined {
  if (source === undefined || source === 'gt' || names.runs.includes(source)) return source;
  if (source === 'active') return names.activeRun ?? 'gt';
  throw new AppError('not_found', `This dataset has no source "${source}".`, { source, known: ['gt', ...names.runs] });
}

/** While images are left to be measured, what is missing of an image is not there *yet*. */
function causesOf(causes: TriggerResult['unknown']['causes'], imagesLeft: number): TriggerRunResult['unknown']['causes'] {
  const { statistic, ...others } = causes;
  return statistic === undefined || imagesLeft === 0 ? causes : { ...others, unmeasured: statistic };
}

function toRunResult(
  result: TriggerResult,
  asked: { readonly index: FrameIndex; readonly request: RunTriggersRequest; readonly limit: number; readonly imagesLeft: number },
): TriggerRunResult {
  const { index, request, limit, imagesLeft } = asked;
  const { name, hash, hits, frames, unknown, ms, ranked } = result;
  let top = result.top;
  if (ranked !== null && request.order === 'random') {
    const order = randomHitOrder(ranked.frames, index.columns.ids, request.seed ?? defaultSeed);
    top = [...order.subarray(0, limit)].map((rank) => ranked.hit(rank));
  } else if (ranked !== null && request.order === 'frame') {
    // Frames stand in the order of their names; within one the order of severity stays.
    const ranks = Uint32Array.from({ length: hits }, (_, rank) => rank).sort(
      (a, b) => (ranked.frames[a] as number) - (ranked.frames[b] as number) || a - b,
    );
    top = [...ranks.subarray(0, limit)].map((rank) => ranked.hit(rank));
  }
  return {
    name,
    hash,
    hits,
    frames,
    unknown: { frames: unknown.frames, causes: causesOf(unknown.causes, imagesLeft) },
    ms,
    top: top.map((hit) => toHit(hit, index)),
  };
}

function toHit(hit: TriggerHit, index: FrameIndex): Hit {
  return {
    frame: hit.frame,
    frameId: index.columns.ids[hit.frameIndex] as FrameId,
    // An unknown severity orders last; on the wire it is 0, because JSON has no NaN.
    severity: hit.severity ?? 0,
    witness: hit.witness.map((box) => ({ ...box, id: box.id as BoxId })),
  };
}

function plainResult(index: FrameIndex, places: Uint32Array, ms: number): FrameQueryResult {
  return {
    total: places.length,
    ids: idsAt(index, places),
    severities: null,
    witnessOffsets: null,
    witnessIds: null,
    witnessBoxes: null,
    hits: 0,
    unknownFrames: 0,
    unmeasuredFrames: 0,
    ms,
  };
}

/** Per frame its hit with the highest severity; frames in the order asked. */
function queryResult(
  result: TriggerResult,
  index: FrameIndex,
  allowed: Uint32Array,
  order: NonNullable<QueryFramesRequest['order']>,
  seed: number,
  ms: number,
): Omit<FrameQueryResult, 'unmeasuredFrames'> {
  const { ranked } = result;
  if (ranked === null) throw new AppError('internal', 'The hits were not ordered.');
  const inFacets = new Uint8Array(index.columns.ids.length);
  for (const place of allowed) inFacets[place] = 1;
  // Of each frame its first hit, in the order of severity.
  const rankOf = new Int32Array(index.columns.ids.length).fill(-1);
  const bySeverity = new Uint32Array(allowed.length);
  let count = 0;
  for (let rank = 0; rank < ranked.frames.length; rank++) {
    const place = ranked.frames[rank] as number;
    if (inFacets[place] !== 1 || rankOf[place] !== -1) continue;
    rankOf[place] = rank;
    bySeverity[count++] = place;
  }
  const found = bySeverity.slice(0, count);
  const places = order === 'severity' ? found : orderPlaces(found.toSorted(), index, order, seed);
  // Witnesses go straight into columns: a query over a million frames may find a million.
  const severities = new Float64Array(places.length);
  const witnessOffsets = new Uint32Array(places.length + 1);
  const witnessIds: number[] = [];
  const witnessBoxes: number[] = [];
  for (let i = 0; i < places.length; i++) {
    const rank = rankOf[places[i] as number] as number;
    const witness = ranked.witness(rank);
    severities[i] = witness.length === 0 ? Number.NaN : (ranked.severities[rank] as number);
    for (const { table, row } of witness) {
      witnessIds.push(table.ids[row] as number);
      for (let side = 4 * row; side < 4 * row + 4; side++) witnessBoxes.push(table.boxes[side] as number);
    }
    witnessOffsets[i + 1] = witnessIds.length;
  }
  return {
    total: places.length,
    ids: idsAt(index, places),
    severities,
    witnessOffsets,
    witnessIds: Float64Array.from(witnessIds),
    witnessBoxes: Float64Array.from(witnessBoxes),
    hits: result.hits,
    unknownFrames: result.unknown.frames,
    ms,
  };
}

/** `places` come rising, which is the order of names. */
function orderPlaces(places: Uint32Array, index: FrameIndex, order: NonNullable<QueryFramesRequest['order']>, seed: number): Uint32Array {
  switch (order) {
    case 'name':
    case 'severity':
      return places;
    case 'random':
      return randomOrder(places.length, seed).map((i) => places[i] as number);
    case 'edited': {
      const { revisions } = index;
      return places.toSorted((a, b) => (revisions[b] as number) - (revisions[a] as number) || a - b);
    }
  }
}
