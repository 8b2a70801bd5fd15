import type { Command } from '../../state/commandStore.ts';

const start = (name: string): Command => ({ id: `review.start${name}`, scope: 'global', keys: [], icon: 'review' });

export const queueCommands: readonly Command[] = [
  { id: 'review.queues', scope: 'global', keys: ['Alt+Q'], icon: 'review' },
  start('Unlabeled'),
  start('Unreviewed'),
  start('Rejected'),
  start('Changed'),
  start('Corrected'),
  start('Comments'),
  start('Mine'),
];
