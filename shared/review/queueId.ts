/**
 * A queue by its definition, as it stands in an address: `unlabeled`, `assigned?to=Mara`, `sample?n=50&seed=7&per=sequence`,
 * `frames?where=…`, `hits?trigger=…`. The same definition is the same queue; each person has their own place in it.
 */
export const stateQueues = ['unlabeled', 'rejected', 'unreviewed', 'changed', 'comments', 'corrected'] as const;
export type StateQueue = (typeof stateQueues)[number];

export const strata = ['sequence', 'split', 'category', 'state'] as const;
export type Stratum = (typeof strata)[number];

/** What Space says in a queue: labeled, or approved. */
export type QueueWork = 'label' | 'review';

export type QueueDefinition =
  | { readonly kind: StateQueue }
  | { readonly kind: 'assigned'; readonly to: string }
  | {
      readonly kind: 'sample';
      /** Frames altogether, or of each stratum. */
      readonly count: number;
      readonly seed: number;
      readonly per: Stratum | null;
      readonly work: QueueWork;
      readonly where: string;
    }
  | {
      readonly kind: 'frames';
      readonly where: string;
      /** A part of the frame's name. */
      readonly name: string;
      readonly facets: { readonly [facet: string]: readonly string[] };
      readonly work: QueueWork;
    }
  | { readonly kind: 'hits'; readonly trigger: string; readonly order: 'severity' | 'random' | 'frame'; readonly seed: number };

export const maxSample = 100_000;
const facetPrefix = 'f.';

export function formatQueueId(queue: QueueDefinition): string {
  const params = new URLSearchParams();
  switch (queue.kind) {
    case 'assigned':
      params.set('to', queue.to);
      break;
    case 'sample':
      params.set('n', String(queue.count));
      params.set('seed', String(queue.seed));
      if (queue.per !== null) params.set('per', queue.per);
      if (queue.where !== '') params.set('where', queue.where);
      if (queue.work === 'review') params.set('work', 'review');
      break;
    case 'frames':
      if (queue.where !== '') params.set('where', queue.where);
      if (queue.name !== '') params.set('name', queue.name);
      for (const [facet, values] of Object.entries(queue.facets)) for (const value of values) params.append(facetPrefix + facet, value);
      if (queue.work === 'review') params.set('work', 'review');
      break;
    case 'hits':
      params.set('trigger', queue.trigger);
      if (queue.order !== 'severity') params.set('order', queue.order);
      if (queue.order === 'random') params.set('seed', String(queue.seed));
      break;
    default:
  }
  return params.size === 0 ? queue.kind : `${queue.kind}?${params.toString()}`;
}

/** Null where it is no queue: a stale or hand-written address. */
export function parseQueueId(id: string): QueueDefinition | null {
  const cut = id.indexOf('?');
  const kind = cut < 0 ? id : id.slice(0, cut);
  const params = new URLSearchParams(cut < 0 ? '' : id.slice(cut + 1));
  const work: QueueWork = params.get('work') === 'review' ? 'review' : 'label';
  const where = params.get('where') ?? '';
  const simple = stateQueues.find((name) => name === kind);
  if (simple !== undefined) return { kind: simple };
  switch (kind) {
    case 'assigned': {
      const to = params.get('to') ?? '';
      return to === '' ? null : { kind, to };
    }
    case 'sample': {
      const count = whole(params.get('n'), 1, maxSample);
      const seed = whole(params.get('seed') ?? '1', 0, 2 ** 31);
      if (count === null || seed === null) return null;
      return { kind, count, seed, per: strata.find((name) => name === params.get('per')) ?? null, work, where };
    }
    case 'frames': {
      const facets: { [facet: string]: string[] } = {};
      for (const [name, value] of params) if (name.startsWith(facetPrefix)) (facets[name.slice(facetPrefix.length)] ??= []).push(value);
      return { kind, where, name: params.get('name') ?? '', facets, work };
    }
    case 'hits': {
      const trigger = params.get('trigger') ?? '';
      const order = (['severity', 'random', 'frame'] as const).find((name) => name === params.get('order')) ?? 'severity';
      const seed = whole(params.get('seed') ?? '1', 0, 2 ** 31);
      return trigger === '' || seed === null ? null : { kind, trigger, order, seed };
    }
    default:
      return null;
  }
}

function whole(text: string | null, low: number, high: number): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value >= low && value <= high ? value : null;
}

export function queueWork(queue: QueueDefinition): QueueWork {
  switch (queue.kind) {
    case 'unreviewed':
    case 'changed':
      return 'review';
    case 'sample':
    case 'frames':
      return queue.work;
    default:
      return 'label';
  }
}
