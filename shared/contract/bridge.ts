/** What preload exposes to the page, and all of it. In browser mode it is absent. */
export interface DesktopBridge {
  readonly kind: 'electron';
  readonly platform: string;
  /** The path of a file dropped on the window. */
  pathOf(file: unknown): string;
}
