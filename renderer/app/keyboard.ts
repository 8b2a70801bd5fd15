import { chordOf } from '../lib/keys.ts';
import { isMac } from '../lib/platformKeys.ts';
import { addressStore } from '../state/addressStore.ts';
import { commandFor, runCommand } from '../state/commandStore.ts';
import { overlayStore } from '../state/overlayStore.ts';
import { settingsStore } from '../state/settingsStore.ts';
import { boundKeys } from '../state/keyPresets.ts';

/** Whether the event's target takes text. Looks into shadow roots: the code editor lives in one. */
export function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button', 'color'].includes(target.type);
}

function inFloating(event: Event): boolean {
  return event.composedPath().some((node) => node instanceof Element && (node.matches('[role=menu]') || node.matches('[role=dialog]')));
}

/** Enter and Space belong to the control that has the focus. */
function belongsToControl(event: KeyboardEvent): boolean {
  if ((event.key !== 'Enter' && event.key !== ' ') || event.ctrlKey || event.metaKey) return false;
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    target.matches('button, a[href], summary, [role=menuitem], [role=switch], [role=radio], [role=tab], input')
  );
}

/** One listener for all commands. A part that handles a key itself calls `preventDefault`. */
export function startKeyboard(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || (event.repeat === true && event.key === 'Enter')) return;
    const chord = chordOf(event, isMac);
    if (chord === null || belongsToControl(event)) return;
    const { palette, modals } = overlayStore.getState();
    const floating = palette || modals > 0 || inFloating(event);
    const { address } = addressStore.getState();
    const command = commandFor(chord, address.view, boundKeys(settingsStore.getState().settings), isTyping(event));
    if (command === null || (floating && command.id !== 'app.palette')) return;
    if (runCommand(command.id)) event.preventDefault();
  });
}
