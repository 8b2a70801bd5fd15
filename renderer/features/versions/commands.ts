import type { Command } from '../../state/commandStore.ts';

export const versionsCommands: readonly Command[] = [
  { id: 'versions.freeze', scope: 'versions', keys: ['F'], icon: 'versions' },
  { id: 'versions.export', scope: 'versions', keys: ['Mod+Enter'], icon: 'import', whileTyping: true },
  { id: 'versions.verify', scope: 'versions', keys: [], icon: 'check' },
  { id: 'versions.restore', scope: 'versions', keys: [], icon: 'undo' },
  { id: 'versions.up', scope: 'versions', keys: ['ArrowUp'], hidden: true },
  { id: 'versions.down', scope: 'versions', keys: ['ArrowDown'], hidden: true },
];
