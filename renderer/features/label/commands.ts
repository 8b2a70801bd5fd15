import type { Command } from '../../state/commandStore.ts';
import { lockDigits } from './lockDigits.ts';

const command = (name: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({
  id: `label.${name}`,
  scope: 'label',
  keys,
  ...more,
});

/** Ten categories by digit, 0 for the tenth. */
export const categoryDigits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

/**
 * Keys of the canvas: the majority of what labelers bring from other tools (references: PEERS 11.2). An arrow moves the
 * selected boxes, and walks the list where nothing is selected; so it is one command, not two on one key.
 */
export const labelCommands: readonly Command[] = [
  command('accept', ['Space'], { icon: 'check' }),
  command('next', ['D'], { icon: 'next' }),
  command('previous', ['A'], { icon: 'previous' }),
  command('forward10', ['V'], { hidden: true }),
  command('back10', ['C'], { hidden: true }),
  command('nextOpen', ['Mod+Shift+D'], { icon: 'next' }),
  command('previousOpen', ['Mod+Shift+A'], { icon: 'previous' }),
  command('needsFix', ['F'], { icon: 'warning' }),
  command('approve', ['Mod+Enter'], { icon: 'check' }),
  command('selectTool', ['Escape'], { hidden: true }),
  command('boxTool', ['R', 'W'], { icon: 'plus' }),
  command('extremeTool', ['Shift+R'], { icon: 'plus' }),
  command('drawAgain', ['Shift+N'], { icon: 'plus' }),
  command('panTool', ['G'], { hidden: true }),
  command('commentTool', ['Shift+C'], { icon: 'comment' }),
  command('relabel', ['E'], { icon: 'tag' }),
  ...categoryDigits.map((digit) => command(`category${digit}`, [digit], { hidden: true })),
  ...lockDigits.map((digit) => command(`lockCategory${digit}`, [`Mod+${digit}`], { hidden: true })),
  command('lockNextCategory', ['Shift+E'], { icon: 'lock' }),
  command('delete', ['Delete', 'Backspace'], { icon: 'delete' }),
  command('undo', ['Mod+Z'], { icon: 'undo' }),
  command('redo', ['Mod+Shift+Z', 'Mod+Y'], { icon: 'redo' }),
  command('copy', ['Mod+C'], { icon: 'copy' }),
  command('paste', ['Mod+V'], { icon: 'paste' }),
  command('duplicate', ['Mod+D'], { icon: 'copy' }),
  command('repeatPrevious', ['Mod+P'], { icon: 'copy' }),
  command('propagate', ['Mod+B'], { icon: 'copy' }),
  command('selectAll', ['Mod+A']),
  command('selectCategory', ['U']),
  command('nextBox', ['Tab'], { hidden: true }),
  command('previousBox', ['Shift+Tab'], { hidden: true }),
  command('left', ['ArrowLeft'], { hidden: true }),
  command('right', ['ArrowRight'], { hidden: true }),
  command('up', ['ArrowUp'], { hidden: true }),
  command('down', ['ArrowDown'], { hidden: true }),
  command('left10', ['Shift+ArrowLeft'], { hidden: true }),
  command('right10', ['Shift+ArrowRight'], { hidden: true }),
  command('up10', ['Shift+ArrowUp'], { hidden: true }),
  command('down10', ['Shift+ArrowDown'], { hidden: true }),
  ...(['left', 'right', 'up', 'down'] as const).flatMap((side) => {
    const arrow = `Arrow${side[0]?.toUpperCase() ?? ''}${side.slice(1)}`;
    return [
      command(`grow.${side}`, [`Mod+Shift+${arrow}`], { hidden: true }),
      command(`shrink.${side}`, [`Mod+Alt+${arrow}`], { hidden: true }),
    ];
  }),
  command('turn.left', ['['], { hidden: true }),
  command('turn.right', [']'], { hidden: true }),
  command('turn.left15', ['{'], { hidden: true }),
  command('turn.right15', ['}'], { hidden: true }),
  command('tighten', ['S'], { icon: 'fit' }),
  command('snapping', ['Shift+S']),
  command('front', ['Plus', '='], { hidden: true }),
  command('back', ['-'], { hidden: true }),
  command('occluded', ['Q']),
  command('truncated', ['Shift+Q'], { hidden: true }),
  command('ignore', ['X']),
  command('hide', ['H'], { icon: 'eye' }),
  command('hideCategory', ['Shift+H'], { icon: 'eye' }),
  command('hideAll', ['T'], { icon: 'eye' }),
  command('lock', ['L'], { icon: 'lock' }),
  command('lockCategory', ['Shift+L'], { icon: 'lock' }),
  command('lockAll', ['Mod+Shift+L'], { icon: 'lock' }),
  command('boxByBox', ['B'], { icon: 'check' }),
  command('runModel', ['I'], { icon: 'play' }),
  command('runOnSet', ['Mod+Shift+B'], { icon: 'play' }),
  command('zoomIn', ['Mod+Plus', 'Mod+='], { icon: 'plus' }),
  command('zoomOut', ['Mod+-'], { icon: 'minus' }),
  command('fit', ['Mod+F'], { icon: 'fit' }),
  command('actualSize', ['Mod+0'], { icon: 'fit' }),
  command('zoomToBox', ['Z'], { icon: 'search' }),
  command('save', ['Mod+S']),
  command('conflictKeepA', ['Alt+A'], { icon: 'check' }),
  command('conflictKeepB', ['Alt+B'], { icon: 'check' }),
  command('conflictThird', ['Alt+C']),
  command('verdictAccept', ['Y'], { icon: 'check' }),
  command('verdictReject', ['N'], { icon: 'close' }),
  command('verdictMerge', ['M']),
  command('verdictDeleteFirst', ['Shift+1'], { icon: 'delete' }),
  command('verdictDeleteSecond', ['Shift+2'], { icon: 'delete' }),
];
