import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/controls.css';
import './shell.css';
import { createRoot } from 'react-dom/client';
import { cleanAddress } from '../api/connect.ts';
import { App } from './App.tsx';
import { declareAllCommands } from './commands.ts';
import { startKeyboard } from './keyboard.ts';
import { followDataset } from './openDataset.ts';
import { followSaving } from '../platform/saveQueues.ts';
import { onMenuCommand } from '../platform/menuCommands.ts';
import { runCommand } from '../state/commandStore.ts';
import { followHost, handleGlobalCommands } from './start.ts';
import { startTheme } from './theme.ts';
import { resolveLanguage, startTexts } from '../locales/i18n.ts';
import { startAddresses } from '../state/addressStore.ts';

/** Starts the window. Everything that every view needs is in place before the first one is drawn. */
export async function run(root: HTMLElement): Promise<void> {
  cleanAddress();
  startTheme();
  await startTexts(resolveLanguage('system', navigator.languages));
  startAddresses(window);
  declareAllCommands();
  handleGlobalCommands();
  onMenuCommand(runCommand);
  startKeyboard();
  followHost();
  followSaving();
  followDataset();
  createRoot(root).render(<App />);
}
