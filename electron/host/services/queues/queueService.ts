import type { OpenQueue, QueueCount, QueueProgress } from '../../../../shared/contract/queues.ts';
import { queueStatus } from '../../../../shared/contract/queues.ts';
import { AppError } from '../../../../shared/errors.ts';
import { medianOf } from '../../../../shared/review/median.ts';
import { formatQueueId, parseQueueId, stateQueues } from '../../../../shared/review/queueId.ts';
import type { QueueDefinition } from '../../../../shared/review/queueId.ts';
import type { StoredQueue } from '../../../db/queries/queues.ts';
import type { OpenDataset } from '../openDataset.ts';
import { queueList } from './queueList.ts';
import type { QueueListDeps } from './queueList.ts';

interface Who {
  readonly author: string;
  readonly signal: AbortSignal;
}

export interface QueueService {
  list(dataset: OpenDataset, who: Who): Promise<{ readonly queues: readonly QueueCount[]; readonly begun: readonly string[] }>;
  open(dataset: OpenDataset, id: string, renew: 'never' | 'finished' | 'always', who: Who): Promise<OpenQueue>;
  progress(dataset: OpenDataset, id: string, who: Who): Promise<QueueProgress>;
}

/** Queues of people: made once, kept as they were, worked through over days. On a read-only dataset they are made anew each time. */
export function createQueueService(deps: QueueListDeps): QueueService {
  async function begin(dataset: OpenDataset, id: string, queue: QueueDefinition, who: Who): Promise<StoredQueue> {
    const list = await queueList(deps, dataset, queue, who);
    const startedAt = Date.now();
    if (!dataset.readOnly) await dataset.db.write('queues.begin', { author: who.author, id, startedAt, ...list });
    return { startedAt, place: 0, done: new Float64Array(), times: new Float64Array(), ...list };
  }

  return {
    async list(dataset, { author }) {
      const [counts, begun] = await Promise.all([
        dataset.db.read('queues.counts', deps.personOf(author)),
        dataset.db.read('queues.begun', deps.personOf(author)),
      ]);
      return {
        queues: [
          ...stateQueues.map((kind) => ({ id: formatQueueId({ kind }), frames: counts[kind] })),
          { id: formatQueueId({ kind: 'assigned', to: author }), frames: counts.assigned },
        ],
        begun,
      };
    },
    async open(dataset, id, renew, who) {
      const queue = definitionOf(id);
      const key = formatQueueId(queue);
      const known = renew === 'always' ? null : await dataset.db.read('queues.stored', { ...deps.personOf(who.author), id: key });
      let stored = known ?? (await begin(dataset, key, queue, who));
      let progress = await progressOf(deps, dataset, queue, stored, who);
      if (known !== null && renew === 'finished' && progress.left === 0) {
        stored = await begin(dataset, key, queue, who);
        progress = await progressOf(deps, dataset, queue, stored, who);
      }
      return {
        ...progress,
        id: key,
        startedAt: new Date(stored.startedAt).toISOString(),
        ids: stored.frames,
        place: Math.min(stored.place, Math.max(stored.frames.length - 1, 0)),
        severities: stored.severities,
        witnessOffsets: stored.offsets,
        witnessIds: stored.witnessIds,
        witnessBoxes: stored.witnessBoxes,
        sources: stored.sources,
        hits:
          queue.kind === 'hits' && stored.triggerHash !== null
            ? { trigger: queue.trigger, hash: stored.triggerHash, randomOrder: queue.order === 'random' }
            : null,
      };
    },
    async progress(dataset, id, who) {
      const queue = definitionOf(id);
      const stored = await dataset.db.read('queues.stored', { ...deps.personOf(who.author), id: formatQueueId(queue) });
      if (stored === null) throw new AppError('not_found', 'This queue was not begun.', { queue: id });
      return progressOf(deps, dataset, queue, stored, who);
    },
  };
}

function definitionOf(id: string): QueueDefinition {
  const queue = parseQueueId(id);
  if (queue === null) throw new AppError('invalid_request', 'This address names no queue.', { queue: id });
  return queue;
}

async function progressOf(
  { personOf }: QueueListDeps,
  dataset: OpenDataset,
  queue: QueueDefinition,
  stored: StoredQueue,
  { author }: Who,
): Promise<QueueProgress> {
  const status = new Uint8Array(stored.frames.length);
  if (queue.kind !== 'frames' && queue.kind !== 'sample' && queue.kind !== 'hits') {
    const person = personOf(queue.kind === 'assigned' ? queue.to : author);
    const still = new Set(await dataset.db.read('queues.frames', { kind: queue.kind, ...person }));
    stored.frames.forEach((id, place) => {
      if (!still.has(id)) status[place] = queueStatus.gone;
    });
  }
  for (const place of stored.done) status[place] = queueStatus.done;
  let left = 0;
  for (const one of status) if (one === queueStatus.open) left++;
  return { status, left, medianMs: medianOf(stored.times), timed: stored.times.length };
}
