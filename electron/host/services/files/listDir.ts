import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { DirectoryEntry } from '../../../../shared/contract/host.ts';
import { AppError } from '../../../../shared/errors.ts';

export interface ListDirRequest {
  readonly path?: string | undefined;
  readonly extensions?: readonly string[] | undefined;
  /** Real paths; empty means everywhere. */
  readonly roots: readonly string[];
}

export interface DirectoryListing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: readonly DirectoryEntry[];
}

/** A folder never shows more than this: a picker is for choosing a folder, not for reading one. */
const maxEntries = 5_000;

/** Whether a real path is one of the roots or lies below one. */
export function isInside(real: string, roots: readonly string[]): boolean {
  return roots.length === 0 || roots.some((root) => real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep));
}

/** One folder for the in-app picker: folders first, hidden entries left out. Errors: not_found, refused_path. */
export async function listDir(request: ListDirRequest): Promise<DirectoryListing> {
  const wanted = request.path ?? request.roots[0] ?? homedir();
  const real = await realpath(wanted).catch(() => {
    throw new AppError('not_found', 'This folder does not exist or cannot be read.', { path: wanted });
  });
  if (!isInside(real, request.roots))
    throw new AppError('refused_path', 'This folder lies outside the folders that are served.', { path: wanted });
  const found = await readdir(real, { withFileTypes: true }).catch(() => {
    throw new AppError('not_found', 'This is not a folder that can be read.', { path: wanted });
  });
  const entries: DirectoryEntry[] = [];
  for (const item of found) {
    if (item.name.startsWith('.') || entries.length >= maxEntries) continue;
    const entry = await describe(real, item.name);
    if (!entry) continue;
    const extension = path.extname(entry.name).slice(1).toLowerCase();
    if (entry.kind === 'file' && request.extensions && !request.extensions.includes(extension)) continue;
    entries.push(entry);
  }
  entries.sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name, 'en', { numeric: true }) : a.kind === 'folder' ? -1 : 1));
  const parent = path.dirname(real);
  return { path: real, parent: parent !== real && isInside(parent, request.roots) ? parent : null, entries };
}

async function describe(folder: string, name: string): Promise<DirectoryEntry | null> {
  const full = path.join(folder, name);
  try {
    const info = await stat(full);
    if (info.isDirectory()) {
      const isDataset = await stat(path.join(full, 'hardcase.json')).then(
        (marker) => marker.isFile(),
        () => false,
      );
      return { name, path: full, kind: 'folder', bytes: 0, isDataset };
    }
    return info.isFile() ? { name, path: full, kind: 'file', bytes: info.size, isDataset: false } : null;
  } catch {
    // A dangling link or an entry this user may not see: nothing to choose.
    return null;
  }
}
