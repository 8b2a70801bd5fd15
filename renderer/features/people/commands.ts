import type { Command } from '../../state/commandStore.ts';

export const peopleCommands: readonly Command[] = [
  { id: 'review.author', scope: 'global', keys: [], icon: 'edit' },
  { id: 'review.statistics', scope: 'global', keys: [], icon: 'review' },
];
