import type { Command } from '../../state/commandStore.ts';

const inLabel = (name: string, keys: readonly string[], more: Partial<Command> = {}): Command => ({
  id: `review.${name}`,
  scope: 'label',
  keys,
  ...more,
});

/** Comments, verdicts' reasons and differences on the canvas. */
export const reviewCommands: readonly Command[] = [
  inLabel('comment', ['O'], { icon: 'comment' }),
  inLabel('quickIssue', ['Shift+F'], { icon: 'warning' }),
  inLabel('nextComment', ['.'], { icon: 'next' }),
  inLabel('previousComment', [','], { icon: 'previous' }),
  inLabel('replyComment', ['Alt+R'], { icon: 'comment' }),
  inLabel('resolveComment', ['Alt+.'], { icon: 'check' }),
  inLabel('showDiff', ['K'], { icon: 'eye' }),
  inLabel('nextUnfinished', ['PageDown'], { icon: 'next' }),
];
