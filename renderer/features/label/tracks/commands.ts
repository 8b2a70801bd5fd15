import type { Command } from '../../../state/commandStore.ts';

const command = (name: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({
  id: `tracks.${name}`,
  scope: 'label',
  keys,
  ...more,
});

/** Objects through the frames of a recording. Letters of the canvas are taken, so these lie on the two signs beside them. */
export const trackCommands: readonly Command[] = [
  command('play', ['Shift+P'], { icon: 'play' }),
  command('create', [':'], { icon: 'plus' }),
  command('key', [';'], { icon: 'diamond' }),
  command('sight', ["'"], { icon: 'eye' }),
  command('previousKey', ['Mod+;'], { icon: 'previous' }),
  command('nextKey', ["Mod+'"], { icon: 'next' }),
  command('follow', ['Shift+J'], { icon: 'next' }),
  command('panel', ['Shift+V'], { icon: 'down' }),
  command('end', []),
  command('extend', []),
  command('bridge', []),
  command('split', []),
  command('merge', []),
  command('dissolve', []),
  command('categoryAll', [], { icon: 'tag' }),
  command('categoryOn', [], { icon: 'tag' }),
  command('link', []),
  command('linkRun', []),
  command('delete', [], { icon: 'delete' }),
];
