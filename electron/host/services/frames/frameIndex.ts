import { AppError } from '../../../../shared/errors.ts';
import type { FrameId } from '../../../../shared/domain/ids.ts';
import type { CodedTexts, FrameColumns } from '../../../../shared/triggers/frameColumns.ts';
import type { FrameIndexColumns } from '../../../db/types.ts';
import type { DbClient } from '../../../db/client.ts';
import { shareFresh } from './shareFresh.ts';

/** The frames of one dataset in the order of their names, in memory; every frame index of queries and triggers means a place in it. */
export interface FrameIndex {
  readonly columns: FrameColumns;
  readonly revision: number;
  /** F numbers that grow with every change of the frame. */
  readonly revisions: Float64Array;
  /** A byte a frame. Bit 0: changed since approval; bit 1: has open comments. */
  readonly review: Uint8Array;
  readonly assignees: CodedTexts;
  /** Place of a frame, or -1. */
  placeOf(id: FrameId | number): number;
}

interface Snapshot extends FrameIndex {
  readonly raw: FrameIndexColumns;
  readonly places: ReadonlyMap<number, number>;
}

/** Keeps the index of a dataset fresh: small changes are patched in, anything else is read anew. */
export interface FrameIndexCache {
  current(): Promise<FrameIndex>;
  /** Images of these frames were measured: 4 numbers a frame, as in `FrameIndexColumns.statistics`. They are no change of the frame. */
  noteStatistics(frames: Float64Array, values: Float64Array): void;
}

/** `keepsStatistics`: the database says them from now on; without it (read only) they live here. */
export function createFrameIndexCache(db: DbClient, keepsStatistics: boolean): FrameIndexCache {
  let known: Snapshot | null = null;
  let noted = new Map<number, Float64Array>();

  async function load(): Promise<Snapshot> {
    const next = await loadFrames();
    if (noted.size === 0) return next;
    const statistics = next.raw.statistics.slice();
    let isNews = false;
    for (const [id, values] of noted) {
      const place = next.placeOf(id);
      if (place < 0 || values.every((value, i) => Object.is(value, statistics[4 * place + i]))) continue;
      statistics.set(values, 4 * place);
      isNews = true;
    }
    if (keepsStatistics) noted = new Map();
    return isNews ? build({ ...next.raw, statistics }, await tagsOf(), next) : next;
  }

  async function loadFrames(): Promise<Snapshot> {
    if (known === null) return build(await db.read('frames.index', {}), await tagsOf());
    const { count, changed } = await db.read('frames.changedSince', { revision: known.revision });
    if (count === known.raw.ids.length && changed.ids.length === 0) return known;
    const patched = count === known.raw.ids.length ? patch(known, changed) : null;
    return patched === null ? build(await db.read('frames.index', {}), await tagsOf()) : build(patched, await tagsOf(), known);
  }

  const tagsOf = (): Promise<readonly { readonly tag: string; readonly frames: Float64Array }[]> => db.read('frames.tags', {});

  return {
    current: shareFresh(async () => {
      known = await load();
      return known;
    }),
    noteStatistics(frames, values) {
      frames.forEach((frame, i) => noted.set(frame, values.slice(4 * i, 4 * i + 4)));
    },
  };
}

/** The columns with some frames replaced; null where one of them is new. */
function patch(known: Snapshot, changed: FrameIndexColumns): FrameIndexColumns | null {
  const { raw } = known;
  const next = {
    ...raw,
    revision: changed.revision,
    revisions: raw.revisions.slice(),
    states: raw.states.slice(),
    splits: withChanges(known, changed, 'splits'),
    sequences: withChanges(known, changed, 'sequences'),
    assignees: withChanges(known, changed, 'assignees'),
    review: raw.review.slice(),
    indices: raw.indices.slice(),
    times: raw.times.slice(),
    statistics: raw.statistics.slice(),
  };
  for (let i = 0; i < changed.ids.length; i++) {
    const at = known.placeOf(changed.ids[i] as number);
    if (at < 0 || changed.names[i] !== raw.names[at]) return null;
    next.revisions[at] = changed.revisions[i] as number;
    next.states[at] = changed.states[i] as number;
    next.review[at] = changed.review[i] as number;
    next.indices[at] = changed.indices[i] as number;
    next.times[at] = changed.times[i] as number;
    next.statistics.set(changed.statistics.subarray(4 * i, 4 * i + 4), 4 * at);
  }
  return next;
}

/** The same list where no text is another now: most edits change neither. */
function withChanges(known: Snapshot, changed: FrameIndexColumns, field: 'splits' | 'sequences' | 'assignees'): readonly (string | null)[] {
  const before = known.raw[field];
  let next: (string | null)[] | null = null;
  for (let i = 0; i < changed.ids.length; i++) {
    const at = known.placeOf(changed.ids[i] as number);
    const text = changed[field][i] ?? null;
    if (at < 0 || before[at] === text) continue;
    next ??= [...before];
    next[at] = text;
  }
  return next ?? before;
}

/** `before`: an index of the same frames, of which what did not change is kept. */
function build(
  raw: FrameIndexColumns,
  tags: readonly { readonly tag: string; readonly frames: Float64Array }[],
  before: Snapshot | null = null,
): Snapshot {
  const count = raw.ids.length;
  const places = before?.places ?? placesOf(raw.ids);
  const placeOf = (id: number): number => places.get(id) ?? -1;
  const texts = (field: 'splits' | 'sequences'): CodedTexts =>
    before !== null && before.raw[field] === raw[field] ? before.columns[field] : coded(raw[field]);
  const measured = raw.statistics.some((value) => !Number.isNaN(value));
  const statistic = (at: number): Float64Array => Float64Array.from({ length: count }, (_, i) => raw.statistics[4 * i + at] as number);
  const columns: FrameColumns = {
    ids: raw.ids,
    names: raw.names,
    widths: raw.widths,
    heights: raw.heights,
    states: raw.states,
    splits: texts('splits'),
    sequences: texts('sequences'),
    indices: raw.indices,
    times: raw.times,
    ...(measured ? { brightness: statistic(0), lumaP95: statistic(1), contrast: statistic(2), sharpness: statistic(3) } : {}),
    tags: new Map(
      tags.map(({ tag, frames }) => {
        const marks = new Uint8Array(count);
        for (const frame of frames) {
          const place = placeOf(frame);
          if (place >= 0) marks[place] = 1;
        }
        return [tag, marks];
      }),
    ),
  };
  const assignees = before !== null && before.raw.assignees === raw.assignees ? before.assignees : coded(raw.assignees);
  return { raw, places, columns, revision: raw.revision, revisions: raw.revisions, review: raw.review, assignees, placeOf };
}

function placesOf(ids: Float64Array): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let place = 0; place < ids.length; place++) places.set(ids[place] as number, place);
  return places;
}

function coded(texts: readonly (string | null)[]): CodedTexts {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (text === null) return -1;
    const known = codeOf.get(text);
    if (known !== undefined) return known;
    codeOf.set(text, codeOf.size);
    return codeOf.size - 1;
  });
  return { codes, values: [...codeOf.keys()] };
}

/** The keys at these places of the index. */
export function idsAt(index: FrameIndex, places: ArrayLike<number>): Float64Array {
  const { ids } = index.columns;
  return Float64Array.from(places, (place) => {
    const id = ids[place];
    if (id === undefined) throw new AppError('internal', 'A frame index lies outside the dataset.', { place });
    return id;
  });
}
