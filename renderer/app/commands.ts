import { type Command, declareCommands } from '../state/commandStore.ts';
import { framesCommands } from '../features/frames/commands.ts';
import { homeCommands } from '../features/home/commands.ts';
import { labelCommands } from '../features/label/commands.ts';
import { reviewCommands } from '../features/label/reviewCommands.ts';
import { viewCommands } from '../features/label/viewCommands.ts';
import { trackCommands } from '../features/label/tracks/commands.ts';
import { modelsCommands } from '../features/models/commands.ts';
import { peopleCommands } from '../features/people/commands.ts';
import { queueCommands } from '../features/queues/commands.ts';
import { triggersCommands } from '../features/triggers/commands.ts';
import { versionsCommands } from '../features/versions/commands.ts';

/** Commands that act everywhere. Views add theirs below, one line each. */
export const globalCommands: readonly Command[] = [
  { id: 'app.palette', scope: 'global', keys: ['Mod+K'], icon: 'command', whileTyping: true, hidden: true },
  { id: 'app.help', scope: 'global', keys: ['?', 'F1'], icon: 'help' },
  { id: 'app.home', scope: 'global', keys: ['Alt+1'], icon: 'home', whileTyping: true },
  { id: 'app.frames', scope: 'global', keys: ['Alt+2'], icon: 'frames', whileTyping: true },
  { id: 'app.label', scope: 'global', keys: ['Alt+3'], icon: 'label', whileTyping: true },
  { id: 'app.triggers', scope: 'global', keys: ['Alt+4'], icon: 'trigger', whileTyping: true },
  { id: 'app.models', scope: 'global', keys: ['Alt+5'], icon: 'box', whileTyping: true },
  { id: 'app.versions', scope: 'global', keys: ['Alt+6'], icon: 'versions', whileTyping: true },
  { id: 'app.settings', scope: 'global', keys: ['Mod+,'], icon: 'settings', whileTyping: true },
  { id: 'app.toggleTheme', scope: 'global', keys: [], icon: 'settings' },
  { id: 'app.systemTheme', scope: 'global', keys: [], icon: 'settings' },
  { id: 'app.toggleContrast', scope: 'global', keys: [], icon: 'settings' },
  { id: 'app.larger', scope: 'global', keys: ['Alt+Plus', 'Alt+='], icon: 'plus', whileTyping: true },
  { id: 'app.smaller', scope: 'global', keys: ['Alt+-'], icon: 'minus', whileTyping: true },
  { id: 'app.tour', scope: 'global', keys: [], icon: 'help' },
  { id: 'app.english', scope: 'global', keys: [], icon: 'settings' },
  { id: 'app.korean', scope: 'global', keys: [], icon: 'settings' },
  { id: 'app.measureImages', scope: 'global', keys: [], icon: 'image' },
  { id: 'app.closeDataset', scope: 'global', keys: [], icon: 'close' },
];

/** All commands there are: what the palette, the shortcuts in Settings and the help page are made of. */
export const allCommands: readonly Command[] = [
  ...globalCommands,
  ...homeCommands,
  ...framesCommands,
  ...labelCommands,
  ...viewCommands,
  ...trackCommands,
  ...reviewCommands,
  ...queueCommands,
  ...peopleCommands,
  ...triggersCommands,
  ...modelsCommands,
  ...versionsCommands,
];

export function declareAllCommands(): void {
  declareCommands(allCommands);
}
