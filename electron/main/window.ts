import { readFileSync, writeFileSync } from 'node:fs';
import type { BrowserWindow, BrowserWindowConstructorOptions, Rectangle } from 'electron';

const smallest = { width: 900, height: 600 };

export function windowOptions(preload: string, bounds: Partial<Rectangle>): BrowserWindowConstructorOptions {
  return {
    width: 1440,
    height: 900,
    ...bounds,
    minWidth: smallest.width,
    minHeight: smallest.height,
    // Until the page drew itself: no white flash in a dark room.
    show: false,
    backgroundColor: '#0f1115',
    title: 'Hardcase',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  };
}

/** The last size and place; a damaged file costs only that. */
export function readBounds(file: string): Partial<Rectangle> {
  try {
    const { x, y, width, height } = JSON.parse(readFileSync(file, 'utf8')) as { readonly [name: string]: unknown };
    const all = [x, y, width, height];
    if (!all.every((value) => Number.isInteger(value))) return {};
    const [left = 0, top = 0, wide = 0, high = 0] = all as number[];
    return wide >= smallest.width && high >= smallest.height ? { x: left, y: top, width: wide, height: high } : {};
  } catch {
    return {};
  }
}

export function keepBounds(window: BrowserWindow, file: string): void {
  window.on('close', () => {
    try {
      writeFileSync(file, JSON.stringify(window.getNormalBounds()));
    } catch {
      // The next start takes the usual size.
    }
  });
}
