import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

export interface StaticFile {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: { readonly [name: string]: string };
}

export interface StaticFiles {
  /** By the path of the URL; undefined where we have no such file. */
  get(path: string): StaticFile | undefined;
}

/**
 * The built page, read into memory: a request picks from a list of names, so no path of a request ever reaches the disk.
 * The list is read anew whenever the start page is asked for, so that a rebuilt page is served without a restart.
 */
export function staticFiles(folder: string): StaticFiles {
  let files = new Map<string, StaticFile>();

  const read = (): void => {
    const found = new Map<string, StaticFile>();
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      const name = `/${relative(folder, path).split(sep).join('/')}`;
      const body = new Uint8Array(readFileSync(path));
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
      // Vite names what it puts into assets/ by content.
      const cache = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      found.set(name, { body, headers: { 'Content-Type': type, 'Cache-Control': cache, ETag: etag } });
    }
    files = found;
  };

  return {
    get(path) {
      const name = path === '/' ? '/index.html' : path;
      if (name === '/index.html' || files.size === 0) {
        try {
          read();
        } catch {
          return undefined;
        }
      }
      return files.get(name);
    },
  };
}
