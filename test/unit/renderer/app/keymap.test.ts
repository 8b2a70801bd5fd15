import { expect, test } from 'vitest';
import { allCommands } from '../../../../renderer/app/commands.ts';
import { keysOf } from '../../../../renderer/state/commandStore.ts';

/** The keys that labelers bring from other tools, on the canvas: what each one does. */
const keymap: readonly (readonly [chord: string, command: string])[] = [
  ['D', 'label.next'],
  ['A', 'label.previous'],
  ['Mod+Shift+D', 'label.nextOpen'],
  ['Mod+Shift+A', 'label.previousOpen'],
  ['V', 'label.forward10'],
  ['C', 'label.back10'],
  ['R', 'label.boxTool'],
  ['W', 'label.boxTool'],
  // In a list of hits the key says "not a hit", and the draw is repeated with Shift.
  ['N', 'label.verdictReject'],
  ['Shift+N', 'label.drawAgain'],
  ['Escape', 'label.selectTool'],
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'].map((digit) => [digit, `label.category${digit}`] as const),
  ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => [`Mod+${digit}`, `label.lockCategory${digit}`] as const),
  ['Delete', 'label.delete'],
  ['Backspace', 'label.delete'],
  ['Mod+Z', 'label.undo'],
  ['Mod+Shift+Z', 'label.redo'],
  ['Mod+Y', 'label.redo'],
  ['Mod+C', 'label.copy'],
  ['Mod+V', 'label.paste'],
  ['Mod+D', 'label.duplicate'],
  ['Mod+P', 'label.repeatPrevious'],
  ['Mod+B', 'label.propagate'],
  ['Tab', 'label.nextBox'],
  ['Shift+Tab', 'label.previousBox'],
  ['Z', 'label.zoomToBox'],
  ['Mod+F', 'label.fit'],
  ['Mod+0', 'label.actualSize'],
  ['Mod+Plus', 'label.zoomIn'],
  ['Mod+-', 'label.zoomOut'],
  ...(['Left', 'Right', 'Up', 'Down'] as const).flatMap((side) => [
    [`Arrow${side}`, `label.${side.toLowerCase()}`] as const,
    [`Shift+Arrow${side}`, `label.${side.toLowerCase()}10`] as const,
    [`Mod+Shift+Arrow${side}`, `label.grow${side}`] as const,
    [`Mod+Alt+Arrow${side}`, `label.shrink${side}`] as const,
  ]),
  ['H', 'label.hide'],
  ['T', 'label.hideAll'],
  ['`', 'label.peek'],
  ['L', 'label.lock'],
  ['Mod+Shift+L', 'label.lockAll'],
  ['Q', 'label.occluded'],
  ['X', 'label.ignore'],
  ['Plus', 'label.front'],
  ['-', 'label.back'],
  ['Space', 'label.accept'],
  ['Mod+Enter', 'label.approve'],
  ['I', 'label.runModel'],
  ['Mod+Shift+B', 'label.runOnSet'],
  ['Mod+S', 'label.save'],
  ['/', 'label.query'],
  ['?', 'app.help'],
  ['F1', 'app.help'],
  ['Mod+K', 'app.palette'],
];

test.each(keymap)('%s is %s', (chord, id) => {
  const command = allCommands.find((candidate) => candidate.id === id);
  expect(command && keysOf(command, {})).toContain(chord);
});
