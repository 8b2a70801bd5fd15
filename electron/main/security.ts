import type { App, Session, Shell } from 'electron';
import { isOwnPage, mayOpenOutside } from './origin.ts';

/** What the page may ask of the system: to put text on the clipboard ("Copy details"). Electron grants everything unless told. */
const granted: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** Before `ready`: every window of this program is sandboxed and stays on our pages. */
export function hardenApp(app: App, shell: Pick<Shell, 'openExternal'>): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void; readonly url: string }): void => {
      if (!isOwnPage(event.url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}

/** After `ready`, for the one session there is. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => answer(granted.has(permission) && isOwnPage(contents.getURL())));
  session.setPermissionCheckHandler((contents, permission) => granted.has(permission) && isOwnPage(contents?.getURL()));
  session.setDevicePermissionHandler(() => false);
}
