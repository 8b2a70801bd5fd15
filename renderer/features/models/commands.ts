import type { Command } from '../../state/commandStore.ts';

export const modelsCommands: readonly Command[] = [
  { id: 'models.add', scope: 'models', keys: ['N'], icon: 'plus' },
  { id: 'models.run', scope: 'models', keys: ['R'], icon: 'play' },
  { id: 'models.close', scope: 'models', keys: ['Escape'], hidden: true },
];
