import type { Verdict } from '../../../shared/contract/triggers.ts';
import type { Command } from '../../state/commandStore.ts';

const command = (name: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({
  id: `triggers.${name}`,
  scope: 'triggers',
  keys,
  ...more,
});

/** What a person says about a hit, in the order of the bar. */
export const verdictCommands = [
  { verdict: 'accept', name: 'accept', keys: ['Y'] },
  { verdict: 'relabel', name: 'relabel', keys: ['E'] },
  { verdict: 'merge', name: 'merge', keys: ['M'] },
  { verdict: 'delete_first', name: 'deleteFirst', keys: ['Shift+1'] },
  { verdict: 'delete_second', name: 'deleteSecond', keys: ['Shift+2'] },
  { verdict: 'ignore', name: 'ignore', keys: ['X'] },
  { verdict: 'reject', name: 'reject', keys: ['N'] },
] as const satisfies readonly { readonly verdict: Verdict; readonly name: string; readonly keys: readonly string[] }[];

/** Verdict keys are never heard while somebody types: `whileTyping` stays off. */
export const triggersCommands: readonly Command[] = [
  command('query', ['/'], { icon: 'search' }),
  command('leaveQuery', ['Escape'], { icon: 'close' }),
  command('new', ['Shift+N'], { icon: 'plus' }),
  command('save', ['Mod+S'], { whileTyping: true, icon: 'check' }),
  command('edit', ['I'], { icon: 'edit' }),
  command('arm', ['A'], { icon: 'trigger' }),
  command('review', ['Shift+Enter'], { icon: 'review' }),
  command('open', ['Enter'], { icon: 'label' }),
  ...verdictCommands.map(({ name, keys }) => command(name, keys)),
  command('undo', ['Mod+Z'], { icon: 'undo' }),
  command('remove', [], { icon: 'delete' }),
];
