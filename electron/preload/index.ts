import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { DesktopBridge } from '../../shared/contract/bridge.ts';

contextBridge.exposeInMainWorld('desktop', {
  kind: 'electron',
  platform: process.platform,
  pathOf: (file) => webUtils.getPathForFile(file as File),
} satisfies DesktopBridge);

// The line to the host: main sends a port, the page takes it. A page that was loaded anew asks again.
ipcRenderer.on('host-port', (event) => window.postMessage('host-port', location.origin, event.ports));
ipcRenderer.on('command', (_event, id: unknown) => window.postMessage({ command: String(id) }, location.origin));
ipcRenderer.send('renderer-ready');
