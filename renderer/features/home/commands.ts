import type { Command } from '../../state/commandStore.ts';

export const homeCommands: readonly Command[] = [
  { id: 'home.new', scope: 'home', keys: ['N'], icon: 'plus' },
  { id: 'home.open', scope: 'home', keys: ['O'], icon: 'open' },
  { id: 'home.import', scope: 'home', keys: ['I'], icon: 'import' },
  { id: 'home.demo', scope: 'home', keys: ['D'], icon: 'demo' },
  { id: 'home.find', scope: 'home', keys: ['/'], icon: 'search' },
];
