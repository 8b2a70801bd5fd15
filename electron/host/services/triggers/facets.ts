import type { FacetCounts, FrameSelection } from '../../../../shared/contract/frames.ts';
import { frameStates } from '../../../../shared/domain/frame.ts';
import type { CodedTexts } from '../../../../shared/triggers/frameColumns.ts';
import type { FrameIndex } from '../frames/frameIndex.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PredictionStore } from '../predictions/predictionStore.ts';

type Facets = NonNullable<FrameSelection['facets']>;
type FacetName = keyof Facets;

export interface FacetInput {
  readonly dataset: OpenDataset;
  readonly index: FrameIndex;
  readonly selection: FrameSelection;
  readonly predictions: PredictionStore;
}

/** Per value of a facet, a byte a frame: 1 where the frame has it. Frames may have several categories, runs and tags. */
type Membership = ReadonlyMap<string, Uint8Array>;

/** Places of the frames that every facet lets through, rising. Inside one facet any of the values will do. */
export async function facetPlaces(input: FacetInput): Promise<Uint32Array> {
  return placesOf(await allowedBy(input, null), input.index.columns.ids.length);
}

/**
 * How many frames each value would leave, with the other facets as they are: so that a facet shows its alternatives, too.
 * `base` are the places that the query itself lets through.
 */
export async function facetCounts(
  input: FacetInput & {
    readonly base: Uint32Array | null;
    readonly categories: readonly { id: number; name: string }[];
    readonly runs: readonly string[];
  },
): Promise<FacetCounts> {
  const total = input.index.columns.ids.length;
  const inBase = new Uint8Array(total).fill(input.base === null ? 1 : 0);
  for (const place of input.base ?? []) inBase[place] = 1;
  const count = async (facet: FacetName, members: Membership): Promise<{ name: string; frames: number }[]> => {
    const others = await allowedBy(input, facet);
    return [...members].map(([name, marks]) => {
      let frames = 0;
      for (let i = 0; i < total; i++) frames += (inBase[i] as number) & (others?.[i] ?? 1) & (marks[i] as number);
      return { name, frames };
    });
  };
  const names: Membership = new Map(await Promise.all(input.runs.map(async (run) => [run, await framesOfRun(input, run)] as const)));
  const [state, category, split, sequence, run, tag] = await Promise.all([
    count('state', states(input.index)),
    count('category', await categoriesOf(input, input.categories)),
    count('split', coded(input.index.columns.splits)),
    count('sequence', coded(input.index.columns.sequences)),
    count('run', names),
    count('tag', input.index.columns.tags ?? new Map()),
  ]);
  return { state: Object.fromEntries(state.map(({ name, frames }) => [name, frames])), category, split, sequence, run, tag };
}

/** Marks of the frames that all facets but one let through; null where none of them narrows anything. */
async function allowedBy(input: FacetInput, except: FacetName | null): Promise<Uint8Array | null> {
  const { facets } = input.selection;
  if (!facets) return null;
  let allowed: Uint8Array | null = null;
  for (const facet of ['state', 'category', 'split', 'sequence', 'run', 'tag'] as const) {
    const wanted: readonly string[] = facets[facet] ?? [];
    if (facet === except || wanted.length === 0) continue;
    const marks = anyOf(await membership(input, facet, wanted), wanted, input.index.columns.ids.length);
    allowed = allowed === null ? marks : both(allowed, marks);
  }
  return allowed;
}

async function membership(input: FacetInput, facet: FacetName, wanted: readonly string[]): Promise<Membership> {
  const { columns } = input.index;
  switch (facet) {
    case 'state':
      return states(input.index);
    case 'split':
      return coded(columns.splits);
    case 'sequence':
      return coded(columns.sequences);
    case 'tag':
      return columns.tags ?? new Map();
    case 'category': {
      const categories = await input.dataset.db.read('categories.list', {});
      return categoriesOf(
        input,
        categories.filter(({ name }) => wanted.includes(name)),
      );
    }
    case 'run':
      return new Map(await Promise.all(wanted.map(async (run) => [run, await framesOfRun(input, run)] as const)));
  }
}

function states({ columns }: FrameIndex): Membership {
  return new Map(frameStates.map((name, code) => [name, columns.states.map((state) => (state === code ? 1 : 0))]));
}

function coded({ codes, values }: CodedTexts): Membership {
  const marks = values.map(() => new Uint8Array(codes.length));
  codes.forEach((code, place) => {
    const list = marks[code];
    if (list) list[place] = 1;
  });
  return new Map(values.map((name, code) => [name, marks[code] as Uint8Array]));
}

/** Frames by the categories of their annotations. */
async function categoriesOf(
  { dataset, index }: FacetInput,
  categories: readonly { readonly id: number; readonly name: string }[],
): Promise<Membership> {
  const total = index.columns.ids.length;
  const result = new Map<string, Uint8Array>();
  const byId = new Map<number, Uint8Array>();
  for (const { id, name } of categories) {
    const marks = new Uint8Array(total);
    result.set(name, marks);
    byId.set(id, marks);
  }
  const { frames, categories: ids } = await dataset.db.read('frames.categories', {});
  for (let i = 0; i < frames.length; i++) {
    const marks = byId.get(ids[i] as number);
    const place = marks ? index.placeOf(frames[i] as number) : -1;
    if (marks && place >= 0) marks[place] = 1;
  }
  return result;
}

async function framesOfRun({ dataset, index, predictions }: FacetInput, run: string): Promise<Uint8Array> {
  const { frameIds } = await predictions.columnsOf(dataset, run);
  const marks = new Uint8Array(index.columns.ids.length);
  for (const id of frameIds) {
    const place = index.placeOf(id);
    if (place >= 0) marks[place] = 1;
  }
  return marks;
}

function anyOf(members: Membership, wanted: readonly string[], total: number): Uint8Array {
  const marks = new Uint8Array(total);
  for (const name of wanted) members.get(name)?.forEach((mark, place) => (marks[place] = (marks[place] as number) | mark));
  return marks;
}

function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((mark, place) => mark & (b[place] as number));
}

function placesOf(marks: Uint8Array | null, total: number): Uint32Array {
  if (marks === null) return Uint32Array.from({ length: total }, (_, place) => place);
  const places: number[] = [];
  marks.forEach((mark, place) => mark === 1 && places.push(place));
  return Uint32Array.from(places);
}
