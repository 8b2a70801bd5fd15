import type { Command } from '../../state/commandStore.ts';

const command = (name: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({
  id: `canvas.${name}`,
  scope: 'label',
  keys,
  ...more,
});

/** What changes what is seen and nothing that is stored. */
export const viewCommands: readonly Command[] = [
  command('imagePanel', ['Shift+I'], { icon: 'sun' }),
  command('boxesPanel', ['Shift+B'], { icon: 'eye' }),
  command('brighter', ['Alt+ArrowUp'], { hidden: true }),
  command('darker', ['Alt+ArrowDown'], { hidden: true }),
  command('moreContrast', ['Alt+Shift+ArrowUp'], { hidden: true }),
  command('lessContrast', ['Alt+Shift+ArrowDown'], { hidden: true }),
  command('resetImage', ['Alt+0'], { icon: 'undo' }),
  command('autoLevels', [], { icon: 'sun' }),
  command('clahe', [], { icon: 'sun' }),
  command('invert', [], { icon: 'sun' }),
  command('nextChannel', [], { icon: 'sun' }),
  command('magnifier', ['P'], { hidden: true }),
  command('minimap', ['Shift+M'], { icon: 'fit' }),
  command('crosshair', ['Shift+O'], { icon: 'plus' }),
  command('pixelGrid', [], { icon: 'frames' }),
  command('tags', ['Shift+T'], { icon: 'tag' }),
  command('colorBy', ['Shift+Y'], { icon: 'eye' }),
  command('raiseScore', ['>'], { hidden: true }),
  command('lowerScore', ['<'], { hidden: true }),
  command('clearFilter', ['Shift+A'], { icon: 'close' }),
  command('compare', ['Shift+K'], { icon: 'columns' }),
  command('compareMode', ['Alt+K'], { icon: 'columns' }),
];
