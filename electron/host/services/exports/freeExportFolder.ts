import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** A folder of this name in `parent`, or of the first number behind it, that an export can be written to: nothing, or nothing in it. */
export async function freeExportFolder(parent: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = path.join(parent, number === 1 ? name : `${name}-${number}`);
    if (await isFree(folder)) return folder;
  }
}

async function isFree(folder: string): Promise<boolean> {
  const there = await lstat(folder).catch(() => null);
  if (there === null) return true;
  return there.isDirectory() && (await readdir(folder).catch(() => [folder])).length === 0;
}
