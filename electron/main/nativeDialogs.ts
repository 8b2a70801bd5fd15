import type { BrowserWindow, Dialog, Shell } from 'electron';
import type { NativeDialogs } from '../host/ports.ts';

/** The system's dialogs, above the window that asked. */
export function nativeDialogs(
  dialog: Dialog,
  shell: Pick<Shell, 'showItemInFolder'>,
  window: () => BrowserWindow | undefined,
): NativeDialogs {
  return {
    async choose({ kind, title }) {
      const parent = window();
      if (parent === undefined) return null;
      if (kind === 'save') {
        const { canceled, filePath } = await dialog.showSaveDialog(parent, { title, properties: ['createDirectory'] });
        return canceled ? null : filePath;
      }
      const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
        title,
        properties: kind === 'folder' ? ['openDirectory', 'createDirectory'] : ['openFile'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    reveal(path) {
      shell.showItemInFolder(path);
      return Promise.resolve();
    },
  };
}
