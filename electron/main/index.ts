import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, session, shell, utilityProcess } from 'electron';
import { documentsFolder, installation, userDataFolder } from '../node/nodePorts.ts';
import { staticFiles } from '../node/staticFiles.ts';
import { handleScheme, privilegedScheme, respondTo } from './appProtocol.ts';
import { startHostProcess } from './hostProcess.ts';
import { menuTemplate } from './menu.ts';
import { nativeDialogs } from './nativeDialogs.ts';
import { isOwnPage, startPage } from './origin.ts';
import { hardenApp, hardenSession } from './security.ts';
import { keepBounds, readBounds, windowOptions } from './window.ts';

/** An address of the app given on the command line: where the first page begins. */
function addressOf(args: readonly string[]): string {
  const given = args.find((arg) => arg.startsWith('--address='))?.slice('--address='.length);
  return given?.startsWith('/') === true ? given : '/';
}

function main(): void {
  // The same settings and list of datasets as the command line; Chromium keeps its own things apart.
  app.setPath('userData', userDataFolder());
  app.setPath('sessionData', join(userDataFolder(), 'chromium'));
  // One program per person: a second start shows the first one's window.
  if (!app.requestSingleInstanceLock()) return app.quit();
  protocol.registerSchemesAsPrivileged([privilegedScheme]);
  hardenApp(app, shell);

  let window: BrowserWindow | undefined;
  const built = fileURLToPath(new URL('..', import.meta.url));

  app.on('second-instance', () => {
    if (window === undefined) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());

  void app.whenReady().then(() => {
    hardenSession(session.defaultSession);
    const host = startHostProcess({
      fork: (file, args, options) => utilityProcess.fork(file, args, options),
      newChannel: () => new MessageChannelMain(),
      fileOf: (module) => join(built, `${module}.js`),
      start: {
        type: 'start',
        appVersion: app.getVersion(),
        paths: {
          userData: app.getPath('userData'),
          documents: documentsFolder(),
          // Models must be real files: native code cannot read inside an archive.
          resources: app.isPackaged ? process.resourcesPath : join(installation, 'resources'),
        },
      },
      dialogs: nativeDialogs(dialog, shell, () => window),
      log: (text) => process.stderr.write(text),
      onRestart: () => giveLine(),
      onFailure: (message) => {
        dialog.showErrorBox('Hardcase cannot go on', `${message}\nWhat was shown as saved is saved. Start Hardcase again.`);
        app.exit(1);
      },
    });
    const giveLine = (): void => window?.webContents.postMessage('host-port', null, [host.newLine()]);

    handleScheme(
      protocol,
      respondTo(staticFiles(join(installation, 'dist', 'renderer')), (request) => host.media(request)),
    );
    ipcMain.on('renderer-ready', (event) => {
      // Our page in its top frame, and nobody else, gets a line.
      const frame = event.senderFrame;
      if (window !== undefined && frame !== null && frame === window.webContents.mainFrame && isOwnPage(frame.url)) giveLine();
    });

    const boundsFile = join(app.getPath('userData'), 'window.json');
    const made = new BrowserWindow(windowOptions(join(built, 'preload', 'index.cjs'), readBounds(boundsFile)));
    window = made;
    keepBounds(made, boundsFile);
    made.once('ready-to-show', () => made.show());
    made.on('closed', () => (window = undefined));
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, (id) => made.webContents.send('command', id))));
    void made.loadURL(`${startPage}#${addressOf(process.argv)}`);

    let closed = false;
    app.on('before-quit', (event) => {
      if (closed) return;
      event.preventDefault();
      void host.close().then(() => {
        closed = true;
        app.quit();
      });
    });
  });
}

main();
