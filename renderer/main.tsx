import './platform/trustedTypes.ts';
import './ui/tokens.css';
import './ui/base.css';
import './ui/controls.css';
import './app/shell.css';
import { createRoot } from 'react-dom/client';
import { cleanAddress } from './api/connect.ts';
import { App } from './app/App.tsx';
import { declareAllCommands } from './app/commands.ts';
import { startKeyboard } from './app/keyboard.ts';
import { followDataset } from './app/openDataset.ts';
import { followHost, handleGlobalCommands } from './app/start.ts';
import { startTheme } from './app/theme.ts';
import { resolveLanguage, startTexts } from './locales/i18n.ts';
import { startAddresses } from './state/addressStore.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');

cleanAddress();
startTheme();
await startTexts(resolveLanguage('system', navigator.languages));
startAddresses(window);
declareAllCommands();
handleGlobalCommands();
startKeyboard();
followHost();
followDataset();
createRoot(root).render(<App />);
