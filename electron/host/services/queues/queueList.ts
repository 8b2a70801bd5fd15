import { frameSelection } from '../../../../shared/contract/frames.ts';
import type { FrameQueryResult } from '../../../../shared/contract/frames.ts';
import type { Hit } from '../../../../shared/contract/triggers.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { QueueDefinition } from '../../../../shared/review/queueId.ts';
import type { Person } from '../../../db/person.ts';
import type { StoredQueue } from '../../../db/queries/queues.ts';
import type { FrameIndexes } from '../frames/frameIndexes.ts';
import type { OpenDataset } from '../openDataset.ts';
import { seededRandom } from '../triggers/randomOrder.ts';
import type { TriggerService } from '../triggers/triggerService.ts';
import type { createTriggerLibrary } from '../triggers/triggerLibrary.ts';
import { withVerdicts } from '../triggers/verdicts.ts';

export type QueueList = Pick<StoredQueue, 'frames' | 'triggerHash' | 'sources' | 'severities' | 'offsets' | 'witnessIds' | 'witnessBoxes'>;

export interface QueueListDeps {
  readonly triggers: TriggerService;
  readonly frameIndexes: FrameIndexes;
  readonly library: ReturnType<typeof createTriggerLibrary>;
  /** A person with the names they had before. */
  readonly personOf: (name: string) => Person;
}

const maxHits = 100_000;

/** What a queue holds if it is begun now. Errors: not_found, trigger_*, invalid_request. */
export async function queueList(
  { triggers, frameIndexes, library, personOf }: QueueListDeps,
  dataset: OpenDataset,
  queue: QueueDefinition,
  options: { readonly author: string; readonly signal: AbortSignal },
): Promise<QueueList> {
  const { signal } = options;
  switch (queue.kind) {
    case 'frames': {
      const selection = frameSelection.safeParse({
        ...(queue.where === '' ? {} : { where: queue.where }),
        ...(queue.name === '' ? {} : { name: queue.name }),
        facets: queue.facets,
      });
      if (!selection.success) throw new AppError('invalid_request', 'This address names no queue.', { reason: selection.error.message });
      const order = queue.where === '' ? 'name' : 'severity';
      return fromQuery(await triggers.query(dataset, { selection: selection.data, order }, { signal }), await runOf(triggers, dataset));
    }
    case 'hits': {
      const [trigger] = await library.list(dataset, queue.trigger);
      if (trigger === undefined) throw new AppError('not_found', `There is no trigger “${queue.trigger}”.`, { trigger: queue.trigger });
      const { order, seed } = queue;
      const [result] = await triggers.run(dataset, { text: trigger.text, limit: maxHits, order, seed }, { signal });
      if (result === undefined) return plain(new Float64Array());
      const judged = await withVerdicts(dataset, result);
      // What was judged is work that is done.
      return fromHits(
        judged.top.filter((hit) => hit.verdict === undefined),
        result.hash,
      );
    }
    case 'sample': {
      const base = await triggers.frameFilter(dataset, queue.where, { signal, images: 'ask' });
      const strata = queue.per === null ? [[...base.keys()]] : await stratify(base, queue.per);
      const random = seededRandom(queue.seed);
      const chosen = new Set<number>();
      for (const places of strata) for (const place of choose(places, queue.count, random)) chosen.add(place);
      return plain(
        Float64Array.from(
          [...chosen].sort((a, b) => a - b),
          (place) => base[place] as number,
        ),
      );
    }
    case 'assigned':
      return plain(await dataset.db.read('queues.frames', { kind: 'assigned', ...personOf(queue.to) }));
    default:
      return plain(await dataset.db.read('queues.frames', { kind: queue.kind, ...personOf(options.author) }));
  }

  /** Places of `base` by what the frames have in common; a frame of two categories stands in both. */
  async function stratify(base: Float64Array, per: 'sequence' | 'split' | 'category' | 'state'): Promise<readonly (readonly number[])[]> {
    if (per === 'category') {
      const placeOf = new Map<number, number>([...base].map((id, place) => [id, place]));
      const { categories } = await triggers.names(dataset);
      const lists: number[][] = [];
      for (const { name } of categories) {
        const { ids } = await triggers.query(dataset, { selection: { facets: { category: [name] } } }, { signal });
        lists.push([...ids].map((id) => placeOf.get(id)).filter((place) => place !== undefined));
      }
      return lists;
    }
    const index = await frameIndexes.of(dataset);
    const { states, splits, sequences } = index.columns;
    const codes: ArrayLike<number> = per === 'state' ? states : per === 'split' ? splits.codes : sequences.codes;
    const groups = new Map<number, number[]>();
    base.forEach((id, place) => {
      const code = codes[index.placeOf(id)] ?? -1;
      const group = groups.get(code);
      if (group) group.push(place);
      else groups.set(code, [place]);
    });
    return [...groups.values()];
  }
}

/** `count` of the list by chance, each list of them alike (partial Fisher–Yates). */
function choose(list: readonly number[], count: number, random: () => number): readonly number[] {
  const rest = [...list];
  const end = Math.min(count, rest.length);
  for (let i = 0; i < end; i++) {
    const j = i + Math.floor(random() * (rest.length - i));
    [rest[i], rest[j]] = [rest[j] as number, rest[i] as number];
  }
  return rest.slice(0, end);
}

async function runOf(triggers: TriggerService, dataset: OpenDataset): Promise<readonly string[]> {
  const { activeRun } = await triggers.names(dataset);
  return activeRun === null ? [] : [activeRun];
}

function plain(frames: Float64Array): QueueList {
  return { frames, triggerHash: null, sources: [], severities: null, offsets: null, witnessIds: null, witnessBoxes: null };
}

function fromQuery(result: FrameQueryResult, sources: readonly string[]): QueueList {
  if (result.witnessOffsets === null || result.witnessIds === null || result.witnessIds.length === 0) return plain(result.ids);
  return {
    frames: result.ids,
    triggerHash: null,
    sources,
    severities: result.severities,
    offsets: result.witnessOffsets,
    witnessIds: result.witnessIds,
    witnessBoxes: result.witnessBoxes,
  };
}

function fromHits(hits: readonly Hit[], hash: string): QueueList {
  const offsets = new Uint32Array(hits.length + 1);
  hits.forEach(({ witness }, i) => (offsets[i + 1] = (offsets[i] as number) + witness.length));
  const boxes = hits.flatMap(({ witness }) => witness);
  return {
    frames: Float64Array.from(hits, ({ frameId }) => frameId),
    triggerHash: hash,
    sources: [...new Set(boxes.map(({ source }) => source))],
    severities: Float64Array.from(hits, ({ severity }) => severity),
    offsets,
    witnessIds: Float64Array.from(boxes, ({ id }) => id),
    witnessBoxes: Float64Array.from(boxes.flatMap(({ bbox }) => bbox)),
  };
}
