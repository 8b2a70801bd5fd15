import { reviewFacets } from '../../../../shared/contract/frames.ts';
import type { FacetCounts, FrameSelection } from '../../../../shared/contract/frames.ts';
import type { BoxColumns } from '../../../../shared/domain/columns.ts';
import { frameStates } from '../../../../shared/domain/frame.ts';
import type { FrameIndex } from '../frames/frameIndex.ts';
import type { OpenDataset } from '../openDataset.ts';
import type { PredictionStore } from '../predictions/predictionStore.ts';
import type { AnnotationColumnsCaches } from './annotationColumns.ts';

type Facets = NonNullable<FrameSelection['facets']>;
type FacetName = keyof Facets;
const facetNames = ['state', 'review', 'assignee', 'category', 'split', 'sequence', 'run', 'tag'] as const satisfies readonly FacetName[];

export interface FacetInput {
  readonly dataset: OpenDataset;
  readonly index: FrameIndex;
  readonly selection: FrameSelection;
  readonly predictions: PredictionStore;
  readonly annotations: AnnotationColumnsCaches;
}

/** A byte a frame: 1 where it is in. */
type Marks = Uint8Array;

/** What frames have of one facet. */
interface Facet {
  readonly names: readonly string[];
  /** Per name, how many of the marked frames have it. */
  count(marked: Marks): ArrayLike<number>;
  /** Frames that have any of the values. */
  anyOf(wanted: readonly string[]): Marks;
}

/** Places of the frames that every facet lets through, rising. Inside one facet any of the values will do. */
export async function facetPlaces(input: FacetInput): Promise<Uint32Array> {
  const allowed = both(await allowedByFacet(input));
  const total = input.index.columns.ids.length;
  if (allowed === null) return new Uint32Array(total).map((_, place) => place);
  const places = new Uint32Array(sum(allowed));
  let at = 0;
  for (let place = 0; place < total; place++) if (allowed[place] === 1) places[at++] = place;
  return places;
}

/**
 * How many frames each value would leave, with the other facets as they are: so that a facet shows its alternatives, too.
 * `base` are the places that the query itself lets through.
 */
export async function facetCounts(
  input: FacetInput & {
    readonly base: Uint32Array | null;
    readonly categories: readonly { readonly id: number; readonly name: string }[];
    readonly runs: readonly string[];
  },
): Promise<FacetCounts> {
  const inBase = new Uint8Array(input.index.columns.ids.length).fill(input.base === null ? 1 : 0);
  for (const place of input.base ?? []) inBase[place] = 1;
  const byFacet = await allowedByFacet(input);
  const count = async (name: FacetName): Promise<{ name: string; frames: number }[]> => {
    const facet = await facetOf(input, name, { categories: input.categories, runs: input.runs });
    const others = both(new Map([...byFacet].filter(([other]) => other !== name)));
    const counts = facet.count(others === null ? inBase : intersection(inBase, others));
    return facet.names.map((value, i) => ({ name: value, frames: counts[i] ?? 0 }));
  };
  const [state, review, assignee, category, split, sequence, run, tag] = await Promise.all([
    count('state'),
    count('review'),
    count('assignee'),
    count('category'),
    count('split'),
    count('sequence'),
    count('run'),
    count('tag'),
  ]);
  return {
    state: Object.fromEntries(state.map(({ name, frames }) => [name, frames])),
    category,
    split,
    sequence,
    run,
    tag,
    assignee,
    review,
  };
}

/** Per facet that narrows anything, the frames that it lets through. */
async function allowedByFacet(input: FacetInput): Promise<ReadonlyMap<FacetName | 'name', Marks>> {
  const allowed = new Map<FacetName | 'name', Marks>();
  const part = input.selection.name?.trim().toLowerCase() ?? '';
  if (part !== '')
    allowed.set(
      'name',
      Uint8Array.from(input.index.columns.names, (name) => (name.toLowerCase().includes(part) ? 1 : 0)),
    );
  for (const name of facetNames) {
    const wanted: readonly string[] = input.selection.facets?.[name] ?? [];
    if (wanted.length === 0) continue;
    const categories = name === 'category' ? await input.dataset.db.read('categories.list', {}) : [];
    allowed.set(name, (await facetOf(input, name, { categories, runs: wanted })).anyOf(wanted));
  }
  return allowed;
}

interface Known {
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly runs: readonly string[];
}

async function facetOf(input: FacetInput, name: FacetName, { categories, runs }: Known): Promise<Facet> {
  const { columns } = input.index;
  switch (name) {
    case 'state':
      return codedFacet(columns.states, frameStates);
    case 'split':
      return codedFacet(columns.splits.codes, columns.splits.values);
    case 'sequence':
      return codedFacet(columns.sequences.codes, columns.sequences.values);
    case 'assignee':
      return codedFacet(input.index.assignees.codes, input.index.assignees.values);
    case 'review':
      return marksFacet(
        new Map(reviewFacets.map((what, bit) => [what, input.index.review.map((bits) => (bits >> bit) & 1)])),
        columns.ids.length,
      );
    case 'tag':
      return marksFacet(columns.tags ?? new Map<string, Marks>(), columns.ids.length);
    case 'category': {
      const { columns: boxes } = await input.annotations.of(input.dataset).current();
      const byId = categoryMarks(boxes, input.index);
      return marksFacet(new Map(categories.map((category) => [category.name, byId.get(category.id)])), columns.ids.length);
    }
    case 'run':
      return marksFacet(
        new Map(await Promise.all(runs.map(async (run) => [run, await framesOfRun(input, run)] as const))),
        columns.ids.length,
      );
  }
}

/** Each frame has one value, or none (a code outside the names). */
function codedFacet(codes: ArrayLike<number>, names: readonly string[]): Facet {
  return {
    names,
    count(marked) {
      const counts = new Float64Array(names.length);
      for (let place = 0; place < codes.length; place++) {
        const code = codes[place] as number;
        if (marked[place] === 1 && code >= 0) counts[code] = (counts[code] ?? 0) + 1;
      }
      return counts;
    },
    anyOf(wanted) {
      const isWanted = names.map((name) => wanted.includes(name));
      const marks = new Uint8Array(codes.length);
      for (let place = 0; place < codes.length; place++) if (isWanted[codes[place] as number] === true) marks[place] = 1;
      return marks;
    },
  };
}

/** Frames may have several values. A value without marks is on no frame. */
function marksFacet(members: ReadonlyMap<string, Marks | undefined>, total: number): Facet {
  return {
    names: [...members.keys()],
    count: (marked) =>
      [...members.values()].map((marks) => {
        let frames = 0;
        if (marks) for (let place = 0; place < total; place++) frames += (marked[place] as number) & (marks[place] as number);
        return frames;
      }),
    anyOf(wanted) {
      const result = new Uint8Array(total);
      for (const name of new Set(wanted)) {
        const marks = members.get(name);
        if (marks) for (let place = 0; place < total; place++) result[place] = (result[place] as number) | (marks[place] as number);
      }
      return result;
    },
  };
}

/** By the columns it was read from: facets are asked for again and again while nothing changes. */
const categoryMarksOf = new WeakMap<BoxColumns, { readonly ids: Float64Array; readonly marks: ReadonlyMap<number, Marks> }>();

/** Frames by the categories of their annotations. */
function categoryMarks(boxes: BoxColumns, index: FrameIndex): ReadonlyMap<number, Marks> {
  const { ids } = index.columns;
  const known = categoryMarksOf.get(boxes);
  if (known?.ids === ids) return known.marks;
  const marks = new Map<number, Marks>();
  for (let f = 0; f < boxes.frameIds.length; f++) {
    const place = index.placeOf(boxes.frameIds[f] as number);
    if (place < 0) continue;
    const end = boxes.offsets[f + 1] as number;
    for (let row = boxes.offsets[f] as number; row < end; row++) {
      const category = boxes.categories[row] as number;
      let list = marks.get(category);
      if (!list) {
        list = new Uint8Array(ids.length);
        marks.set(category, list);
      }
      list[place] = 1;
    }
  }
  categoryMarksOf.set(boxes, { ids, marks });
  return marks;
}

async function framesOfRun({ dataset, index, predictions }: FacetInput, run: string): Promise<Marks> {
  const marks = new Uint8Array(index.columns.ids.length);
  for (const id of await predictions.framesOf(dataset, run)) {
    const place = index.placeOf(id);
    if (place >= 0) marks[place] = 1;
  }
  return marks;
}

function both(allowed: ReadonlyMap<string, Marks>): Marks | null {
  let result: Marks | null = null;
  for (const marks of allowed.values()) result = result === null ? marks : intersection(result, marks);
  return result;
}

function intersection(a: Marks, b: Marks): Marks {
  return a.map((mark, place) => mark & (b[place] as number));
}

function sum(marks: Marks): number {
  let total = 0;
  for (const mark of marks) total += mark;
  return total;
}
