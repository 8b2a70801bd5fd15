import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { makeFolderIn } from './makeFolderIn.ts';

/** What is there of an absolute path, from its end; null where not even its drive is. */
export async function nearestThere(wanted: string): Promise<string | null> {
  for (let at = wanted; ; at = path.dirname(at)) {
    if (await isThere(at)) return at;
    if (path.dirname(at) === at) return null;
  }
}

/**
 * Makes a folder and what is missing above it, one by one. Node's own way to make them all never ends in a place that refuses
 * every folder as missing (`/proc`). Errors: those of the system.
 */
export async function makeFolders(folder: string): Promise<void> {
  const wanted = path.resolve(folder);
  const existing = await nearestThere(wanted);
  if (existing !== wanted) await makeFolderIn(existing ?? path.parse(wanted).root, wanted);
}

const isThere = (at: string): Promise<boolean> =>
  lstat(at).then(
    () => true,
    () => false,
  );
