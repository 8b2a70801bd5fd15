import type { TFunction } from 'i18next';
import type { QueueDefinition } from '../../shared/review/queueId.ts';

/** What a queue is called, in the person's language. `author`: who is at work, so that one's own is said so. */
export function queueTitle(queue: QueueDefinition, author: string, t: TFunction<'review'>): string {
  switch (queue.kind) {
    case 'assigned':
      return queue.to === author ? t('queue.mine') : t('queue.assigned', { to: queue.to });
    case 'sample':
      return queue.per === null
        ? t('queue.sample', { count: queue.count })
        : t('queue.sampleOf', { count: queue.count, per: t(`stratum.${queue.per}`) });
    case 'frames':
      return queue.where === '' ? t(queue.work === 'review' ? 'queue.chosenReview' : 'queue.chosen') : queue.where;
    case 'hits':
      return queue.trigger;
    default:
      return t(`queue.${queue.kind}`);
  }
}
